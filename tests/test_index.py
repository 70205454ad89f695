import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from chromadb.api.models.Collection import Collection

from qa.errors import IndexLocked, IndexMismatch, IndexUnavailable
from qa.index import VectorIndex, chroma
from qa.library import Entries, Leases, Library
from qa.settings import Settings
from qa.types import Filters
from tests.conftest import ARTICLES, IDENTITY, HashedWords, store


def nearest(index: VectorIndex, library: Library, text: str) -> str:
    scores = index.search(HashedWords().embed_query(text), 1)
    return library.evidence(scores)[0].article_id


def test_the_nearest_passage_comes_first_with_its_cosine(index: VectorIndex, library: Library) -> None:
    whole = f"{ARTICLES[1].title}\n{ARTICLES[1].text}"
    scores = index.search(HashedWords().embed_query(whole), 3)
    assert library.evidence(scores)[0].article_id == "ferry"
    assert max(scores.values()) == pytest.approx(1.0, abs=1e-5)


def chosen(index: VectorIndex, library: Library, filters: Filters | None) -> set[str]:
    """The articles that have a passage among the nearest, with room for all."""
    scores = index.search(HashedWords().embed_query("any"), 1000, filters)
    return {evidence.article_id for evidence in library.evidence(scores)}


def test_search_can_be_kept_to_articles(index: VectorIndex, library: Library) -> None:
    assert chosen(index, library, None) == {"bridge", "ferry", "mill"}
    assert chosen(index, library, Filters(article_id="mill")) == {"mill"}
    assert chosen(index, library, Filters(article_id="no-such")) == set()
    assert chosen(index, library, Filters(source="harbour news")) == {"ferry"}
    assert chosen(index, library, Filters(since="2025-03-01", until="2025-03-01")) == {"bridge"}
    assert chosen(index, library, Filters(since="1900-01-01")) == {"bridge", "ferry"}, "without a date, in no range"


def test_a_fact_that_changes_alone_changes_in_the_index(index: VectorIndex, library: Library) -> None:
    store(library, replace(ARTICLES[0], source=None, published_at="2019-05-05", sha256="corrected"))
    store(library, replace(ARTICLES[2], source="Élysée Post", sha256="named"))
    index.sync()
    assert chosen(index, library, Filters(source="Test Gazette")) == set()
    assert chosen(index, library, Filters(source="ÉLYSÉE POST")) == {"mill"}
    assert chosen(index, library, Filters(until="2019-12-31")) == {"bridge"}


def test_a_collection_of_an_older_version_is_rebuilt_from_the_library(
    index: VectorIndex, settings: Settings, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = index._collection.get(include=["embeddings"])
    index._chroma.client.delete_collection(chroma.COLLECTION)
    older = index._chroma.client.create_collection(
        chroma.COLLECTION,
        metadata={"model": IDENTITY, "revision": library.revision()},
        configuration={"hnsw": {"space": "cosine"}},
        embedding_function=None,
    )
    articles = [
        {"article_id": evidence.article_id}
        for evidence in library.evidence(dict.fromkeys(map(int, entries["ids"]), 0.0))
    ]
    older.add(ids=entries["ids"], embeddings=entries["embeddings"], metadatas=articles)
    index.close()
    current = VectorIndex.open(settings, library, IDENTITY)
    assert "made by an older version" in capsys.readouterr().err
    assert current.count() == 3
    assert chosen(current, library, Filters(source="Harbour News", since="2025-01-01")) == {"ferry"}
    current.close()
    VectorIndex.open(settings, library, IDENTITY).close()
    assert capsys.readouterr().err == "", "once"


def test_sync_brings_in_what_changed_and_only_that(index: VectorIndex, library: Library) -> None:
    assert index.sync() == 0
    store(library, replace(ARTICLES[2], text="A harbour crane stands by the quay."))
    library.remove("bridge")
    assert index.sync() == 2
    assert index.count() == 2
    assert nearest(index, library, "harbour crane at the quay") == "mill"


def test_of_threads_that_search_at_once_one_brings_a_change_in(index: VectorIndex, library: Library) -> None:
    library.remove("mill")
    with ThreadPoolExecutor(8) as threads:
        touched = list(threads.map(lambda _: index.sync(), range(8)))
    assert sorted(touched) == [0] * 7 + [1]
    assert index.count() == 2


def test_what_is_pending_is_told_and_brought_in_beside_the_questions(index: VectorIndex, library: Library) -> None:
    assert index.pending() == 0
    store(library, replace(ARTICLES[2], text="A harbour crane stands by the quay."))
    library.remove("bridge")
    assert index.sync(patience=0.0) == 0, "no time for it"
    assert index.pending() == 1, "the one that is there"
    while index.pending():
        time.sleep(0.01)
    assert nearest(index, library, "harbour crane at the quay") == "mill"
    assert index.count() == 2


def test_what_was_begun_is_gone_on_with(settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of three articles cannot be written at first: the one before is there, and not written again."""
    monkeypatch.setattr(Entries.changes, "__defaults__", (1,))
    written: list[str] = []
    whole = Collection.upsert

    def upsert(self: Collection, ids: list[str], **others: Any) -> None:
        written.extend(ids)
        if ids == ["2"] and written.count("2") == 1:
            raise OSError("no")
        whole(self, ids, **others)

    monkeypatch.setattr(Collection, "upsert", upsert)
    with pytest.raises(IndexUnavailable):
        VectorIndex.open(settings, library, IDENTITY)
    index = VectorIndex.open(settings, library, IDENTITY)
    assert index.count() == 3
    assert written == ["1", "2", "2", "3"]
    index.close()


@pytest.mark.parametrize("few", [0, 5_000])
def test_filters_that_let_few_or_many_through_find_the_same(
    few: int, index: VectorIndex, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compared one by one, or kept from the nearest of all."""
    monkeypatch.setattr("qa.index.index.FEW", few)
    monkeypatch.setattr("qa.index.index.AHEAD", (1, 3))
    asked = HashedWords().embed_query("Kestrel Mill grinds wheat")
    (found,) = index.search(asked, 2, Filters(source="Harbour News")).items()
    assert found == (2, pytest.approx(index.search(asked, 3)[2], abs=1e-5))
    assert set(index.search(asked, 2, Filters(since="2025-01-01"))) == {1, 2}
    assert index.search(asked, 2, Filters(source="nobody")) == {}


def test_a_lease_ends_by_itself(library: Library) -> None:
    leases = Leases.beside(library)
    assert leases.take("index", "one", 60.0)
    assert leases.take("index", "one", 0.0), "anew, and already over"
    assert leases.take("index", "other", 60.0)
    assert not leases.take("index", "one", 60.0)
    assert leases.take("another index", "one", 60.0)
    leases.leave("index", "one")
    assert not leases.take("index", "one", 60.0), "not its own to leave"
    leases.leave("index", "other")
    assert leases.take("index", "one", 60.0)


def test_an_index_is_current_again_when_it_is_opened(settings: Settings, library: Library) -> None:
    VectorIndex.open(settings, library, IDENTITY).close()
    library.remove("mill")
    index = VectorIndex.open(settings, library, IDENTITY)
    assert index.count() == 2
    index.close()


def test_rebuild_restores_a_lost_index_without_embedding(
    index: VectorIndex, settings: Settings, library: Library
) -> None:
    index.close()
    rebuilt = VectorIndex.rebuild(settings, library, IDENTITY)
    assert rebuilt.count() == 3
    assert nearest(rebuilt, library, "Kestrel Mill grinds wheat") == "mill"
    rebuilt.close()


def test_another_embedding_model_is_refused(index: VectorIndex, settings: Settings, library: Library) -> None:
    index.close()
    with pytest.raises(IndexMismatch, match="ingest rebuild"):
        VectorIndex.open(settings, library, "another-model")


def test_once_the_library_was_embedded_anew_the_index_follows(
    index: VectorIndex, settings: Settings, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    index.close()
    another = HashedWords()
    another.identity = "another-model"
    for article in ARTICLES:
        store(library, article, another)
    again = VectorIndex.open(settings, library, "another-model")
    assert (again.model, again.count()) == ("another-model", 3)
    assert "rebuilt from the library" in capsys.readouterr().err
    again.close()


def test_a_second_process_is_turned_away(index: VectorIndex, settings: Settings) -> None:
    code = f"""
from pathlib import Path
from qa.index.directory import IndexDirectory
from qa.settings import Settings
from qa.types import Filters
IndexDirectory.hold(Settings(data_dir=Path({str(settings.data_dir)!r})))
"""
    second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "IndexLocked: another article-qa process (pid" in second.stderr


def test_closing_lets_the_next_one_in(index: VectorIndex, settings: Settings, library: Library) -> None:
    with pytest.raises(IndexLocked):
        VectorIndex.open(settings, library, IDENTITY)
    index.close()
    VectorIndex.open(settings, library, IDENTITY).close()
