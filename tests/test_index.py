import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from qa.errors import IndexLocked, IndexMismatch
from qa.index import VectorIndex, chroma
from qa.library import Library
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
