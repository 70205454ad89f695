"""python -m qa: what it prints, where, and how it ends. The answers are a fake model's, over the test library."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from qa.answer import Answerer
from qa.cli.doctor import Finding
from qa.cli.main import app
from qa.errors import ProviderError
from qa.library import Library
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Answer, Article, Citation, Evidence
from tests.commands import Command, Outcome, command
from tests.conftest import store
from tests.judges import WordJudge
from tests.web_fake import COMPARED, FakeAnswerer

COMMANDS = ("ask", "search", "chat", "evaluate", "gold", "models", "doctor")
HEAVY = ("chromadb", "gradio", "langchain_core", "numpy", "openvino_genai", "sentence_transformers", "torch")
QUESTION = "When did the Varga bridge open?"
DRAFT = "The Varga bridge opened in 1931."
GOLD = {
    "id": "q1",
    "question": QUESTION,
    "answers": ["1931"],
    "answerable": True,
    "evidence": [{"article_id": "bridge", "text": DRAFT}],
}


def shell(*arguments: str, **environ: str) -> Outcome:
    """The command in a process of its own, as a user runs it."""
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parent.parent,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "100", **environ},
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def assert_one_line(outcome: Outcome, *words: str) -> None:
    """It failed, and said why in one line on stderr."""
    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.startswith("error: ")
    assert len(outcome.err.splitlines()) == 1
    for word in words:
        assert word in outcome.err


@pytest.fixture
def qa(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command in this process, where nothing may load a model, on a data directory of its own."""
    monkeypatch.setenv("ARTICLE_QA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr("qa.answer.Answerer.open", lambda settings: pytest.fail("a model would be loaded"))

    return command("qa", app, monkeypatch, capsys)


@pytest.fixture
def answering(qa: Command, retriever: HybridRetriever, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The same with a library and a model that always says the same sentence."""
    answerer = Answerer(retriever, FakeListChatModel(responses=[DRAFT]), "fake:list", WordJudge())
    monkeypatch.setattr("qa.answer.Answerer.open", lambda settings: answerer)
    monkeypatch.setattr(HybridRetriever, "open", lambda settings: retriever)
    return qa


def test_help_lists_the_commands_with_examples() -> None:
    outcome = shell("-m", "qa", "--help")
    assert (outcome.code, outcome.err) == (0, "")
    assert all(f"\n  {command} " in outcome.out for command in COMMANDS)
    assert 'python -m qa ask "who met the Alberta Prosperity Project?"' in outcome.out


@pytest.mark.parametrize("arguments", [("--help",), ("ask", "--help"), ("nonsense",)])
def test_what_needs_no_library_loads_none(arguments: tuple[str, ...]) -> None:
    """Quick, whatever the machine: none of the packages that take long to import is."""
    script = (
        "import sys\nfrom qa.cli.main import app\n"
        f"try: app({list(arguments)!r})\n"
        f"except SystemExit: print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert shell("-c", script).out.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("ask",),
        ("ask", QUESTION, "--nonsense"),
        ("ask", QUESTION, "--since", "the day before"),
        ("ask", QUESTION, "--length", "long"),
        ("search", QUESTION, "-k", "0"),
        ("search", QUESTION, "-k", "many"),
        ("evaluate",),
        ("evaluate", "gold.jsonl", "--limit", "0"),
        ("models", "push"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_so(qa: Command, arguments: tuple[str, ...]) -> None:
    outcome = qa(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("Usage: ")


def test_ask_over_an_empty_library_names_ingest(tmp_path: Path) -> None:
    outcome = shell(
        *("-m", "qa", "ask", QUESTION),
        ARTICLE_QA_DATA_DIR=str(tmp_path / "data"),
        ARTICLE_QA_MODELS_DIR=str(tmp_path / "models"),
        ARTICLE_QA_MODEL_URL="http://127.0.0.1:9/v1",  # so that no weights are fetched
    )
    assert_one_line(outcome, "the library is empty", "python -m ingest add")


def test_search_over_an_empty_library_names_ingest(qa: Command) -> None:
    assert_one_line(qa("search", QUESTION), "the library is empty", "python -m ingest add")
    assert_one_line(qa("search", QUESTION, "--json"), "the library is empty")


def test_a_setting_that_cannot_be_is_one_line(qa: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_PORT", "many")
    assert_one_line(qa("ask", QUESTION), "ARTICLE_QA_PORT", "'many'")


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(("question", "reason"), [("  ", "the question is empty"), ("a" * 2001, "2,001 characters")])
def test_a_question_that_cannot_be_asked_is_one_line(
    answering: Command, command: str, question: str, reason: str
) -> None:
    assert_one_line(answering(command, question), reason)


def test_ask_prints_the_answer_and_what_it_rests_on(answering: Command) -> None:
    outcome = answering("ask", QUESTION)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "The Varga bridge opened in 1931. [1]",
        "",
        "[1] The Varga bridge (Test Gazette, 2025-03-01)",
        "    “The Varga bridge opened in 1931.”",
    ]


def test_ask_prints_notes_under_the_answer(qa: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = Answer(QUESTION, QUESTION, status="answered", text="Yes. [1]", notes=("The sources disagree.",))
    monkeypatch.setattr("qa.cli.main._answerer", lambda: SimpleNamespace(stream=lambda *args, **kwargs: iter((noted,))))
    assert qa("ask", QUESTION).out.splitlines() == ["Yes. [1]", "Note: The sources disagree."]


def test_ask_prints_what_was_left_out_of_an_article_under_its_quote(
    qa: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = Citation(1, "pier", "The pier", None, None, None, "It burnt down.", 0, 14, ("2 pictures with text",))
    cited = Answer(QUESTION, QUESTION, status="answered", text="Yes. [1]", citations=(quote,))
    monkeypatch.setattr("qa.cli.main._answerer", lambda: SimpleNamespace(stream=lambda *args, **kwargs: iter((cited,))))
    assert qa("ask", QUESTION).out.splitlines()[-2:] == ["    “It burnt down.”", "    Note: 2 pictures with text"]


def test_ask_json_is_one_answer_and_nothing_else(answering: Command) -> None:
    outcome = answering("ask", QUESTION, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    value = outcome.json()
    assert (value["status"], value["text"]) == ("answered", "The Varga bridge opened in 1931. [1]")
    assert value["citations"][0]["quote"] == DRAFT
    assert value["model"] == "fake:list"


def test_a_refusal_is_no_failure_and_offers_the_closest_articles(answering: Command) -> None:
    outcome = answering("ask", "Which quarks do protons contain?")
    assert (outcome.code, outcome.err) == (0, "")
    said = outcome.out.splitlines()
    assert said[:3] == ["The articles do not answer this question.", "", "The closest articles are:"]
    assert set(said[3:]) == {
        "  - The Varga bridge (Test Gazette, 2025-03-01)",
        "  - The Lomond ferry (Harbour News, 2025-06-01)",
        "  - Kestrel Mill",
    }


def test_a_model_that_fails_leaves_the_closest_articles(qa: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **__: Any) -> Iterator[Answer]:
        yield Answer(QUESTION, QUESTION, passages=(Evidence("a", "A bridge", None, None, None, 0, 1, "x", 0.5),))
        raise ProviderError("the model m cannot answer: its server failed")

    monkeypatch.setattr("qa.cli.main._answerer", lambda: SimpleNamespace(stream=failing))
    outcome = qa("ask", QUESTION)
    assert (outcome.code, outcome.err) == (1, "error: the model m cannot answer: its server failed\n")
    assert outcome.out.splitlines() == ["The closest articles are:", "  - A bridge"]
    assert qa("ask", QUESTION, "--json").out == ""


def test_a_terminal_sees_the_draft_and_then_only_the_answer(
    answering: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    outcome = answering("ask", QUESTION)
    shown = outcome.err.split("\r\033[K")
    assert "reading 3 passages …" in shown
    assert any(line.startswith("being checked: The Varga bridge opened") for line in shown)
    assert shown[-1] == "", "the last line is wiped"
    assert outcome.out.startswith("The Varga bridge opened in 1931. [1]\n")


def test_a_terminal_sees_the_parts_that_are_checked(qa: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    answerer = FakeAnswerer()
    monkeypatch.setattr("qa.cli.main._answerer", lambda: answerer)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    outcome = qa("ask", "Compare its year and length", "--length", "detailed")
    assert answerer.wanted == ("detailed", frozenset())
    first, second = outcome.err.split("\r\033[K")[2:4]
    assert first.startswith("checked so far: - 1931: It opened in 1931")
    assert len(second) >= len(first)
    assert outcome.out.startswith(f"- {COMPARED[0].text} [1]\n- {COMPARED[1].text} [1][2]\n\n[1] The Varga bridge")


def test_filters_that_nothing_meets_are_a_refusal_in_a_terminal_too(
    answering: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    outcome = answering("ask", QUESTION, "--since", "2026-01-01")
    assert (outcome.code, outcome.out) == (0, "The articles do not answer this question.\n")


@pytest.mark.parametrize(
    ("filters", "articles"),
    [
        ((), {"bridge", "ferry", "mill"}),
        (("--since", "2025-03-02"), {"ferry"}),
        (("--until", "2025-05-31"), {"bridge"}),
        (("--source", "harbour news"), {"ferry"}),
        (("--article", "mill"), {"mill"}),
        (("-k", "1"), {"bridge"}),
    ],
)
def test_search_json_is_the_question_and_the_passages(
    answering: Command, filters: tuple[str, ...], articles: set[str]
) -> None:
    value = answering("search", QUESTION, "--json", *filters).json()
    assert set(value) == {"question", "passages"}
    assert value["question"] == QUESTION
    assert {passage["article_id"] for passage in value["passages"]} == articles


def test_search_prints_the_passages_best_first(answering: Command, retriever: HybridRetriever) -> None:
    best = retriever.search(QUESTION)[0]
    first = answering("search", QUESTION, "-k", "2").out.split("\n\n")[0]
    assert first == f"1. The Varga bridge (Test Gazette, 2025-03-01)  {best.score:.2f}\n   {best.text}"


def test_chat_asks_until_an_empty_line(answering: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter([QUESTION, "Which quarks do protons contain?", ""])
    monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
    outcome = answering("chat")
    assert outcome.code == 0
    assert outcome.out.index("opened in 1931. [1]") < outcome.out.index("do not answer this question")


def test_chat_ends_with_the_input(answering: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    assert answering("chat") == Outcome(0, "", "")


def test_ctrl_c_is_one_line(answering: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(settings: Settings) -> Answerer:
        raise KeyboardInterrupt

    monkeypatch.setattr("qa.answer.Answerer.open", interrupted)
    outcome = answering("ask", QUESTION)
    assert (outcome.code, outcome.err.strip()) == (130, "error: stopped")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        ("", "holds no questions"),
        ("{broken", ":1: not JSON"),
        (json.dumps(GOLD) + '\n{"id": "q2"}', ":2: "),
    ],
)
def test_a_gold_set_that_cannot_be_read_is_one_line_before_any_model_is_loaded(
    qa: Command, tmp_path: Path, content: str | None, reason: str
) -> None:
    path = tmp_path / "gold.jsonl"
    if content is not None:
        path.write_text(content)
    assert_one_line(qa("evaluate", path), "gold.jsonl", reason)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps(GOLD | {"id": f"q{n}"}) for n in range(3)))
    return path


def test_evaluate_measures_the_answers(answering: Command, gold: Path) -> None:
    outcome = answering("evaluate", gold, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    report = outcome.json()
    assert report["answers"]["accuracy"] == 1.0
    assert [row["id"] for row in report["questions"]] == ["q0", "q1", "q2"]


def test_evaluate_takes_only_the_first_questions(answering: Command, gold: Path) -> None:
    assert [row["id"] for row in answering("evaluate", gold, "--limit", 2, "--json").json()["questions"]] == [
        "q0",
        "q1",
    ]


def test_evaluate_prints_a_table(answering: Command, gold: Path) -> None:
    rows = [line.split() for line in answering("evaluate", gold, "--limit", 1).out.splitlines()]
    assert ["answers", "accuracy", "1.000"] in rows
    assert ["retrieval", "hits@1", "1.000"] in rows


def test_retrieval_is_evaluated_without_a_model(
    answering: Command, gold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.answer.Answerer.open", lambda settings: pytest.fail("a model would be loaded"))
    report = answering("evaluate", gold, "--retrieval-only", "--json").json()
    assert report["retrieval"]["hits@1"] == 1.0
    assert "answers" not in report


def test_a_report_is_written_and_the_next_run_compared_with_it(answering: Command, gold: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    assert str(folder / "report.html") in answering("evaluate", gold, "--out", folder).out
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "report.md", "run.json"]
    outcome = answering("evaluate", gold, "--baseline", folder / "run.json", "--fail-below", "answers.accuracy=1")
    assert outcome.code == 0
    assert "better: none" in outcome.out


def test_a_fall_below_a_floor_ends_with_1(answering: Command, gold: Path) -> None:
    outcome = answering("evaluate", gold, "--fail-below", "answers.f1=0.99", "--json")
    assert outcome.code == 1
    assert outcome.err.startswith("below: answers.f1 is 0.")
    assert outcome.json()["answers"]["accuracy"] == 1.0, "the report comes all the same"


def test_a_sweep_prints_a_sorted_table(answering: Command, gold: Path, tmp_path: Path) -> None:
    grid = tmp_path / "sweep.toml"
    grid.write_text("[grid]\ntext_weight = [0.0, 0.6]\n")
    head, *rows = answering("evaluate", gold, "--retrieval-only", "--sweep", grid).out.splitlines()
    assert head.split()[0] == "text_weight"
    assert len(rows) == 2


def test_a_judge_reads_the_answers(answering: Command, gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = FakeListChatModel(responses=["Yes.", "no", "yes"])
    monkeypatch.setattr("qa.models.chat.load_chat_model", lambda settings: judge)
    report = answering("evaluate", gold, "--judge", "fake:judge", "--json").json()
    assert report["answers"]["judged"] == pytest.approx(2 / 3)
    assert report["judge"] == "fake:judge"


def test_a_gold_set_is_checked_line_by_line(answering: Command, tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    good = GOLD | {"evidence": [{"article_id": "bridge", "text": "The Varga bridge opened in 1931."}]}
    path.write_text(json.dumps(good))
    assert answering("gold", "check", path).code == 0
    moved = good | {"id": "q2", "evidence": [{"article_id": "ferry", "text": "The Varga bridge opened in 1931."}]}
    lost = good | {"id": "q3", "evidence": [{"article_id": "canal", "text": "It"}]}
    bad = [good, good, moved, lost, GOLD | {"id": "q4", "evidence": []}, GOLD | {"id": "q5", "answerable": False}]
    path.write_text("\n".join(map(json.dumps, bad)) + "\n{broken\n")
    outcome = answering("gold", "check", path)
    assert outcome.code == 1
    told = [line.split("gold.jsonl")[1] for line in outcome.out.splitlines()]
    assert [text.split(":")[1] for text in told] == ["2", "3", "4", "5", "6", "7"]
    for text, reason in zip(
        told, ("line 1", "word for word", "no article", "without evidence", "neither", "not JSON"), strict=True
    ):
        assert reason in text


def test_accepted_drafts_are_added_to_a_gold_set(
    answering: Command, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "The toll house was sold in 1901. " + "It stands where the old road from the valley meets the new one. " * 4
    store(library, Article("toll", "The toll house", text, sha256="t"))
    model = FakeListChatModel(responses=["Question: When was the toll house sold?\nAnswer: 1901"])
    monkeypatch.setattr("qa.models.chat.load_chat_model", lambda settings: model)
    replies = iter(["n", "?", "y"])
    monkeypatch.setattr("builtins.input", lambda _: next(replies))
    path = tmp_path / "mine.jsonl"
    assert answering("gold", "draft", "--out", path).code == 0
    assert path.read_text() == "", "it was refused"
    outcome = answering("gold", "draft", "--out", path)
    assert (outcome.code, outcome.err) == (0, f"\n1 questions added to {path}\n")
    assert answering("gold", "check", path).code == 0


def test_doctor_ends_with_1_where_something_is_wrong(qa: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = [Finding("python", True, "3.11.2"), Finding("page", None, "not running")]
    monkeypatch.setattr("qa.cli.doctor.examine", lambda settings: findings)
    outcome = qa("doctor")
    assert (outcome.code, outcome.out) == (0, "ok    python: 3.11.2\nnote  page: not running\n")

    findings.append(Finding("library", False, "no articles yet", "run `python -m ingest add corpus`"))
    outcome = qa("doctor")
    assert outcome.code == 1
    assert outcome.out.endswith("FAIL  library: no articles yet\n      run `python -m ingest add corpus`\n")


def test_models_pull_fetches_for_these_settings(qa: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pulled: list[Settings] = []
    monkeypatch.setenv("ARTICLE_QA_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setattr("qa.models.pull.pull", pulled.append)
    assert qa("models", "pull").code == 0
    assert [settings.models_dir for settings in pulled] == [tmp_path / "models"]


def test_the_passages_of_search_are_those_of_ask(answering: Command, retriever: HybridRetriever) -> None:
    found = [asdict(passage) | {"notes": []} for passage in retriever.search(QUESTION)]
    assert answering("search", QUESTION, "--json").json()["passages"] == found
    assert answering("ask", QUESTION, "--json").json()["passages"] == found


def test_a_date_to_count_from_restricts_a_search(answering: Command) -> None:
    asked = ("search", "What do articles from last week say about the ferry?", "--json", "--as-of")
    found = [
        {p["article_id"] for p in answering(*asked, day).json()["passages"]} for day in ("2025-06-04", "2025-03-04")
    ]
    assert found == [{"ferry"}, {"bridge"}]


def test_a_question_needs_no_quotation_marks(answering: Command) -> None:
    asked, *rest = (answering(command, *QUESTION.split(), "--json").json() for command in ("ask", "search"))
    assert [asked["question"], *(found["question"] for found in rest)] == [QUESTION, QUESTION]


@pytest.mark.parametrize(
    ("since", "until", "found"), [("2025", "2025", {"bridge", "ferry"}), ("march 2025", "2025-05-31", {"bridge"})]
)
def test_days_are_said_as_people_say_them(answering: Command, since: str, until: str, found: set[str]) -> None:
    outcome = answering("search", "the bridge and the ferry", "--since", since, "--until", until, "--json")
    assert {passage["article_id"] for passage in outcome.json()["passages"]} == found


@pytest.mark.parametrize("command", ["ask", "search"])
def test_what_it_is_restricted_to_has_to_exist(answering: Command, command: str) -> None:
    outcome = answering(command, QUESTION, "--source", "Nowhere")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "error: no article is by 'Nowhere'; there is Harbour News, Test Gazette\n"


def test_chat_shows_what_it_understood(
    answering: Command, retriever: HybridRetriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = FakeListChatModel(responses=[DRAFT, "When did the Varga bridge open?", DRAFT])
    monkeypatch.setattr("qa.answer.Answerer.open", lambda _: Answerer(retriever, model, "fake:list", WordJudge()))
    questions = iter(["Who designed the Varga bridge?", "When did it open?", ""])
    monkeypatch.setattr("builtins.input", lambda prompt: next(questions))
    outcome = answering("chat")
    assert outcome.out.count("Understood as:") == 1
    assert "Understood as: When did the Varga bridge open?" in outcome.out


@pytest.mark.parametrize("arguments", [("ask", "\udcff"), ("ask", "Who?", "--source", "\udcff"), ("show", "\udcff")])
def test_arguments_that_are_no_text_are_wrong_usage(qa: Command, arguments: tuple[str, ...]) -> None:
    outcome = qa(*arguments)
    assert outcome.code == 2
    assert outcome.err == "error: '\\udcff' is not valid UTF-8; write it, or rename the file, and try again\n"


@pytest.mark.parametrize("option", ["--as-of", "--since", "--until"])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_day_before_all_counting_is_wrong_usage(qa: Command, command: str, option: str) -> None:
    outcome = qa(command, "What was reported last week?", option, "0001-01-01")
    assert outcome.code == 2
    assert outcome.err == "error: 0001-01-01 is before 1000-01-01; give a later day\n"


def test_what_is_typed_may_be_no_text(qa: Command, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.cli.main._answerer", lambda: None)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\n"), encoding="utf-8"))
    outcome = qa("chat")
    assert outcome.code == 1
    assert outcome.err == "error: what was typed is not valid UTF-8; write it again\n"
