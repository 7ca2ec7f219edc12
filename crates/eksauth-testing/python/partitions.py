"""What botocore knows of partitions, and the STS endpoint its rule set gives each region.

stdin:  {"names": [texts that may be the name of a region]}, or {}
stdout: {
  "partitions": {id: {
    "dnsSuffix", "dualStackDnsSuffix", "regionRegex",
    "named": [those of the names that the partition's regionRegex fits],
    "regions": {region: {"standard", "fips", "dualstack", "fips_dualstack"}}}},
  "legacy_global": [regions that `sts_regional_endpoints = legacy` sends to the global host]
}
Each endpoint is {"host", "signing_region"}; null where botocore refuses the combination.
A `signing_region` of null means: the region itself.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any
from urllib.parse import urlsplit

from botocore.args import LEGACY_GLOBAL_STS_REGIONS
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.loaders import Loader

# name: (FIPS, dual-stack)
VARIANTS = {
    "standard": (False, False),
    "fips": (True, False),
    "dualstack": (False, True),
    "fips_dualstack": (True, True),
}


def endpoint(
    provider: EndpointProvider, region: str, fips: bool, dualstack: bool, legacy: bool = False
) -> dict[str, Any] | None:
    try:
        resolved = provider.resolve_endpoint(
            Region=region, UseFIPS=fips, UseDualStack=dualstack, UseGlobalEndpoint=legacy
        )
    except EndpointProviderError:
        return None
    schemes = resolved.properties.get("authSchemes", [])
    signing_regions = [scheme.get("signingRegion") for scheme in schemes]
    return {
        "host": urlsplit(resolved.url).netloc,
        "signing_region": signing_regions[0] if signing_regions else None,
    }


def partition(
    provider: EndpointProvider, entry: dict[str, Any], names: list[str]
) -> dict[str, Any]:
    outputs = entry["outputs"]
    return {
        "dnsSuffix": outputs["dnsSuffix"],
        "dualStackDnsSuffix": outputs["dualStackDnsSuffix"],
        "regionRegex": entry["regionRegex"],
        "named": [name for name in names if re.match(entry["regionRegex"], name)],
        "regions": {
            region: {
                name: endpoint(provider, region, fips, dualstack)
                for name, (fips, dualstack) in VARIANTS.items()
            }
            for region in sorted(entry["regions"])
        },
    }


def main() -> None:
    names = json.load(sys.stdin).get("names", [])
    loader = Loader()
    table = loader.load_data("partitions")
    rules = loader.load_service_model("sts", "endpoint-rule-set-1")
    provider = EndpointProvider(rules, table)
    # botocore asks for the global endpoint only in these regions; ask its rule set too.
    legacy_global = [
        region
        for region in sorted(LEGACY_GLOBAL_STS_REGIONS)
        if endpoint(provider, region, False, False, legacy=True)["host"] == "sts.amazonaws.com"
    ]
    partitions = {
        entry["id"]: partition(provider, entry, names) for entry in table["partitions"]
    }
    json.dump({"partitions": partitions, "legacy_global": legacy_global}, sys.stdout)


if __name__ == "__main__":
    main()
