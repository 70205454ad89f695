"""A library that began in SQLite files goes on, with all that belongs to it, on a PostgreSQL server."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from ingest.backup import make
from ingest.restore import restore
from qa.accounts.conversations import Conversations
from qa.errors import BackupError
from qa.index import VectorIndex
from qa.library import Library, Tags, schema
from qa.library.following import Following
from qa.settings import Settings
from qa.types import Answer, Article
from tests.conftest import ARTICLES, IDENTITY, fill, store
from tests.postgres.server import MISSING, Cluster, programs

QUESTION = {"article_id": "mill", "question": "What does it grind?", "words": "wheat", "quote": "It grinds wheat"}
QUESTION |= {"start": 32, "end": 47, "model": "fake", "vector": b"1234"}
pytestmark = pytest.mark.skipif(programs() is None, reason=f"PostgreSQL is not there: {MISSING}")


@pytest.fixture
def files(tmp_path: Path) -> Settings:
    """Of a library in files, to which much belongs."""
    files = Settings(data_dir=tmp_path / "files")
    fill(files)
    library, kept, following = Library.open(files.library), Conversations.open(files.conversations), Following
    library.remove("ferry")
    Tags.beside(library).change(["mill"], ["To read"])
    library.record_failure("a.pdf", "a.pdf", "is empty")
    following.beside(library).follow("https://gazette.example/feed", "feed")
    with library._writing() as db:
        db.execute(sa.insert(schema.questions), QUESTION)
    conversation = kept.create("ada", "Bridges")
    for number in range(3):
        kept.append("ada", conversation.id, Answer(f"{number}?", f"{number}?", status="answered", text=f"{number}."))
    kept.vote("ada", conversation.id, 2, "down", "wrong")
    kept.close()
    library.close()
    return files


def test_a_backup_of_files_is_brought_to_a_server(server: Cluster, files: Settings, tmp_path: Path) -> None:
    backup = make(files, tmp_path / "backups")
    server.sql("CREATE SCHEMA moved")
    moved = replace(files, data_dir=tmp_path / "there", database_url=server.url("moved"))
    done = restore(moved, tmp_path / "backups")
    assert (done.backup, done.articles, done.conversations, done.passages) == (backup, 2, 1, 2)
    both = [Library.open(one.library) for one in (files, moved)]
    for what in (
        lambda kept: kept.articles(),
        lambda kept: [kept.article(info.id) for info in kept.articles()],
        lambda kept: [(p.rowid, p.vector.tolist()) for p in kept.vectors("bridge", "mill")],
        lambda kept: (kept.revision(), kept.failed(), kept.origins(), Following.beside(kept).list()),
        lambda kept: list(kept.search_text(["wheat", "engineer", "bridge"], 5)),
    ):
        before, after = map(what, both)
        assert before == after
        assert before
    with both[0]._reading() as old, both[1]._writing() as new:
        for table in schema.metadata.sorted_tables:
            assert schema.count_of(old, table) == schema.count_of(new, table), table.name
        new.execute(sa.insert(schema.questions), QUESTION)
    said = [Conversations.open(one.conversations) for one in (files, moved)]
    (info,) = said[0].list("ada")
    assert said[1].list("ada") == (info,)
    assert said[0].get("ada", info.id) == said[1].get("ada", info.id)
    library = both[1]
    store(library, ARTICLES[1])
    Following.beside(library).follow("https://harbour.example/feed", "feed")
    assert library.full_text_is_sound()
    index = VectorIndex.open(moved, library, IDENTITY)
    assert index.count() == library.stats().passages == 3
    index.close()
    with pytest.raises(BackupError, match="holds articles or conversations, which stay"):
        restore(moved, tmp_path / "backups")
    for kept in (*both, *said):
        kept.close()


def test_a_backup_is_brought_whole_or_not_at_all(
    server: Cluster, files: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(files, tmp_path / "backups")
    server.sql("CREATE SCHEMA cut")
    moved = replace(files, data_dir=tmp_path / "there", database_url=server.url("cut"))
    monkeypatch.setattr("qa.library.tsvector.document_of", lambda title, text: ("no 'document", 1))
    with pytest.raises(Exception, match="cannot use the library"):
        restore(moved, tmp_path / "backups")
    monkeypatch.undo()
    library = Library.open(moved.library)
    assert library.count() == 0
    assert restore(moved, tmp_path / "backups").articles == 2
    store(library, Article("late", "Late", "It came late.", sha256="l"))
    assert library.count() == 3
    library.close()
