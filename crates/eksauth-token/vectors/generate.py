#!/usr/bin/env python3
"""Writes golden.json: tokens signed by botocore, with every stage of the signature.

Run it with botocore installed, from any folder:

    python3 crates/eksauth-token/vectors/generate.py

Only the order of the URL's parameters is ours: it is free, and botocore's own order changes with
the session token. Names, values and signature are botocore's.
"""

import base64
import datetime
import json
import pathlib
from unittest import mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SHORT_SESSION_TOKEN = "FwoGZXIvYXdzEJr//+/a=b+c/d=="
LONG_SESSION_TOKEN = ("IQoJb3JpZ2luX2VjEPT+/=" * 60)[:1000]
NOON = "2026-11-24T12:00:00Z"

CASES = [
    ("long-lived key", {}),
    ("short session token", {"session_token": SHORT_SESSION_TOKEN}),
    ("session token of 1000 bytes", {"session_token": LONG_SESSION_TOKEN}),
    ("session token with every printable character",
     {"session_token": "".join(map(chr, range(0x20, 0x7F)))}),
    ("one letter", {"cluster": "a"}),
    ("cluster of 100 characters", {"cluster": "Az09-_" * 16 + "tail"}),
    ("cluster with punctuation", {"cluster": "kops.k8s.example.com:443/a?b=c&d#e%20'\"\\"}),
    ("cluster with outer blanks", {"cluster": "  prod  "}),
    ("cluster with runs of blanks", {"cluster": "my   own  cluster"}),
    ("arn as cluster", {"cluster": "arn:aws:eks:eu-west-1:123456789012:cluster/prod"}),
    ("first second of a year", {"at": "2027-01-01T00:00:00Z"}),
    ("last second of a leap day", {"at": "2028-02-29T23:59:59Z"}),
    ("slashes and plusses in the secret", {"secret_access_key": "+/" * 20}),
    ("key id that needs encoding", {"access_key_id": "AKID/EXAMPLE+1"}),
    ("global endpoint", {"host": "sts.amazonaws.com", "region": "us-east-1", "sdk_region": "aws-global"}),
    ("china", {"host": "sts.cn-north-1.amazonaws.com.cn", "region": "cn-north-1"}),
    ("govcloud", {"host": "sts.us-gov-west-1.amazonaws.com", "region": "us-gov-west-1"}),
    ("iso", {"host": "sts.us-iso-east-1.c2s.ic.gov", "region": "us-iso-east-1"}),
    ("iso-b", {"host": "sts.us-isob-east-1.sc2s.sgov.gov", "region": "us-isob-east-1"}),
    ("iso-e", {"host": "sts.eu-isoe-west-1.cloud.adc-e.uk", "region": "eu-isoe-west-1"}),
    ("iso-f", {"host": "sts.us-isof-south-1.csp.hci.ic.gov", "region": "us-isof-south-1"}),
    ("sovereign cloud", {"host": "sts.eusc-de-east-1.amazonaws.eu", "region": "eusc-de-east-1"}),
]

DEFAULTS = {
    "cluster": "prod",
    "access_key_id": KEY_ID,
    "secret_access_key": SECRET,
    "session_token": None,
    "host": "sts.us-east-1.amazonaws.com",
    "region": "us-east-1",
    "at": NOON,
}


def sign(case):
    """Presigns with botocore and keeps what it signed."""
    at = datetime.datetime.strptime(case["at"], "%Y-%m-%dT%H:%M:%SZ")
    credentials = Credentials(
        case["access_key_id"], case["secret_access_key"], case["session_token"]
    )
    signer = botocore.auth.SigV4QueryAuth(credentials, "sts", case["region"], expires=60)
    request = AWSRequest(
        "GET",
        f"https://{case['host']}/?Action=GetCallerIdentity&Version=2011-06-15",
        headers={"x-k8s-aws-id": case["cluster"]},
    )
    stages = {}

    def keep(name, stage):
        def kept(*args):
            stages[name] = stage(*args)
            return stages[name]
        return kept

    signer.canonical_request = keep("canonical_request", signer.canonical_request)
    signer.string_to_sign = keep("string_to_sign", signer.string_to_sign)
    with mock.patch("botocore.auth.get_current_datetime", lambda *_, **__: at):
        signer.add_auth(request)
    stages["signature"] = request.url.rsplit("X-Amz-Signature=", 1)[1]
    query = stages["canonical_request"].split("\n")[2]
    stages["url"] = f"https://{case['host']}/?{query}&X-Amz-Signature={stages['signature']}"
    encoded = base64.urlsafe_b64encode(stages["url"].encode()).decode().rstrip("=")
    stages["token"] = f"k8s-aws-v1.{encoded}"
    return stages


def main():
    vectors = []
    for name, changes in CASES:
        case = {**DEFAULTS, **changes}
        vectors.append({"name": name, **case, **sign(case)})
    path = pathlib.Path(__file__).with_name("golden.json")
    path.write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()
