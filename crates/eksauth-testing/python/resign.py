"""Lets botocore sign anew what someone else has presigned.

stdin:  {"cases": [{url, cluster, access_key_id, secret_access_key, session_token}, ...]}
stdout: {"results": [{url, parameters, signature, canonical_request, string_to_sign}, ...]}

From the given URL come host, operation parameters, credential scope, date and expiry;
everything else, the signature above all, is botocore's.
"""

from __future__ import annotations

import datetime
import json
import sys
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


class RecordingSigner(botocore.auth.SigV4QueryAuth):
    """botocore's presigner, which also keeps the two texts it signs."""

    def canonical_request(self, request: AWSRequest) -> str:
        self.recorded_request: str = super().canonical_request(request)
        return self.recorded_request

    def string_to_sign(self, request: AWSRequest, canonical_request: str) -> str:
        self.recorded_string: str = super().string_to_sign(request, canonical_request)
        return self.recorded_string


def freeze_clock(amz_date: str) -> None:
    instant = datetime.datetime.strptime(amz_date, "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: instant


def resign(case: dict[str, Any]) -> dict[str, Any]:
    presigned = urlsplit(case["url"])
    given = dict(parse_qsl(presigned.query, keep_blank_values=True, strict_parsing=True))
    _, _, region, service, _ = given["X-Amz-Credential"].rsplit("/", 4)
    freeze_clock(given["X-Amz-Date"])

    operation = "&".join(
        pair for pair in presigned.query.split("&") if not pair.startswith("X-Amz-")
    )
    request = AWSRequest(
        method="GET",
        url=f"{presigned.scheme}://{presigned.netloc}{presigned.path}?{operation}",
        headers={"x-k8s-aws-id": case["cluster"]},
    )
    credentials = Credentials(
        case["access_key_id"], case["secret_access_key"], case["session_token"]
    )
    signer = RecordingSigner(credentials, service, region, expires=int(given["X-Amz-Expires"]))
    signer.add_auth(request)

    parameters = dict(
        parse_qsl(urlsplit(request.url).query, keep_blank_values=True, strict_parsing=True)
    )
    return {
        "url": request.url,
        "parameters": parameters,
        "signature": parameters["X-Amz-Signature"],
        "canonical_request": signer.recorded_request,
        "string_to_sign": signer.recorded_string,
    }


if __name__ == "__main__":
    json.dump({"results": [resign(case) for case in json.load(sys.stdin)["cases"]]}, sys.stdout)
