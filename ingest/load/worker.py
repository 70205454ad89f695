"""The process that parses what could do harm; started by `sandbox`, never by hand.

Bytes in, JSON out: a line `{"format", "size", "name", "url", "charset"}` and the bytes, answered by one line, a
`Parsed` or `{"error"}`. Memory and processor time are limited; what goes beyond them ends this process and no other.
"""

import importlib
import json
import os
import resource
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

MEMORY_BYTES = 2 * 2**30
CPU_SECONDS = 60

PARSERS = {"docx": "ingest.load.docx", "html": "ingest.load.html", "pdf": "ingest.load.pdf"}


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    _limit_memory()
    while request := sys.stdin.buffer.readline():
        answer = _answer(json.loads(request), sys.stdin.buffer)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _answer(request: dict[str, Any], stream: BinaryIO) -> dict[str, Any]:
    data = stream.read(request["size"])
    raw = Raw("", "", request["name"], data, request["url"], request["charset"])
    _limit_time()
    try:
        parsed: Parsed = importlib.import_module(PARSERS[request["format"]]).parse(raw)
        return asdict(parsed)
    except LoadError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"needs more than {MEMORY_BYTES // 2**30} GB of memory to read; split it"}
    except Exception as error:  # the edge of this process: parsers stumble over damage in many ways
        return {
            "error": f"is damaged ({type(error).__name__}); open it where it can be read, save it again and add that"
        }


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except (ValueError, OSError):  # macOS knows no such limit
        return


def _limit_time() -> None:
    """So many seconds of the processor from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS, most))


if __name__ == "__main__":
    main()
