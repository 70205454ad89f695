"""python -m qa: ask, search, chat, questions, evaluate, gold, feedback, users, settings, models, ready, doctor."""

import sys
from dataclasses import asdict
from datetime import date, datetime
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.console import Since, Until, fail, print_json, sensible
from qa.cli.evaluate import evaluate
from qa.cli.gold import gold
from qa.cli.questions import questions
from qa.cli.settings import settings
from qa.cli.users import users
from qa.errors import IndexUnavailable, ProviderError, QuestionError
from qa.evaluation.feedback import feedback
from qa.query.question import checked_question
from qa.settings import Settings
from qa.types import Answer, Answering, Filters, Length, Turn

if TYPE_CHECKING:
    from qa.cli.remote import RemoteAnswerer
    from qa.retrieval.retriever import HybridRetriever

HELP = """Ask questions over your articles; every sentence of an answer is backed by a checked quote.

\b
Examples:
  python -m qa ask "who met the Alberta Prosperity Project?"
  python -m qa ask "What did the group ask for?" --since 2026-01-01 --json
  python -m qa search "counter-petition signatures" -k 3
  python -m qa chat
  python -m qa evaluate tests/gold/corpus.jsonl
  python -m qa settings model openai:gpt-5
  python -m qa doctor
"""
CHAT_HISTORY = 6

app = typer.Typer(
    help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)
models = typer.Typer(help="The models that run on this machine.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models, name="models")
app.command()(questions)
app.command()(evaluate)
app.add_typer(gold, name="gold")
app.command()(feedback)
app.add_typer(users, name="users")
app.command()(settings)

Words = Annotated[list[str], typer.Argument(metavar="QUESTION", help="In plain words, best in quotation marks.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        metavar="DATE",
        formats=["%Y-%m-%d"],
        callback=sensible,
        help='The day from which "last week" counts; today if not given.',
    ),
]
Source = Annotated[str | None, typer.Option(metavar="NAME", help="Only articles of this source.")]
Long = Annotated[Length, typer.Option("--length", help="How long an answer is wanted; plain facts stay as short.")]
Tag = Annotated[str | None, typer.Option(metavar="TAG", help="Only articles with this tag.")]
OneArticle = Annotated[str | None, typer.Option("--article", metavar="ID", help="Only this article.")]


@app.command()
def ask(
    words: Words,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    article: OneArticle = None,
    tag: Tag = None,
    as_of: AsOf = None,
    length: Long = "normal",
    as_json: AsJson = False,
) -> None:
    """Answer a question from the articles, or say that they do not."""
    question, answer = checked_question(" ".join(words)), None
    filters = _filters(since, until, source, article, tag)
    try:
        for answer in _answerer().stream(question, filters=filters, as_of=_day(as_of), length=length):
            if not as_json:
                _show_progress(answer)
    except ProviderError:
        if answer and not as_json:
            _print_closest(answer)
        raise
    assert answer is not None
    print_json(answer.to_json()) if as_json else _print_answer(answer)


@app.command()
def search(
    words: Words,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 10,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    article: OneArticle = None,
    tag: Tag = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Find the passages that bear on a question, without a language model."""
    question = checked_question(" ".join(words))
    passages = _searcher().search(question, k, _filters(since, until, source, article, tag), _day(as_of))
    _show("")
    if as_json:
        print_json({"question": question, "passages": [asdict(passage) for passage in passages]})
        return
    for number, p in enumerate(passages, 1):
        print(f"{number}. {p.title}{_facts(p.source, p.published_at)}  {p.score:.2f}\n   {' '.join(p.text.split())}\n")


@app.command()
def chat(as_of: AsOf = None, length: Long = "normal") -> None:
    """Ask one question after the other; an empty line or Ctrl-D ends it."""
    answerer, history = _answerer(), list[Turn]()
    while question := _prompt():
        try:
            for answer in answerer.stream(question, history[-CHAT_HISTORY:], as_of=_day(as_of), length=length):
                _show_progress(answer)
        except (QuestionError, ProviderError, IndexUnavailable) as error:
            print(f"error: {error}", file=sys.stderr)
            continue
        _print_answer(answer)
        history.append(Turn(answer.standalone_question, answer.text))


@models.command()
def pull() -> None:
    """Fetch, verify and convert the models; what is there already is kept."""
    from qa.models.pull import pull as pull_models

    pull_models(Settings.from_env())


@app.command()
def ready() -> None:
    """Tell whether the running page can answer, as the health checks of containers ask."""
    from qa.cli.remote import RemoteAnswerer

    if RemoteAnswerer.find(Settings.from_env()) is None:
        fail("no page answers over this data directory, or it is still loading its models")
    print("ready")


@app.command()
def doctor() -> None:
    """Tell what is there, what is missing and what to do."""
    from qa.cli.doctor import examine

    findings = examine(Settings.from_env())
    for finding in findings:
        mark = {True: "ok  ", False: "FAIL", None: "note"}[finding.ok]
        print(f"{mark}  {finding.name}: {finding.message}" + (f"\n      {finding.advice}" if finding.advice else ""))
    if any(finding.ok is False for finding in findings):
        sys.exit(1)


def _answerer() -> Answering:
    settings = Settings.from_env()
    if remote := _running_page(settings):
        return remote
    _show("loading the models …")
    from qa.answer import Answerer

    return Answerer.open(settings)


def _searcher() -> "HybridRetriever | RemoteAnswerer":
    settings = Settings.from_env()
    if remote := _running_page(settings):
        return remote
    _show("loading the models …")
    from qa.retrieval.retriever import HybridRetriever

    return HybridRetriever.open(settings)


def _running_page(settings: Settings) -> "RemoteAnswerer | None":
    """It holds the index, and its models are loaded; where none runs there must be articles to open."""
    from qa.cli.remote import RemoteAnswerer
    from qa.library import require_articles

    remote = RemoteAnswerer.find(settings)
    if remote is None:
        require_articles(settings)
    return remote


def _filters(
    since: datetime | None, until: datetime | None, source: str | None, article: str | None, tag: str | None
) -> Filters | None:
    first, last = (str(_day(day)) if day else None for day in (since, until))
    filters = Filters(first, last, source, article, tag)
    return filters if filters != Filters() else None


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _prompt() -> str:
    try:
        return input("\n? ").strip()
    except EOFError:
        return ""


def _show_progress(answer: Answer) -> None:
    """What there is on stderr, so that waiting is not blind: checked sentences, else the unchecked draft."""
    state = f"being checked: {answer.draft}" if answer.draft else f"reading {len(answer.passages)} passages …"
    state = f"checked so far: {' '.join(answer.text.split())}" if answer.sentences else state
    _show(state if answer.status == "answering" else "")


def _show(state: str) -> None:
    """One line on a terminal's stderr, in place of the last."""
    if sys.stderr.isatty():
        print(f"\r\033[K{state[: get_terminal_size().columns - 1]}", end="", file=sys.stderr, flush=True)


def _print_answer(answer: Answer) -> None:
    if answer.standalone_question != answer.question:
        print(f"Understood as: {answer.standalone_question}\n")
    print(answer.text)
    for note in answer.notes:
        print(f"Note: {note}")
    if answer.closest:
        print("The closest the articles come:")
    for c in answer.citations or answer.closest:
        print(f"\n[{c.number}] {c.title}{_facts(c.source, c.published_at)}\n    “{' '.join(c.quote.split())}”")
        for note in c.notes:
            print(f"    Note: {note}")
    if answer.status == "refused" and answer.passages:
        print()
        _print_closest(answer)


def _print_closest(answer: Answer) -> None:
    """What was found where no answer came of it."""
    print("The closest articles are:")
    for title in list(dict.fromkeys(f"{p.title}{_facts(p.source, p.published_at)}" for p in answer.passages))[:3]:
        print(f"  - {title}")


def _facts(source: str | None, published_at: str | None) -> str:
    known = ", ".join(fact for fact in (source, published_at) if fact)
    return f" ({known})" if known else ""
