"""What is one process's among several: duties, seats, an evaluation, the questions that are prepared on an article."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from qa.cli.remote import announced as pages
from qa.errors import EvaluationError, SettingsError
from qa.evaluation.gold import Gold
from qa.evaluation.measurement import Measurement
from qa.library import Library, Questions
from qa.settings import Settings
from qa.web.duty import Duty
from qa.web.engine import Engine
from qa.web.evaluator import BUSY, ELSEWHERE, Evaluator
from qa.web.presence import announced, seated, temporary_files
from tests.conftest import ARTICLES, store
from tests.test_web_api import served
from tests.web_fake import FakeAnswerer


def _hold(path: Path, name: str, parent: Connection) -> None:
    duty = Duty(name, lambda: Library.open(path))
    parent.send(duty.take())
    parent.recv()


def test_a_duty_is_one_process_s_until_that_ends(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite3")
    duty, beside = (Duty("lookout", lambda: library) for _ in range(2))
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    other = context.Process(target=_hold, args=(library.place, "lookout", there), daemon=True)
    other.start()
    assert here.recv() is True
    assert (duty.take(), duty.is_taken()) == (False, True)
    assert Duty("another", lambda: library).take()
    other.kill()
    other.join()
    assert (duty.is_taken(), duty.take(), duty.take()) == (False, True, True)
    assert (beside.take(), beside.is_taken()) == (False, True)
    duty.give_up()
    duty.give_up()
    assert beside.take()
    beside.give_up()
    library.close()


def test_servers_that_share_a_chroma_server_have_files_of_their_own(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, chroma_url="http://127.0.0.1:9")
    with seated(settings) as first, seated(settings) as second, seated(settings) as third:
        assert first.address == settings.server_file
        assert len({first.lock, second.lock, third.lock, first.temporary, second.temporary, third.temporary}) == 6
        with temporary_files(first), temporary_files(second):
            (first.temporary / "upload").touch()
            with seated(settings) as fourth, temporary_files(fourth):
                assert (first.temporary / "upload").exists()
        with pytest.raises(SettingsError, match="another server"), seated(Settings(data_dir=tmp_path)):
            pass
    with seated(settings) as again:
        assert again == first


def test_commands_find_every_page_that_runs(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", chroma_url="http://127.0.0.1:9")
    with (
        served(lambda _: FakeAnswerer(), tmp_path / "one") as one,
        served(lambda _: FakeAnswerer(), tmp_path / "two") as two,
        seated(settings) as first,
        seated(settings) as second,
        seated(settings) as third,
        announced(first, "http://127.0.0.1:9", None),
        announced(second, str(one.base_url), None),
        announced(third, str(two.base_url), None),
    ):
        assert [client.base_url for client in pages(settings)] == [one.base_url, two.base_url]
    assert list(pages(settings)) == []


def _evaluator(settings: Settings, library: Library) -> Evaluator:
    return Evaluator(Engine(FakeAnswerer, lambda: library), settings)


def test_one_evaluation_runs_and_what_another_process_measures_is_not_cut_short(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    library = Library.open(settings.library_path)
    one, other = _evaluator(settings, library), _evaluator(settings, library)
    assert one._duty.take()
    run = one.runs("ada").begin(
        Measurement("five.jsonl", [Gold(id="1", question="Who?", answers=["Ada"], answerable=True)], None)
    )
    assert other.is_taken
    assert [seen.state for seen in other.runs("ada").all()] == ["running"]
    with pytest.raises(EvaluationError, match=BUSY), other._turn():
        pass
    for call in (other.cancel, other.remove):
        with pytest.raises(EvaluationError, match=ELSEWHERE):
            call("ada", run.id)
    one.stop()
    assert not other.is_taken
    assert [seen.state for seen in other.runs("ada").all()] == ["stopped"]
    assert not other.is_taken
    with other._turn():
        assert one.is_taken
    assert not one.is_taken
    library.close()


def test_a_question_that_another_process_has_kept_is_not_kept_again(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite3")
    store(library, ARTICLES[0])
    questions = Questions.beside(library)
    known = library.article(ARTICLES[0].id)
    assert questions.note(known, 1, over=False, model="m", kept=[])
    assert not questions.note(known, 1, over=False, model="m", kept=[])
    assert questions.note(known, 2, over=True, model="m", kept=[])
    assert not questions.note(known, 2, over=True, model="m", kept=[])
    assert questions.tried(known.id) == 2
    library.close()


def test_the_page_says_who_measures(tmp_path: Path) -> None:
    answerer = FakeAnswerer()
    answerer.library = library = Library.open(Settings(data_dir=tmp_path).library_path)
    with served(lambda _: answerer, tmp_path) as client:
        duty = Duty("evaluation", lambda: library)
        assert duty.take()
        assert client.get("/api/evaluations").json()["is_taken"] is True
        duty.give_up()
        assert client.get("/api/evaluations").json()["is_taken"] is False
    library.close()
