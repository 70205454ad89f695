"""A library on a real PostgreSQL server: what is kept, found and removed there, and what is said when it is gone."""

import re
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.backup import make
from qa.accounts.conversations import Conversations
from qa.cli import doctor
from qa.errors import BackupError, ConversationError, LibraryError, SettingsError
from qa.language.text import content_words
from qa.library import Library, Shelf, Tags, Wanted, tsvector
from qa.library.following import Following
from qa.settings import Settings
from qa.types import Answer, Article, Filters
from tests.conftest import ARTICLES, store
from tests.postgres.server import MISSING, PASSWORD, Cluster, programs

pytestmark = pytest.mark.skipif(programs() is None, reason=f"PostgreSQL is not there: {MISSING}")
TESTS = Path(__file__).parent.parent
QUESTIONS = (
    "Who designed the Varga bridge?",
    "How many people a day?",
    "wheat of the valley",
    "412 metres",
    "co-designed",
)


@pytest.fixture
def settings(server: Cluster, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    schema = f"s{abs(hash(request.node.name))}"
    server.sql(f"CREATE SCHEMA {schema}")
    return Settings(data_dir=tmp_path, database_url=server.url(schema))


def test_every_file_of_tests_that_opens_a_library_is_run_on_it() -> None:
    opens = re.compile(r"\b(?:Library|Conversations|Sessions|Following)\.open\(|library: Library|client: httpx\.Client")
    files = {f"tests/{path.name}" for path in TESTS.glob("test_*.py") if opens.search(path.read_text())}
    listed = (TESTS / "postgres" / "files.txt").read_text().split()
    assert files <= set(listed)
    assert all((TESTS.parent / name).exists() for name in listed)
    assert listed == sorted(listed)


def test_what_is_kept_is_found_as_in_a_file(library: Library, tmp_path: Path) -> None:
    other = Library.open(tmp_path / "library.sqlite3")
    for article in ARTICLES:
        store(other, article)
    for question in QUESTIONS:
        words = content_words(question)
        for filters in (None, Filters(since="2025-02-01"), Filters(source="TEST gazette")):
            found, expected = (kept.search_text(words, 5, filters) for kept in (library, other))
            assert found == pytest.approx(expected), (question, filters)
        assert library.document_frequencies(words) == other.document_frequencies(words)
    assert library.terms("b", ["mill"]) == other.terms("b", ["mill"])
    assert library.article("bridge") == other.article("bridge")
    Tags.beside(library).change(["mill", "ferry"], ["To read", "old"])
    assert [info.tags for info in library.articles()] == [(), ("old", "To read"), ("old", "To read")]
    (found,) = Shelf.beside(library).page(Wanted("wheat val", descending=True)).articles
    assert (found.id, found.hit and found.hit.text) == ("mill", "It grinds wheat for the valley.")
    other.close()


def test_of_many_passages_those_with_the_rarest_words_are_ranked(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["Varga", "wheat", "valley", "the", "a"]
    whole = library.search_text(words, 5)
    assert len(whole) == 3
    assert library.search_text(words, 5, Filters(source="Harbour News")) == {
        rowid: score for rowid, score in whole.items() if library.evidence({rowid: 0.0})[0].article_id == "ferry"
    }
    monkeypatch.setattr(tsvector, "CANDIDATES", 2)
    some = library.search_text(words, 5)
    assert {e.article_id for e in library.evidence(some)} == {"bridge", "mill"}
    assert some == pytest.approx({rowid: whole[rowid] for rowid in some})


def test_what_is_replaced_or_removed_leaves_nothing_behind(library: Library) -> None:
    store(library, replace(ARTICLES[0], text="The bridge is closed. The bridge is old.", sha256="4"))
    assert library.document_frequencies(["Ada", "Varga", "bridge"]) == {"Ada": 0, "Varga": 1, "bridge": 1}
    library.remove("bridge")
    assert library.search_text(["bridge", "Varga"], 5) == {}
    assert "bridg" not in library.terms("b", [])
    assert library.full_text_is_sound()
    before = library.search_text(["ferry", "mill", "the"], 5)
    library.rebuild_full_text()
    assert library.search_text(["ferry", "mill", "the"], 5) == before
    assert library.full_text_is_sound()


def test_lists_are_sorted_as_in_a_file(settings: Settings, tmp_path: Path) -> None:
    titles = ("Zebra 10", "zebra 9", "Äpfel", "apfel 2", "Straße", "Étude", "eta", "№ 5", "100000000000000", "99")
    both = Library.open(settings.library), Library.open(tmp_path / "library.sqlite3")
    for kept in both:
        for number, title in enumerate(titles):
            store(kept, Article(f"a{number}", title, "Text.", sha256=str(number)))
    first, second = ([a.title for a in Shelf.beside(kept).page(Wanted(order="title")).articles] for kept in both)
    assert first == second
    for kept in both:
        kept.close()


def test_conversations_and_what_is_followed_stand_there_too(settings: Settings) -> None:
    kept = Conversations.open(settings.conversations)
    new = kept.create("ada", "Bridges")
    assert [one.id for one in kept.list("ada", "BRIDGE")] == [new.id]
    assert kept.history("ada", new.id) == ()
    following = Following.open(settings.library)
    assert following.follow("https://gazette.example/feed", "feed").id == following.list()[0].id
    kept.close()
    following.close()


def test_a_text_with_a_nul_is_kept_without_it(settings: Settings, library: Library) -> None:
    kept = Conversations.open(settings.conversations)
    new = kept.create("ada", "Zero")
    question = "What is \0 after\\0all?"
    number = kept.append("ada", new.id, Answer(question, question, status="answered", text="It is \0."))
    kept.vote("ada", new.id, number, "down", "\0 is missing")
    (turn,) = kept.history("ada", new.id)
    assert (turn.question, turn.answer) == ("What is � after\\0all?", "It is �.")
    store(library, Article("zero", "Zero\0", "It is \0.", sha256="0"))
    assert library.article("zero").text == "It is �."
    assert [found.id for found in Shelf.beside(library).page(Wanted("\0 wheat")).articles] == ["mill"]
    kept.close()


def test_one_fills_the_library_at_a_time_and_none_that_was_killed(settings: Settings, library: Library) -> None:
    assert settings.database_url
    holding = (
        "import sys, time; from pathlib import Path\n"
        "from qa.library import Library; from qa.storage.places import Server\n"
        "with Library.open(Server(sys.stdin.readline().strip(), Path('.'))).held('ingest', print):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdin
    assert other.stdout
    other.stdin.write(f"{settings.database_url}\n")
    other.stdin.flush()
    assert other.stdout.readline() == "held\n"
    assert library.is_held("ingest")
    with pytest.raises(InterruptedError), library.held("ingest", _interrupt):
        pass
    other.kill()
    other.wait()
    with library.held("ingest", lambda: None):
        assert library.is_held("ingest")
    assert not library.is_held("ingest")


def test_several_that_find_nothing_there_make_it_once(settings: Settings) -> None:
    start, faults = threading.Barrier(8), []

    def open_it() -> None:
        start.wait()
        try:
            Library.open(settings.library).close()
        except LibraryError as error:
            faults.append(error)

    those = [threading.Thread(target=open_it) for _ in range(8)]
    for one in those:
        one.start()
    for one in those:
        one.join()
    assert not faults


def test_two_writers_never_share_a_revision(settings: Settings, library: Library) -> None:
    def write(first: int) -> None:
        own = Library.open(settings.library)
        for number in range(first, first + 10):
            store(own, Article(f"n{number}", "A note", f"It is note {number}.", sha256=f"n{number}"))
        own.close()

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert library.revision() == len(ARTICLES) + 20
    assert library.full_text_is_sound()


def test_a_server_that_dies_loses_nothing_and_is_found_again(
    server: Cluster, settings: Settings, library: Library
) -> None:
    kept = Conversations.open(settings.conversations)
    kept.create("ada")
    with library.held("ingest", lambda: None):
        server.stop()
        try:
            with pytest.raises(LibraryError, match=r"^cannot reach postgresql://.*start the server") as told:
                store(library, Article("late", "A late one", "It came late.", sha256="9"))
            with pytest.raises(ConversationError, match=r"^cannot reach postgresql://"):
                kept.list("ada")
            assert PASSWORD not in str(told.value)
            assert "\n" not in str(told.value)
        finally:
            server.start()
    store(library, Article("late", "A late one", "It came late.", sha256="9"))
    assert library.count() == len(ARTICLES) + 1
    assert library.full_text_is_sound()
    assert len(kept.list("ada")) == 1
    kept.close()


def test_what_cannot_be_used_is_one_line_without_the_password(server: Cluster, settings: Settings) -> None:
    for url, said in (
        (server.url("public", "wr0ng & secret"), "refuses the name or password"),
        (server.url("nowhere"), "has no schema to work in"),
        (server.url("public").replace("@/postgres", "@/nothing"), "does not exist"),
        ("postgresql+psycopg://ada:secret@127.0.0.1:1/articles", "cannot reach postgresql://127.0.0.1:1/articles"),
    ):
        with pytest.raises(LibraryError, match=said) as told:
            Library.open(replace(settings, database_url=url).library)
        assert "\n" not in str(told.value)
        assert not any(secret in f"{told.value}{told.value!r}" for secret in ("secret", PASSWORD, "wr0ng"))
    server.sql("CREATE SCHEMA other; CREATE TABLE other.things (id int)")
    with pytest.raises(LibraryError, match="holds tables of something else"):
        Library.open(replace(settings, database_url=server.url("other")).library)


def test_who_may_only_read_is_answered(server: Cluster, settings: Settings, library: Library) -> None:
    assert settings.database_url
    schema = settings.database_url.rpartition("%3D")[2]
    server.sql(f"CREATE ROLE guest LOGIN PASSWORD 'guest'; GRANT USAGE ON SCHEMA {schema} TO guest")
    server.sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO guest")
    url = f"postgresql+psycopg://guest:guest@{settings.database_url.partition('@')[2]}"
    reading = Library.open(replace(settings, database_url=url).library)
    assert reading.count() == len(ARTICLES)
    assert reading.search_text(["wheat"], 5)
    with pytest.raises(LibraryError, match="does not let this user do it"):
        reading.remove("mill")
    reading.close()


def test_commands_show_no_password_and_leave_copies_to_pg_dump(settings: Settings, library: Library) -> None:
    said = [f"{one}" for check in (doctor._settings, doctor._library, doctor._full_text) for one in check(settings)]
    assert any("3 articles, 3 passages" in line for line in said)
    assert not any(PASSWORD in line or "right" in line for line in (*said, repr(settings)))
    with pytest.raises(BackupError, match="pg_dump"):
        make(settings, settings.data_dir)
    with pytest.raises(SettingsError, match=r"must begin with postgresql\+psycopg://") as told:
        Settings.from_env({"ARTICLE_QA_DATABASE_URL": "mysql://ada:secret@host/name"})
    assert "secret" not in str(told.value)


def _interrupt() -> None:
    raise InterruptedError
