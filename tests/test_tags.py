"""Tags: they stay with their article through its changes, and keep the list and both sides of a search to theirs."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.backup import make
from ingest.cli import app
from qa.errors import FilterError, TagError
from qa.index import MemoryIndex, VectorIndex
from qa.library import Library, Tags, check
from qa.plans.topic import Topic
from qa.query.query import Query
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Filters
from tests.commands import Command, command
from tests.conftest import ARTICLES, IDENTITY, HashedWords, fill, store
from tests.test_index_facts import put


@pytest.fixture
def tags(library: Library) -> Tags:
    return Tags.beside(library)


def tags_of(library: Library) -> dict[str, tuple[str, ...]]:
    return {info.id: info.tags for info in library.articles()}


def test_tags_are_put_on_several_articles_and_taken_off(library: Library, tags: Tags) -> None:
    assert tags.change(["mill", "bridge", "mill", "nowhere"], add=["to read", "  Harbour\nworks "]) == ["nowhere"]
    assert tags_of(library) == {
        "bridge": ("Harbour works", "to read"),
        "ferry": (),
        "mill": ("Harbour works", "to read"),
    }
    assert tags.change(["bridge"], add=["new"], drop=["TO READ", "never given"]) == []
    assert tags.of("bridge") == ("Harbour works", "new")
    assert tags.counted() == {"Harbour works": 2, "new": 1, "to read": 1}
    assert tags.articles("HARBOUR WORKS") == ("bridge", "mill")


def test_a_tag_has_one_spelling_whatever_its_capitals_and_its_form(library: Library, tags: Tags) -> None:
    tags.change(["bridge"], add=["Élan"])
    tags.change(["mill", "bridge"], add=["élan", "E\u0301LAN"])
    assert tags.counted() == {"Élan": 2}
    assert {info.id for info in library.articles(Filters(tag="e\u0301lan"))} == {"bridge", "mill"}
    tags.change(["mill", "bridge"], drop=["élan"])
    tags.change(["mill"], add=["élan"])
    assert tags.counted() == {"élan": 1}, "nothing is left of a spelling that no article has"


@pytest.mark.parametrize("text", ["", " \n", "x" * 61, "a\x00b", "a\u202eb"])
def test_what_is_no_tag_is_refused_and_nothing_is_changed(library: Library, tags: Tags, text: str) -> None:
    with pytest.raises(TagError, match="at most 60 characters"):
        tags.change(["bridge"], add=["good", text])
    assert tags.counted() == {}


def test_a_tag_is_data(library: Library, tags: Tags) -> None:
    wild = ["'; DROP TABLE tags; --", '"<b>"', "50%", "a_b", "🌉"]
    tags.change(["bridge"], add=wild)
    assert set(tags.of("bridge")) == set(wild)
    assert library.articles(Filters(tag="a%b")) == []
    assert [info.id for info in library.articles(Filters(tag="50%"))] == ["bridge"]


def test_tags_survive_an_update_and_follow_an_article_to_another_id(library: Library, tags: Tags) -> None:
    tags.change(["bridge", "mill"], add=["old"])
    store(library, replace(ARTICLES[0], text="It opened in 1932.", sha256="4"))
    assert tags.of("bridge") == ("old",)
    moved = replace(ARTICLES[0], id="varga")
    library.put(moved, [], HashedWords().encode_documents([]), origin="/varga", model=IDENTITY, former="bridge")
    assert tags_of(library) == {"ferry": (), "mill": ("old",), "varga": ("old",)}
    library.remove("varga")
    store(library, moved)
    assert tags.of("varga") == (), "gone with the article"
    assert tags.counted() == {"old": 1}


def test_both_sides_of_a_search_are_kept_to_the_articles_of_a_tag(
    library: Library, tags: Tags, retriever: HybridRetriever
) -> None:
    tags.change(["ferry", "mill"], add=["water"])
    only = Filters(tag="WATER")
    by_vector = retriever.index.search(HashedWords().embed_query("the bridge"), 10, only)
    assert {evidence.article_id for evidence in library.evidence(by_vector)} == {"ferry", "mill"}
    in_memory = MemoryIndex(library, IDENTITY).search(HashedWords().embed_query("the bridge"), 10, only)
    assert in_memory == pytest.approx(by_vector)
    assert {found.article_id for found in retriever.search("When did the bridge open?", filters=only)} == {
        "ferry",
        "mill",
    }
    both = replace(only, source="harbour news")
    assert {found.article_id for found in retriever.search("When did the bridge open?", filters=both)} == {"ferry"}
    tags.change(["ferry"], drop=["water"])
    assert {found.article_id for found in retriever.search("the ferry", filters=only)} == {"mill"}, "at once"
    assert retriever.index.search(HashedWords().embed_query("the bridge"), 10, Filters(tag="none")) == {}


def test_a_tag_of_more_passages_than_are_compared_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.index.index.FEW", 4)
    settings = Settings(data_dir=tmp_path)
    library = Library.open(settings.library_path)
    names = ["a" * (1 + n) for n in range(15)]
    for name in names:
        put(library, name, None, None)
    index = VectorIndex.open(settings, library, IDENTITY)
    Tags.beside(library).change(names[:10], add=["many"])
    asked = [1.0, 0.5, 0.25, 0.0]
    found = index.search(asked, 6, Filters(tag="many"))
    assert list(found) == list(MemoryIndex(library, IDENTITY).search(asked, 6, Filters(tag="many")))
    index.close()


def test_a_tag_that_no_article_has_is_an_error_that_names_those_there_are(library: Library, tags: Tags) -> None:
    with pytest.raises(FilterError, match=r"^no article has the tag 'x'; no article has a tag$"):
        check(Filters(tag="x"), library)
    tags.change(["bridge"], add=["harbour", "trade"])
    check(Filters(tag="Harbour"), library)
    with pytest.raises(FilterError, match=r"^no article has the tag 'harbor'; there is harbour, trade$"):
        check(Filters(tag="harbor"), library)


def test_an_answer_says_that_it_looked_at_tagged_articles_only() -> None:
    topic = Topic.of(Query.of("How many articles mention trade?", Filters(tag="harbour", since="2025-01-01")), ())
    assert topic.where == " tagged harbour since 2025-01-01"


@pytest.fixture
def ingest(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    fill(settings)
    monkeypatch.setenv("ARTICLE_QA_DATA_DIR", str(settings.data_dir))
    return command("ingest", app, monkeypatch, capsys)


def test_articles_are_tagged_and_listed_by_tag_on_the_command_line(ingest: Command) -> None:
    assert ingest("tag", "to read", "mill", "bridge").out == "2 tagged\n"
    listed = json.loads(ingest("list", "--tag", "TO READ", "--json").out)
    assert [(info["id"], info["tags"]) for info in listed] == [("bridge", ["to read"]), ("mill", ["to read"])]
    assert "to read" in ingest("list").out
    assert "tags: to read" in ingest("show", "mill").out
    assert json.loads(ingest("show", "mill", "--json").out)["tags"] == ["to read"]
    assert ingest("untag", "to read", "mill").out == "1 untagged\n"
    assert [info["id"] for info in json.loads(ingest("list", "--tag", "to read", "--json").out)] == ["bridge"]


def test_what_goes_wrong_with_tags_is_one_line(ingest: Command) -> None:
    some = ingest("tag", "x", "mill", "nowhere")
    assert (some.code, some.out) == (1, "1 tagged\n")
    assert "no article has the id 'nowhere'" in some.err
    wrong = ingest("tag", "y" * 61, "mill")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.count("\n") == 1
    assert "no article is of that source, tag and time" in ingest("list", "--tag", "never").err


@pytest.mark.sqlite
def test_a_backup_keeps_the_tags(settings: Settings, tmp_path: Path) -> None:
    fill(settings)
    library = Library.open(settings.library_path)
    Tags.beside(library).change(["mill"], add=["to read"])
    library.close()
    kept = make(settings, tmp_path / "backups")
    assert Tags.beside(Library.open(kept.path / settings.library_path.name)).counted() == {"to read": 1}
