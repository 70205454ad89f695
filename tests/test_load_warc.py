"""Web archives: what was archived, packed in every way; what is no article; damage that costs only itself; bombs."""

import gzip
import random
import time
import zipfile
from io import BytesIO
from pathlib import Path

import brotli
import pytest

from ingest.clean import clean
from ingest.load import count, load
from ingest.load.archives.members import BLOCK
from ingest.load.found import Failure, Found
from tests.files import stories
from tests.files.archives import CRAWL, SITE, UGLY, Record, page, report, wacz, warc

TAIL = stories.SUEZ[-60:]


def read(path: Path, data: bytes, name: str = "crawl.warc.gz") -> list[Found | Failure]:
    file = path / name
    file.write_bytes(data)
    results = list(load(file))
    assert all(isinstance(result, Found | Failure) for result in results)
    assert count(file) == len(results) or not any(isinstance(result, Found) for result in results)
    return [result for result in results if isinstance(result, Found | Failure)]


def found(results: list[Found | Failure]) -> list[Found]:
    return [result for result in results if isinstance(result, Found)]


def errors(results: list[Found | Failure]) -> list[str]:
    return [result.error for result in results if isinstance(result, Failure)]


def test_what_a_crawl_holds(tmp_path: Path) -> None:
    results = read(tmp_path, warc([*CRAWL, report()]))
    suez, dam, lakes, everest = found(results)
    assert len(results) == 4
    assert [f.facts.title for f in (suez, dam, lakes, everest)] == ["Suez", "The dam", "Deep lakes", "Everest"]
    assert [f.facts.url for f in (suez, dam)] == [f"{SITE}/", f"{SITE}/dam"]
    assert lakes.facts.url == f"{SITE}/lakes.txt"
    assert TAIL in clean(suez.text)
    assert "Home" not in suez.text
    assert {f.facts.published_at for f in found(results)} == {None}, "the day of archiving is not the article's"
    assert (suez.item, dam.name) == (f"{tmp_path / 'crawl.warc.gz'}:1", "dam")


def test_every_packing_gives_the_page(tmp_path: Path) -> None:
    articles = found(read(tmp_path, warc(UGLY)))
    assert [f.facts.title for f in articles[:8]] == [
        "Packed by gzip",
        "Packed by brotli",
        "Packed by zstd",
        "Packed by deflate",
        "In chunks",
        "In packed chunks",
        "Said to be packed",
        "Café",
    ]
    assert all(TAIL in clean(article.text) for article in articles)
    assert articles[-1].notes == ("it was cut off when it was archived; its end is missing",)
    assert not any(article.notes for article in articles[:-1])


def test_a_page_that_was_cut_off_says_so(tmp_path: Path) -> None:
    body = gzip.compress(page("Cut", "\n".join(f"Ship {n} passed the canal on day {n * n}." for n in range(500))))
    [article] = found(read(tmp_path, warc([Record("/a", body[:-800], headers=(("Content-Encoding", "gzip"),))])))
    assert article.notes == ("it was cut off when it was archived; its end is missing",)


def test_the_same_address_twice_is_two_articles_of_two_days(tmp_path: Path) -> None:
    days = [(("WARC-Date", f"2024-03-0{day}T00:00:00Z"),) for day in (1, 2)]
    data = warc([Record("/", page("One"), warc_headers=days[0]), Record("/", page("Two"), warc_headers=days[1])])
    first, second = found(read(tmp_path, data))
    assert first.origin != second.origin
    assert first.origin == found(read(tmp_path, warc([CRAWL[1]])))[0].origin, "and the first is the same in every run"


def test_damage_costs_one_record(tmp_path: Path) -> None:
    records = [warc([Record(f"/{n}", page(f"Page {n}"))], packed=True) for n in range(5)]
    for hurt in range(5):
        lost = list(records)
        lost[hurt] = lost[hurt][:-200] + bytes(100) + lost[hurt][-100:]
        results = read(tmp_path, b"".join(lost))
        assert [f.facts.title for f in found(results)] == [f"Page {n}" for n in range(5) if n != hurt]
        assert errors(results) == ["a record is damaged; save or fetch the archive again"]


@pytest.mark.parametrize("length", [b"10", b"400", b"1000", b"1500", b"2900", b"999999", b"-5", b"", b"many"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_wrong_length_costs_one_record(tmp_path: Path, length: bytes, packed: bool) -> None:
    plain = [warc([Record(f"/{n}", page(f"Page {n}"))], packed=False) for n in range(5)]
    head, mark, rest = plain[2].rpartition(b"Content-Length: ")
    right, _, rest = rest.partition(b"\r\n")
    plain[2] = head + mark + length + b"\r\n" + rest
    assert right != length
    results = read(tmp_path, b"".join(gzip.compress(part) if packed else part for part in plain))
    assert [f.facts.title for f in found(results)] == ["Page 0", "Page 1", "Page 3", "Page 4"]
    assert len(errors(results)) == 1


def test_it_is_read_as_a_stream(tmp_path: Path) -> None:
    film = Record("/film.mp4", random.Random(0).randbytes(3_000_000), "video/mp4")
    results = read(tmp_path, warc([film, CRAWL[1], film, CRAWL[5]]))
    assert [f.facts.title for f in found(results)] == ["Suez", "The dam"]
    assert max(f.text.count("\n") for f in found(results)) < BLOCK


def test_bombs_are_refused_at_once(tmp_path: Path) -> None:
    start = time.process_time()
    body = brotli.compress(bytes(60_000_000))
    assert len(body) < 1000
    records = [Record("/bomb", body, headers=(("Content-Encoding", "br"),)), CRAWL[1]]
    results = read(tmp_path, warc(records))
    assert errors(results) == [f"{SITE}/bomb: is larger than 50 MB, the most one article may have; split it"]
    assert [f.facts.title for f in found(results)] == ["Suez"]
    head = gzip.compress(b"WARC/1.0\r\n" + b"a: b\r\n" * 4_000_000)
    results = read(tmp_path, head + warc([CRAWL[1]]))
    assert errors(results)[0] == "a record has a header that never ends; it is not read"
    assert len(errors(results)) == 2, "and then the rest of it is a bomb"
    assert [f.facts.title for f in found(results)] == ["Suez"]
    line = gzip.compress(b"WARC/1.0 " + b"a" * 30_000_000)
    assert len(errors(read(tmp_path, line + warc([CRAWL[1]])))) == 2
    assert time.process_time() - start < 60


def test_an_archive_within_an_archive_is_no_article(tmp_path: Path) -> None:
    inner = Record("/inner", warc([CRAWL[1]]), "text/plain")
    feed = Record("/feed", b"<rss version='2.0'><channel><title>A</title></channel></rss>", "text/html")
    assert errors(read(tmp_path, warc([inner, feed]))) == [
        f"{SITE}/inner: is a list or an archive itself, not an article",
        f"{SITE}/feed: is a feed, not an article",
    ]


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_damaged_is_read_or_told(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for packed in (True, False):
        data = bytearray(warc([*CRAWL, *UGLY], packed=packed))
        for _ in range(chance.choice([1, 4, 20])):
            at = chance.randrange(10, len(data))
            data[at : at + chance.choice([0, 1, 40])] = chance.randbytes(chance.choice([0, 1, 40]))
        results = read(tmp_path, bytes(data))
        assert not any("fault of article-qa" in error for error in errors(results))


# WACZ


def test_of_a_wacz_the_pages_that_it_lists(tmp_path: Path) -> None:
    frame = Record("/frame", page("An advertisement"))
    data = wacz(
        {"data.warc.gz": warc([*CRAWL, frame, report()])}, [f"{SITE}#top", f"{SITE}/old", f"{SITE}/everest.pdf"]
    )
    results = read(tmp_path, data, "site.wacz")
    assert [f.facts.title for f in found(results)] == ["Suez", "The dam", "Everest"]
    assert errors(results) == []


@pytest.mark.parametrize("pages", [None, []])
def test_a_wacz_that_lists_nothing_is_read_whole(tmp_path: Path, pages: list[str] | None) -> None:
    results = read(
        tmp_path, wacz({"a.warc.gz": warc(CRAWL), "b.warc": warc([report()], packed=False)}, pages), "a.wacz"
    )
    assert [f.facts.title for f in found(results)] == ["Suez", "The dam", "Deep lakes", "Everest"]


def test_a_listed_page_that_is_not_there_is_told(tmp_path: Path) -> None:
    results = read(
        tmp_path, wacz({"a.warc.gz": warc(CRAWL)}, [f"{SITE}/", f"{SITE}/gone", "https://x.example/"]), "a.wacz"
    )
    assert errors(results) == [
        f"{url}: is listed as a page, but not archived with status 200"
        for url in (f"{SITE}/gone", "https://x.example/")
    ]


def test_a_bomb_and_a_damaged_wacz(tmp_path: Path) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/a.warc", b"WARC/1.0\r\n" + bytes(100_000_000))
    assert errors(read(tmp_path, file.getvalue(), "a.wacz")) == [
        "unpacks to far more than articles do; it may be a zip bomb and is not opened"
    ]
    whole = wacz({"a.warc.gz": warc(CRAWL)}, None)
    at = len(whole) // 2
    hurt = whole[:at] + bytes(5) + whole[at + 5 :]
    results = read(tmp_path, hurt, "b.wacz")
    assert errors(results)
    assert not any("fault of article-qa" in error for error in errors(results))
