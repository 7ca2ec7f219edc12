"""Runs the AWS CLI's own `aws` in process, at a chosen instant.

stdin:  {"cases": [{"at": "2026-01-02T03:04:05Z", "args": ["eks", "get-token", ...], "env": {}}]}
stdout: {"results": [{stdout, stderr, exit_code}, ...]}

`env` is the whole environment of the case, save that without HOME no configuration file
of this machine's user is read, and that instance metadata is off unless asked for.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import os
import sys
from typing import Any

import awscli.clidriver
import awscli.customizations.eks.get_token
import botocore.auth


def freeze_clocks(rfc3339: str) -> None:
    instant = datetime.datetime.strptime(rfc3339, "%Y-%m-%dT%H:%M:%SZ")

    def frozen(remove_tzinfo: bool = True) -> datetime.datetime:
        return instant if remove_tzinfo else instant.replace(tzinfo=datetime.timezone.utc)

    botocore.auth.get_current_datetime = frozen
    awscli.customizations.eks.get_token.get_current_datetime = frozen


def environment(case: dict[str, Any]) -> dict[str, str]:
    given = dict(case.get("env") or {})
    defaults = {
        "PATH": os.environ.get("PATH", ""),
        "AWS_EC2_METADATA_DISABLED": "true",
        # Set by awscli when it is imported: where its own models are.
        "AWS_DATA_PATH": os.environ["AWS_DATA_PATH"],
    }
    if "HOME" not in given:
        defaults["AWS_CONFIG_FILE"] = os.devnull
        defaults["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    return defaults | given


def run(case: dict[str, Any]) -> dict[str, Any]:
    freeze_clocks(case["at"])
    stdout, stderr = io.StringIO(), io.StringIO()
    before, during = dict(os.environ), environment(case)
    os.environ.clear()
    os.environ.update(during)
    try:
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
            exit_code: Any = awscli.clidriver.create_clidriver().main(case["args"])
    except SystemExit as ended:
        exit_code = ended.code
    finally:
        os.environ.clear()
        os.environ.update(before)
    # `sys.exit(ValueError(...))`, which is how the CLI refuses a missing cluster, prints
    # the error and ends with 1.
    if exit_code is not None and not isinstance(exit_code, int):
        stderr.write(f"{exit_code}\n")
        exit_code = 1
    return {
        "stdout": stdout.getvalue(),
        "stderr": stderr.getvalue(),
        "exit_code": exit_code or 0,
    }


if __name__ == "__main__":
    json.dump({"results": [run(case) for case in json.load(sys.stdin)["cases"]]}, sys.stdout)
