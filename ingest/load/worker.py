"""The process that parses what could do harm; started by `sandbox`, never by hand.

Bytes in, JSON out: a line `{"format", "size", "name", "url", "charset"}` and the bytes, answered by one line, a
`Parsed` or `{"error"}`; before it may come lines `{"page", "pages"}`, each of which says that a page is read now that
takes long. Memory and processor time, of the file or of such a page, are limited; what goes beyond them ends this
process and no other.
"""

import importlib
import json
import os
import resource
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from ingest.load.parsed import Parsed
from ingest.load.raw import Raw, Step
from qa.errors import LoadError

_LIBXML_NO_MEMORY = 2  # lxml.etree.ErrorTypes.ERR_NO_MEMORY
PARSERS = {
    "bookmarks": "ingest.load.lists.bookmarks",
    "docx": "ingest.load.office.docx",
    "epub": "ingest.load.office.epub",
    "feed": "ingest.feeds",
    "html": "ingest.load.pages.html",
    "mail": "ingest.load.mails.mail",
    "mhtml": "ingest.load.mails.mhtml",
    "odt": "ingest.load.office.odt",
    "opml": "ingest.load.lists.opml",
    "org": "ingest.load.plain.org",
    "pdf": "ingest.load.pdf",
    "rst": "ingest.load.plain.rst",
    "rtf": "ingest.load.office.rtf",
}


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    memory, seconds = map(int, sys.argv[1:])
    _limit_memory(memory)

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()

    def step(page: int, pages: int) -> None:
        _limit_time(seconds)
        say({"page": page, "pages": pages})

    while request := sys.stdin.buffer.readline():
        _limit_time(seconds)
        say(_answer(json.loads(request), sys.stdin.buffer, step))


def _answer(request: dict[str, Any], stream: BinaryIO, step: Step) -> dict[str, Any]:
    data = stream.read(request["size"])
    raw = Raw("", "", request["name"], data, request["url"], request["charset"], step=step)
    try:
        parsed: Parsed = importlib.import_module(PARSERS[request["format"]]).parse(raw)
        return asdict(parsed)
    except LoadError as error:
        return {"error": str(error)}
    except Exception as error:  # the edge of this process: parsers stumble over damage in many ways
        if _lacks_memory(error):
            return {"error": "needs too much memory to read; split it, or save its text as .txt and add that"}
        if isinstance(error, RecursionError):
            return {"error": "is nested too deeply to be read; save its text as .txt and add that"}
        return {
            "error": f"is damaged ({type(error).__name__}); open it where it can be read, save it again and add that"
        }


def _lacks_memory(error: Exception) -> bool:
    """Whether memory was the reason; the paths that are looked up are fixed, so that one fails for nothing else."""
    from lxml.etree import XPathEvalError

    return isinstance(error, MemoryError | XPathEvalError) or getattr(error, "code", None) == _LIBXML_NO_MEMORY


def _limit_memory(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ValueError, OSError):  # macOS knows no such limit
        return


def _limit_time(seconds: int) -> None:
    """So many seconds of the processor from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, most))


if __name__ == "__main__":
    main()
