"""Articles page by page and found by words, in the library and over HTTP."""

import base64
import json
import random
from dataclasses import asdict, replace

import httpx
import numpy as np
import pytest

from qa.errors import FilterError
from qa.library import ArticlePage, Entries, Library, Likeness, Shelf, Tags, Wanted
from qa.library.finding import Sought
from qa.retrieval.retriever import HybridRetriever
from qa.types import Article, Filters, Passage
from tests.conftest import ARTICLES, IDENTITY, store
from tests.web_fake import FakeAnswerer


@pytest.fixture
def shelf(library: Library) -> Shelf:
    return Shelf.beside(library)


def ids(page: ArticlePage) -> list[str]:
    return [info.id for info in page.articles]


def walked(shelf: Shelf, wanted: Wanted) -> list[str]:
    """All pages, one after the other."""
    page = shelf.page(wanted)
    found = ids(page)
    while page.next:
        page = shelf.page(replace(wanted, after=page.next))
        found += ids(page)
    assert len(found) == page.found
    return found


def test_articles_are_sorted_and_what_has_no_such_fact_comes_last(shelf: Shelf) -> None:
    for order, descending, expected in (
        (None, True, ["ferry", "bridge", "mill"]),
        ("published_at", False, ["bridge", "ferry", "mill"]),
        ("source", False, ["ferry", "bridge", "mill"]),
        ("source", True, ["bridge", "ferry", "mill"]),
        ("title", False, ["mill", "ferry", "bridge"]),
        ("title", True, ["bridge", "ferry", "mill"]),
    ):
        for limit in (1, 2, 3):
            wanted = Wanted(order=order, descending=descending, limit=limit)  # type: ignore[arg-type]
            assert walked(shelf, wanted) == expected, (order, descending, limit)


def test_titles_are_sorted_as_people_do(library: Library, shelf: Shelf) -> None:
    for number, title in enumerate(("Zebra", "Part 10", "part 9", "Élan", "eland")):
        store(library, Article(f"n{number}", title, "text", sha256=title))
    found = walked(shelf, Wanted(order="title", limit=2))
    titles = {info.id: info.title for info in library.articles()}
    assert [titles[one] for one in found if one.startswith("n")] == ["Élan", "eland", "part 9", "Part 10", "Zebra"]


def test_pages_miss_nothing_and_repeat_nothing_while_articles_come_and_go(library: Library, shelf: Shelf) -> None:
    chance = random.Random(3)
    for number in range(40):
        day = chance.choice([None, "2024-01-01", "2024-01-02", "2024-02", "2023"])
        store(library, Article(f"a{number}", "Same title", "text", published_at=day, sha256=str(number)))
    wanted = Wanted(descending=True, limit=10)
    first = shelf.page(wanted)
    for gone in ids(first)[:5]:
        library.remove(gone)
    rest = walked_from(shelf, replace(wanted, after=first.next))
    assert len({*ids(first), *rest}) == len(ids(first)) + len(rest) == 43


def walked_from(shelf: Shelf, wanted: Wanted) -> list[str]:
    page = shelf.page(wanted)
    return ids(page) + (walked_from(shelf, replace(wanted, after=page.next)) if page.next else [])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("bridge", ["bridge"]),
        ("BRID", ["bridge"]),  # begun
        ("thorne", ["bridge"]),  # in the text
        ("opening", ["bridge"]),  # another form of "opened"
        ("gazette metres", ["bridge"]),  # one in the source, one in the text
        ("harbour news", ["ferry"]),
        ("2025", ["ferry", "bridge"]),  # the day
        ("to-read", ["mill"]),  # a tag
        ("wheat cheese", []),
        ("?!", ["ferry", "bridge", "mill"]),  # no word at all
        ('"; DROP OR NEAR(', []),
        ("was in valley", ["mill"]),
    ],
)
def test_words_are_found_in_facts_tags_and_text(
    library: Library, shelf: Shelf, words: str, expected: list[str]
) -> None:
    Tags.beside(library).change(["mill"], add=["to-read"])
    page = shelf.page(Wanted(words, descending=True))
    assert (ids(page), page.found, page.total) == (expected, len(expected), 3)
    assert sorted(shelf.ids(Wanted(words))) == sorted(expected)


def test_the_best_come_first_and_show_the_sentence_with_the_words(library: Library, shelf: Shelf) -> None:
    store(
        library,
        Article("lock", "The lock", "A wheat boat. The mill ground 🌉 wheat: much wheat. It closed.", sha256="l"),
    )
    store(library, Article("title", "Wheat and mill", "Nothing is said of it. Mills.", sha256="t"))
    page = shelf.page(Wanted("wheat mill "))
    assert ids(page)[0] == "title", "the title holds all"
    assert set(ids(page)) == {"title", "lock", "mill"}
    hit = {info.id: info.hit for info in page.articles}["lock"]
    assert hit
    assert hit.text == "The mill ground 🌉 wheat: much wheat."
    assert [hit.text[start:end] for start, end in hit.marks] == ["mill", "wheat", "wheat"]
    assert library.article("lock").text[hit.start : hit.end] == hit.text
    one_by_one = walked(shelf, Wanted("wheat mill ", limit=1))
    assert one_by_one == ids(page)
    by_title = walked(shelf, Wanted("wheat mill ", order="title", limit=1))
    assert by_title == ["mill", "lock", "title"]


def test_a_hit_outside_the_text_shows_no_sentence(shelf: Shelf) -> None:
    (listed,) = shelf.page(Wanted("gazette")).articles
    assert listed.hit is None
    assert Sought.of("kestrel").hit("A passage of another matter.", 0) is None


@pytest.mark.parametrize(
    "values", [[], ["a"], [0, "", {}, "x"], [0, "\ud800", "", "x"], [10**30, "", "", ""], [True, None, 1, 2], "abcd", 7]
)
@pytest.mark.parametrize("words", ["", "bridge"])
def test_what_no_page_ended_with_is_refused(shelf: Shelf, values: object, words: str) -> None:
    after = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    with pytest.raises(FilterError, match="no page ended"):
        shelf.page(Wanted(words, after=after))


def test_several_are_removed_at_once(library: Library, shelf: Shelf) -> None:
    Tags.beside(library).change(["mill", "ferry"], add=["x"])
    before = library.revision()
    assert shelf.remove(["mill", "nowhere", "bridge", "mill"]) == ["nowhere"]
    assert [info.id for info in library.articles()] == ["ferry"]
    assert set(Entries.beside(library).changes(before).gone) == {"mill", "bridge"}
    assert Tags.beside(library).counted() == {"x": 1}
    assert library.full_text_is_sound()


def test_ten_thousand_articles_are_searched_and_come_in_pages(library: Library, shelf: Shelf) -> None:
    chance, vectors = random.Random(1), np.zeros((1, 64), np.float32)
    for number in range(10_000):
        text = f"The {chance.choice(('harbour', 'quay', 'tower'))} number {number} was built of basalt."
        article = Article(f"a{number}", f"Number {number}", text, source=f"S{number % 9}", sha256=str(number))
        library.put(article, [Passage(article.id, 0, 0, len(text), text)], vectors, origin=text, model=IDENTITY)
    for words in ("the", "basalt harbour", "number 77", "of basalt built"):
        assert shelf.page(Wanted(words)).found > 10
    assert len(shelf.page(Wanted(order="title")).articles) == 100


@pytest.fixture
def client(client: httpx.Client, answerer: FakeAnswerer, retriever: HybridRetriever) -> httpx.Client:
    answerer.over(retriever)
    return client


def test_pages_over_http(client: httpx.Client, library: Library) -> None:
    assert isinstance(client.get("/api/articles").json(), list), "without parameters as ever"
    page = client.get("/api/articles", params={"limit": 2}).json()
    assert ([info["id"] for info in page["articles"]], page["found"], page["total"]) == (["ferry", "bridge"], 3, 3)
    rest = client.get("/api/articles", params={"limit": 2, "after": page["next"]}).json()
    assert ([info["id"] for info in rest["articles"]], rest["next"]) == (["mill"], None)
    found = client.get("/api/articles", params={"q": "thorne"}).json()
    assert found["articles"][0] | {"hit": None} == json.loads(json.dumps(asdict(library.articles()[0]) | {"hit": None}))
    assert found["articles"][0]["hit"]["text"] == "The engineer Ada Thorne designed it."
    assert set(client.get("/api/articles", params={"q": "th", "only": "ids"}).json()["ids"]) == {
        "ferry",
        "bridge",
        "mill",
    }
    narrowed = {
        "source": "TEST gazette",
        "since": "2025-01-01",
        "until": "2025-04-01",
        "sort": "title",
        "order": "desc",
    }
    assert [info["id"] for info in client.get("/api/articles", params=narrowed).json()["articles"]] == ["bridge"]
    assert client.get("/api/facets").json() == {"sources": ["Harbour News", "Test Gazette"], "tags": []}


@pytest.mark.parametrize(
    "params",
    [{"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"sort": "sha256"}, {"order": "up"}, {"since": "soon"},
     {"after": "???"}, {"after": "é"}, {"q": "x" * 2001}, {"only": "texts"}],
)  # fmt: skip
def test_a_bad_parameter_is_one_line(client: httpx.Client, params: dict[str, object]) -> None:
    response = client.get("/api/articles", params=params)
    assert response.status_code == 422
    assert list(response.json()) == ["error"]
    assert "\n" not in response.json()["error"]


def test_what_came_after_a_time_and_what_tells_the_same_story(client: httpx.Client, library: Library) -> None:
    for name, near in (("quay", ()), ("quay-2", ("quay",))):
        likeness = Likeness(b"1", near)
        article, vector = Article(name, f"The {name}", "A quay.", sha256=name), np.zeros((1, 64), np.float32)
        passage = Passage(name, 0, 0, 7, "A quay.")
        library.put(article, [passage], vector, origin=name, model=IDENTITY, likeness=likeness)
    assert client.get("/api/articles/quay").json()["same_story"] == [{"id": "quay-2", "title": "The quay-2"}]
    assert client.get("/api/articles", params={"added": "2000-01-01"}).json()["found"] == 5
    assert client.get("/api/articles", params={"added": "2999-01-01", "q": "quay"}).json()["found"] == 0


def test_several_are_tagged_and_removed_over_http(client: httpx.Client, library: Library) -> None:
    body = {"ids": ["mill", "bridge", "nowhere"], "tag": ["to read", "old"]}
    assert client.patch("/api/articles", json=body).json() == {"changed": ["mill", "bridge"], "missing": ["nowhere"]}
    assert client.patch("/api/articles", json={"ids": ["mill"], "untag": ["OLD"]}).status_code == 200
    assert client.get("/api/articles/mill").json()["tags"] == ["to read"]
    only = client.get("/api/articles", params={"tag": "Old"}).json()["articles"]
    assert [(info["id"], info["tags"]) for info in only] == [("bridge", ["old", "to read"])]
    assert client.get("/api/facets").json()["tags"] == ["old", "to read"]
    removed = client.post("/api/articles/remove", json={"ids": ["mill", "nowhere"]}).json()
    assert removed == {"changed": ["mill"], "missing": ["nowhere"]}
    assert {info.id for info in library.articles()} == {"bridge", "ferry"}


@pytest.mark.parametrize(
    "body",
    [{}, {"ids": []}, {"ids": "mill"}, {"ids": ["mill"] * 1001}, {"ids": ["mill"], "tags": ["x"]},
     {"ids": ["mill"], "tag": ["x" * 61]}, {"ids": ["mill"], "tag": [" "]}, {"ids": ["mill"], "tag": ["x"] * 21}],
)  # fmt: skip
def test_what_cannot_be_tagged_is_one_line(client: httpx.Client, library: Library, body: dict[str, object]) -> None:
    response = client.patch("/api/articles", json=body)
    assert response.status_code == 422
    assert "\n" not in response.json()["error"]
    assert Tags.beside(library).counted() == {}


def test_another_site_can_neither_tag_nor_remove(client: httpx.Client, library: Library) -> None:
    headers, body = {"Origin": "http://evil.example"}, {"ids": ["mill"], "tag": ["x"]}
    assert client.patch("/api/articles", json=body, headers=headers).status_code == 403
    assert client.post("/api/articles/remove", json={"ids": ["mill"]}, headers=headers).status_code == 403
    assert len(library.articles()) == len(ARTICLES)


def test_a_question_is_kept_to_a_tag_over_http(client: httpx.Client, answerer: FakeAnswerer) -> None:
    client.post("/api/ask", json={"question": "When did it open?", "tag": "harbour"})
    assert answerer.asked[-1][2] == Filters(tag="harbour")
