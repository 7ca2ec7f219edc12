"""POSTs to an HTTPS server with Python's own client, trusting one root alone, past any proxy.

stdin:  {"url": "https://...", "ca": "-----BEGIN CERTIFICATE-----...", "headers": {}, "body": ""}
stdout: {"status": 201, "body": ...}, the body read as JSON
"""

from __future__ import annotations

import json
import ssl
import sys
import urllib.error
import urllib.request

if __name__ == "__main__":
    given = json.load(sys.stdin)
    context = ssl.create_default_context(cadata=given["ca"])
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    request = urllib.request.Request(
        given["url"], data=given["body"].encode(), headers=given["headers"], method="POST"
    )
    try:
        answer = opener.open(request, timeout=20)
    except urllib.error.HTTPError as refused:
        answer = refused
    json.dump({"status": answer.status, "body": json.load(answer)}, sys.stdout)
