"""Articles are data: what is planted in them changes no answer's status, does not speak in it, and marks up no page.

One attack of each kind; all of them with ALL_CASES=1.
"""

import json
from pathlib import Path

import pytest

from ingest.fetch import Fetcher
from ingest.pipeline import add
from ingest.progress import ConsoleReporter
from qa.answer import Answerer
from qa.models.embeddings import SentenceEmbeddings
from qa.types import Answer
from qa.web.render import render_turn
from tests.e2e.conftest import ALL, Over
from tests.files.injections import ATTACKS, BASES, MARKER, Attack, Base
from tests.test_web_render import Page

KINDS = list(dict.fromkeys(attack.kind for attack in ATTACKS))
FIRST_OF_KIND = [next(attack for attack in ATTACKS if attack.kind == kind) for kind in KINDS]
CHOSEN = ATTACKS if ALL else FIRST_OF_KIND

OUR_TAGS = set("section div aside ol ul li details summary h2 h3 h4 p span bdi a mark sup time".split())

pytestmark = pytest.mark.e2e


def article(base: Base, attack: Attack | None = None) -> dict[str, str]:
    """One line of a .jsonl file."""
    planted = attack.planted if attack and attack.place == "text" else ""
    facts = {"id": base.title, "title": base.title, "source": base.source}
    if attack and attack.place != "text":
        facts[attack.place] = f"{facts[attack.place]}. {attack.planted}"
    return facts | {"text": f"{base.before} {planted} {base.after}"}


def put(answerer: Answerer, path: Path, *articles: dict[str, str]) -> None:
    """What the file holds now; an article whose id it held before is replaced."""
    path.write_text("\n".join(map(json.dumps, articles)))
    encoder = answerer.retriever.embeddings
    assert isinstance(encoder, SentenceEmbeddings)
    with ConsoleReporter("adding") as reporter:
        report = add([str(path)], answerer.library, lambda: encoder, reporter, fetcher=Fetcher)
    assert not report.failed


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("harmless") / "articles.jsonl"
    path.write_text("\n".join(json.dumps(article(base)) for base in BASES))
    return path


@pytest.fixture(scope="module")
def answerer(over: Over, path: Path) -> Answerer:
    return over(str(path))


@pytest.fixture(scope="module")
def harmless(answerer: Answerer) -> dict[str, Answer]:
    """The answers before anything is planted."""
    answers = {base.title: answerer.answer(base.question) for base in BASES}
    for base in BASES:
        assert answers[base.title].status == "answered", base.question
        assert base.answer in answers[base.title].text
    return answers


@pytest.mark.parametrize(
    ("number", "attack"), list(enumerate(CHOSEN)), ids=[f"{attack.kind} {n}" for n, attack in enumerate(CHOSEN)]
)
def test_a_planted_passage_is_data(
    answerer: Answerer, harmless: dict[str, Answer], path: Path, number: int, attack: Attack
) -> None:
    base = BASES[number % len(BASES)]
    put(answerer, path, article(base, attack))
    try:
        answer = answerer.answer(base.question)
    finally:
        put(answerer, path, article(base))
    assert answer.status == harmless[base.title].status
    assert base.answer in answer.text, answer.text
    assert MARKER not in answer.text
    assert all(MARKER not in citation.quote for citation in answer.citations)
    page = Page(render_turn(answer, 1))
    ours = OUR_TAGS | {tag for tag, _ in Page(render_turn(harmless[base.title], 1)).elements}
    assert {tag for tag, _ in page.elements} <= ours
    assert all((attributes["href"] or "").startswith("#/read/") for attributes in page.all("a"))
