"""Calls AWS through boto3, each call with a client of its own, and tells what came of it.

stdin:  {"env": {}, "calls": [{"service": "sts", "operation": "get_caller_identity",
                               "arguments": {}, "region": "eu-west-1", "credentials": {},
                               "endpoint_url": null, "tamper": {}}]}
stdout: {"results": [{"answer": ...} or {"error": {"code", "message", "status"}}, ...]}

`env` is the whole environment. `credentials` are the session's `aws_access_key_id` and so on;
without them boto3 finds its own. `tamper` changes the request after it was signed: `headers`
replaces headers (null removes one), `body` and `url` replace a piece of text `[old, new]`.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
from typing import Any

import boto3
import botocore.config
import botocore.exceptions


def replaced(text: Any, change: list[str]) -> Any:
    old, new = change
    if isinstance(text, bytes):
        assert old.encode() in text, f"{old} is not in what was sent"
        return text.replace(old.encode(), new.encode())
    assert old in text, f"{old} is not in what was sent"
    return text.replace(old, new)


def tampering(tamper: dict[str, Any]) -> Any:
    def before_send(request: Any, **_: Any) -> None:
        for name, value in (tamper.get("headers") or {}).items():
            if name in request.headers:
                del request.headers[name]
            if value is not None:
                request.headers[name] = value
        if "url" in tamper:
            request.url = replaced(request.url, tamper["url"])
        if "body" in tamper:
            request.body = replaced(request.body, tamper["body"])
            del request.headers["Content-Length"]
            request.headers["Content-Length"] = str(len(request.body))

    return before_send


def call(case: dict[str, Any]) -> dict[str, Any]:
    session = boto3.session.Session(**(case.get("credentials") or {}))
    client = session.client(
        case["service"],
        region_name=case.get("region"),
        endpoint_url=case.get("endpoint_url"),
        config=botocore.config.Config(
            retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=10
        ),
    )
    if case.get("tamper"):
        client.meta.events.register("before-send", tampering(case["tamper"]))
    try:
        answer = getattr(client, case["operation"])(**(case.get("arguments") or {}))
    except botocore.exceptions.ClientError as refused:
        error = refused.response["Error"]
        status = refused.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"error": {"code": error["Code"], "message": error["Message"], "status": status}}
    except botocore.exceptions.BotoCoreError as failed:
        return {"error": {"code": type(failed).__name__, "message": str(failed), "status": 0}}
    answer.pop("ResponseMetadata", None)
    return {"answer": answer}


def as_text(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


if __name__ == "__main__":
    given = json.load(sys.stdin)
    kept = {"PATH": os.environ.get("PATH", "")}
    os.environ.clear()
    os.environ.update(kept | (given.get("env") or {}))
    json.dump({"results": [call(case) for case in given["calls"]]}, sys.stdout, default=as_text)
