"""Runs a program whose stdin and stderr are a terminal, and answers its question.

stdin:  {"argv": [...], "env": {...}, "question": "part of it", "answer": "typed, with a newline"}
stdout: {"stdout": the program's, "terminal": what it wrote to the terminal, exit_code}

The terminal does not echo, so what was typed is in `terminal` only if the program shows it.
"""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios


def without_echo(terminal: int) -> None:
    attributes = termios.tcgetattr(terminal)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side has closed it.
        return b""


def main() -> None:
    case = json.load(sys.stdin)
    ours, theirs = pty.openpty()
    without_echo(theirs)
    program = subprocess.Popen(
        case["argv"], env=case["env"], stdin=theirs, stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    seen, answered = b"", False
    while piece := read(ours):
        seen += piece
        if not answered and case["question"].encode() in seen:
            os.write(ours, case["answer"].encode())
            answered = True
    stdout, _ = program.communicate()
    json.dump(
        {
            "stdout": stdout.decode(),
            "terminal": seen.decode(),
            "exit_code": program.returncode,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
