"""Serves moto on a free loopback port until its stdin is closed.

The first line of stdout is the port, written once the socket listens. A parent that dies
closes the pipe, so no server outlives its test.
"""

from __future__ import annotations

import sys

from moto.server import ThreadedMotoServer


def main() -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    print(port, flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
