"""Seven claims with known judgements, so that every figure can be worked out by hand."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from qa.cli.main import app
from qa.errors import GoldError
from qa.evaluation.claims import CHUNK, GoldClaim, judged, read_claims, summarise
from qa.models.support import Claimed, Judgement
from qa.settings import Settings
from tests.commands import Command, command

# label, kind, and how probable the fake judge finds it that the claim is supported
CLAIMS = (
    ("supported", "number", 0.9),
    ("supported", "number", 0.5),  # just supported
    ("supported", "name", 0.4),
    ("contradicted", "number", 0.1),
    ("contradicted", "number", 0.6),
    ("not_supported", "name", 0.4),
    ("not_supported", "other", 0.2),
)
LINES: list[dict[str, Any]] = [
    {"id": f"c{n}", "claim": f"It is {probability}.", "quote": "It is.", "label": label, "kind": kind}
    for n, (label, kind, probability) in enumerate(CLAIMS)
]


class Judge:
    """Takes the number in a claim for its probability."""

    def __init__(self) -> None:
        self.asked: list[Claimed] = []

    def judge(self, claims: Sequence[Claimed]) -> list[Judgement]:
        self.asked += claims
        found = [float(claim.claim.removeprefix("It is ").removesuffix(".")) for claim in claims]
        return [Judgement(p, 0.0, 1 - p) for p in found]


def written(folder: Path, *lines: object) -> Path:
    path = folder / "claims.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


@pytest.fixture
def judge() -> Judge:
    return Judge()


@pytest.fixture
def qa(
    judge: Judge, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    monkeypatch.setenv("ARTICLE_QA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr("qa.models.support.load_support", lambda settings: judge)
    return command("qa", app, monkeypatch, capsys)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path, *LINES)


def test_all_claims_and_each_kind_are_measured(qa: Command, file: Path) -> None:
    outcome = qa("evaluate", "--claims", file, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    report = outcome.json()
    # 2 of 3 supported and 3 of 4 others are told rightly; 0.9 is above four others, 0.5 above three, 0.4 above two and
    # as high as one: 9.5 of 12 pairs
    assert report["claims"]["n"] == 7
    assert report["claims"]["balanced_accuracy"] == pytest.approx((2 / 3 + 3 / 4) / 2)
    assert report["claims"]["auroc"] == pytest.approx(9.5 / 12)
    low, high = report["claims"]["interval"]
    assert 0 <= low < (2 / 3 + 3 / 4) / 2 < high <= 1
    assert list(report["by_kind"]) == ["number", "name", "other"]
    # numbers: both supported rightly, one of two others; 0.9 is above both, 0.5 above one
    number = report["by_kind"]["number"]
    assert (number["n"], number["balanced_accuracy"], number["auroc"]) == (4, 0.75, 0.75)
    # names: one of each, equally probable and below 0.5; too few for an interval
    assert report["by_kind"]["name"] == {"n": 2, "balanced_accuracy": 0.5, "interval": None, "auroc": 0.5}
    assert report["by_kind"]["other"] == {"n": 1, "balanced_accuracy": 1.0, "interval": None, "auroc": None}
    probabilities = {"supported": 0.6, "contradicted": 0.0, "not_stated": 0.4}
    assert report["judgements"][4] == {"id": "c4", "kind": "number", "label": "contradicted"} | probabilities


def test_the_table_has_a_line_for_all_and_for_each_kind(qa: Command, file: Path) -> None:
    head, everything, *kinds = qa("evaluate", "--claims", file).out.splitlines()
    assert head.split() == ["n", "balanced", "accuracy", "95", "%", "interval", "auroc"]
    assert everything.split()[:4] == ["all", "claims", "7", "0.708"]
    assert everything.split()[-1] == "0.792"
    assert [line.split()[0] for line in kinds] == ["number", "name", "other"]
    assert kinds[2].split() == ["other", "1", "1.000", "–", "–"]


def test_only_the_first_claims_are_judged_on_request(qa: Command, judge: Judge, file: Path) -> None:
    assert qa("evaluate", "--claims", file, "--limit", 2, "--json").json()["claims"]["n"] == 2
    assert len(judge.asked) == 2


def test_a_fall_below_a_floor_ends_with_1(qa: Command, file: Path) -> None:
    passed = ("--fail-below", "claims.balanced_accuracy=0.7", "--fail-below", "claims.auroc=0.79")
    assert qa("evaluate", "--claims", file, *passed).code == 0
    outcome = qa("evaluate", "--claims", file, "--fail-below", "claims.auroc=0.8")
    assert outcome.code == 1
    assert outcome.err == "below: claims.auroc is 0.792; at least 0.8 is asked\n"
    outcome = qa("evaluate", "--claims", file, "--fail-below", "answers.accuracy=0.8")
    assert (outcome.code, len(outcome.err.splitlines())) == (1, 1)


@pytest.mark.parametrize(
    "option",
    [
        ("GOLD.jsonl",),
        ("--retrieval-only",),
        ("--concurrency", "2"),
        ("--out", "folder"),
        ("--baseline", "run.json"),
        ("--judge", "provider:name"),
        ("--sweep", "sweep.toml"),
    ],
)
def test_what_does_not_go_with_claims_is_named(qa: Command, judge: Judge, file: Path, option: tuple[str, ...]) -> None:
    outcome = qa("evaluate", *option, "--claims", file)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines()[-1].endswith(f"--claims is a measurement of its own; leave out {option[0]}")
    assert judge.asked == []


def test_neither_questions_nor_claims_is_wrong_usage(qa: Command) -> None:
    outcome = qa("evaluate")
    assert (outcome.code, outcome.out) == (2, "")
    assert "name a gold question set" in outcome.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{not json", "not JSON"),
        ("[1, 2]", "Input should be an object"),
        ({name: value for name, value in LINES[0].items() if name != "quote"}, "quote: Field required"),
        ({**LINES[0], "claim": None}, "claim: "),
        ({**LINES[0], "label": "true"}, "label: Input should be 'supported', 'contradicted' or 'not_supported'"),
    ],
)
def test_a_broken_line_is_named_before_any_model_is_loaded(
    qa: Command, judge: Judge, tmp_path: Path, line: object, message: str
) -> None:
    path = written(tmp_path, LINES[0], "", line)
    outcome = qa("evaluate", "--claims", path)
    assert (outcome.code, outcome.out, len(outcome.err.splitlines())) == (1, "", 1)
    assert f"{path}:3: " in outcome.err
    assert message in outcome.err
    assert judge.asked == []


@pytest.mark.parametrize(("content", "message"), [("\n", "holds no claims"), (None, "cannot read")])
def test_a_file_without_claims_is_an_error(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "claims.jsonl" if content is None else written(tmp_path, content)
    with pytest.raises(GoldError, match=message):
        read_claims(path)


def test_what_is_missing_is_empty_and_what_is_unknown_is_left_out(tmp_path: Path) -> None:
    bare = {name: LINES[0][name] for name in ("id", "claim", "quote", "label")}
    full = bare | {"question": "What is it?", "heading": "A title", "before": "Look.", "kind": "other", "by": "hand"}
    first, second, third = read_claims(written(tmp_path, bare, bare | {"question": None}, full))
    assert first == second
    assert first.claimed == Claimed("It is 0.9.", "", "It is.")
    assert summarise([first], [Judgement(1, 0, 0)])["by_kind"] == {}
    assert third.claimed == Claimed("It is 0.9.", "What is it?", "It is.", "A title", "Look.")


def test_many_claims_are_judged_chunk_by_chunk_in_their_order(judge: Judge) -> None:
    sizes: list[int] = []

    def counting(claims: Sequence[Claimed]) -> list[Judgement]:
        sizes.append(len(claims))
        return judge.judge(claims)

    many = [
        GoldClaim(id=f"c{n}", claim=f"It is {n / 100}.", quote="It is.", label="supported") for n in range(CHUNK + 3)
    ]
    assert [judgement.supported for judgement in judged(many, counting)] == [n / 100 for n in range(CHUNK + 3)]
    assert sizes == [CHUNK, 3]
