"""Noise, and files with bytes changed, under every name: a reader reads them or says why not, and nothing else."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.clean import clean
from ingest.load import COUNTS, READERS, load
from ingest.load.found import Failure, FeedFile, Found
from ingest.load.raw import Raw
from ingest.load.sniff import sniff
from qa.errors import LoadError
from tests.files import mails, markup, saved

SUFFIXES = "txt md html csv tsv jsonl json xml eml mbox mhtml rst org".split()
WHOLE = [
    b"---\ntitle: The mill\n---\n# The mill\n\nIt grinds wheat for the valley.\n",
    b'id,title,text\n1,"The mill","It grinds\nwheat."\n2,The ferry,It sails.\n',
    b'{"id": "a", "text": "It grinds wheat."}\n{"id": "b", "text": "It sails."}\n',
    b"<html><head><title>Mill</title></head><body><p>" + b"It grinds wheat. " * 30 + b"</p></body></html>",
    b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>Mill</title></item></channel></rss>',
    "The mill\n\nIt grinds wheat.\n".encode("utf-16"),
    mails.NEWSLETTER.encode(),
    mails.MAILBOX.encode(),
    saved.CHROME.encode(),
    markup.ARTICLE_RST.encode(),
    markup.NOTES_ORG.encode(),
]
TELLING = b"\r\n\0\"',;{}[]<>&\xff\xfe\x80:-#"


def changed(chance: random.Random) -> bytes:
    if chance.random() < 0.4:
        return chance.randbytes(chance.choice([1, 3, 16, 4096]))
    data = bytearray(chance.choice(WHOLE))
    for _ in range(chance.choice([1, 3, 20])):
        at = chance.randrange(len(data))
        data[at : at + chance.choice([0, 1, 30])] = bytes(chance.choices(TELLING, k=chance.choice([0, 1, 4])))
        data += b"\r" * (not data)
    return bytes(data)


@pytest.mark.parametrize("seed", range(8))
def test_noise_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(60):
        path = tmp_path / f"{number}.{chance.choice(SUFFIXES)}"
        path.write_bytes(changed(chance))
        raw = Raw(str(path), str(path), path.name, path)
        for readers in (READERS, COUNTS):
            with suppress(LoadError, FeedFile):
                kind = sniff(raw)
                read = readers[kind](raw) if readers is READERS or kind in COUNTS else ()
                for found in read if not isinstance(read, int) else ():
                    if isinstance(found, Found):
                        clean(found.text)


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.txt", b"A title, text\rIt goes on.\n", None),
        ("a.json", b"<noise>", "is not valid JSON: Expecting value (line 1, column 1)"),
        ("a.xml", b"noise", "is XML, but neither a web page nor a feed; save its text as .txt and add that"),
    ],
)
def test_names_that_promise_too_much(tmp_path: Path, name: str, data: bytes, error: str | None) -> None:
    (tmp_path / name).write_bytes(data)
    [found] = load(tmp_path / name)
    assert (found.error if isinstance(found, Failure) else None) == error


def test_utf_16_that_was_cut_off_costs_its_last_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"text": "It sails."}\n{"text": "It'.encode("utf-16") + b"x")
    first, last = load(path)
    assert isinstance(first, Found)
    assert isinstance(last, Failure)
    assert last.error.startswith("is not valid JSON")


def test_a_fault_of_ours_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Raw) -> list[Found]:
        raise KeyError("x")

    monkeypatch.setitem(READERS, "text", broken)
    (tmp_path / "a.txt").write_text("It sails.")
    [failure] = load(tmp_path / "a.txt")
    assert isinstance(failure, Failure)
    assert failure.error == "cannot be read (KeyError), which is a fault of article-qa; report it"
