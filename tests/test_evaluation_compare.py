"""Two runs of a hundred questions, of which ten fell: what is named, and when the gate fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from qa.errors import GoldError
from qa.evaluation.compare import compare, differences, falls, read_baseline, read_floors


def row(number: int, **scores: tuple[float, int]) -> dict[str, Any]:
    return {"id": f"q{number}", "scores": {name.replace("__", "."): score for name, score in scores.items()}}


BEFORE = [row(n, answers__accuracy=(1.0, 1), refusal__false_refusal=(0.0, 1)) for n in range(100)]
NOW = [row(n, answers__accuracy=(float(n >= 10), 1), refusal__false_refusal=(float(n < 10), 1)) for n in range(100)]


def test_a_fall_is_named_with_its_questions() -> None:
    found = compare(NOW, BEFORE, "before/run.json")
    accuracy, refusal = found["measures"]
    assert (accuracy["measure"], accuracy["before"], accuracy["now"]) == ("answers.accuracy", 1.0, 0.9)
    assert accuracy["difference"] == pytest.approx(-0.1)
    assert accuracy["interval"][0] < -0.1 < accuracy["interval"][1] < 0
    assert accuracy["significant"]
    assert refusal["difference"] == pytest.approx(0.1)
    assert found["worse"] == [f"q{n}" for n in range(10)]
    assert found["better"] == []
    assert "* answers.accuracy" in differences(found)


def test_long_answers_are_better_where_they_state_more_and_shorter_is_no_fall() -> None:
    before = [row(n, nuggets__recall=(0.5, 1), length__words=(40, 1)) for n in range(20)]
    now = [row(n, nuggets__recall=(0.5 + 0.5 * (n < 10), 1), length__words=(30, 1)) for n in range(20)]
    found = compare(now, before, "run.json")
    assert [(m["measure"], m["difference"]) for m in found["measures"]] == [
        ("nuggets.recall", pytest.approx(0.25)),
        ("length.words", pytest.approx(-10)),
    ]
    assert (found["better"], found["worse"]) == ([f"q{n}" for n in range(10)], [])
    report = {"nuggets": {"recall": 0.75}, "length": {"words": 30.0}, "comparison": found}
    assert falls(report, read_floors(["nuggets.recall=0.7", "length.words=35"])) == []
    assert falls(report, read_floors(["length.words=25"])) == ["length.words is 30.000; at most 25 is asked"]


def test_the_same_run_again_has_no_difference() -> None:
    found = compare(BEFORE, json.loads(json.dumps(BEFORE)), "run.json")
    assert [(m["difference"], m["p"], m["significant"]) for m in found["measures"]] == [(0.0, 1.0, False)] * 2


def test_what_changed_is_told_with_what_was_expected_and_said() -> None:
    def asked(name: str, status: str, accurate: bool, text: str, **more: Any) -> dict[str, Any]:
        scores = {"answers.accuracy": (float(accurate), 1)}
        asked = {"id": name, "question": f"{name}?", "answerable": True, "answers": ["1931"], "nuggets": [], "rank": 1}
        return asked | {"status": status, "accurate": accurate, "text": text, "scores": scores} | more

    before = [
        asked("a", "answered", True, "In 1931."),
        asked("b", "answered", False, "In 1874."),
        asked("c", "refused", False, ""),
    ]
    now = [
        asked("a", "refused", False, "Nothing."),
        asked("b", "refused", False, "Nothing."),
        asked("c", "refused", False, ""),
    ]
    found = compare(now, before, "run.json")
    assert [(c["id"], c["change"]) for c in found["changes"]] == [("a", "worse"), ("b", "other")]
    assert found["changes"][0] == {
        "id": "a",
        "question": "a?",
        "answerable": True,
        "expected": ["1931"],
        "change": "worse",
        "before": {"outcome": "right", "text": "In 1931.", "rank": 1},
        "now": {"outcome": "refused", "text": "Nothing.", "rank": 1},
    }
    assert "worse: a (right -> refused)" in differences(found)


def test_only_questions_of_both_runs_are_compared() -> None:
    found = compare(NOW, BEFORE[50:], "run.json")
    assert (found["questions"], found["worse"]) == (50, [])
    with pytest.raises(GoldError, match="none of these questions"):
        compare(NOW[:10], BEFORE[50:], "run.json")


@pytest.mark.parametrize(
    ("floors", "reason"),
    [
        (["answers.accuracy=0.95"], "answers.accuracy is 0.900; at least 0.95 is asked"),
        (["refusal.false_refusal=0.05"], "refusal.false_refusal is 0.100; at most 0.05 is asked"),
        (["answers.accuracy=0.9", "refusal.false_refusal=0.1"], None),
        ([], None),
    ],
)
def test_the_gate_fails_below_a_floor(floors: list[str], reason: str | None) -> None:
    report = {"answers": {"accuracy": 0.9}, "refusal": {"false_refusal": 0.1}}
    assert falls(report, read_floors(floors)) == ([reason] if reason else [])


def test_the_gate_fails_where_a_guarded_measure_fell_significantly() -> None:
    report = {"answers": {"accuracy": 0.9}, "refusal": {"false_refusal": 0.1}, "comparison": compare(NOW, BEFORE, "b")}
    assert falls(report, read_floors([])) == [], "nothing is guarded"
    (reason,) = falls(report, read_floors(["answers.accuracy=0.5"]))
    assert reason.startswith("answers.accuracy fell from 1.000 to 0.900")
    assert len(falls(report, read_floors(["refusal.false_refusal=0.5"]))) == 1, "more refusals are worse"


def test_floors_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "floors.toml"
    file.write_text('[at_least]\n"retrieval.hits@4" = 0.97\n[at_most]\n"latency_ms.total_p95" = 20_000\n')
    report = {"retrieval": {"hits@4": 0.96}, "latency_ms": {"total_p95": 30_000}}
    assert len(falls(report, read_floors([str(file)]))) == 2
    assert len(falls(report, read_floors([str(file), "retrieval.hits@4=0.9"]))) == 1, "what comes later counts"


@pytest.mark.parametrize("text", ["answers.accuracy=high", "nowhere.toml"])
def test_a_floor_that_cannot_be_read_is_one_line(text: str) -> None:
    with pytest.raises(GoldError, match="MEASURE=VALUE"):
        read_floors([text])


def test_a_floor_of_another_shape_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "floors.toml"
    for content in ("[above]\nx = 1\n", "at_least = 3\n", "[at_least", '[at_least]\nx = "high"\n'):
        file.write_text(content)
        with pytest.raises(GoldError, match=r"floors\.toml"):
            read_floors([str(file)])


def test_a_floor_of_what_was_not_measured_is_an_error() -> None:
    for report in ({"retrieval": {}}, {"answers": {"accuracy": None}}):
        with pytest.raises(GoldError, match="does not measure"):
            falls(report, read_floors(["answers.accuracy=0.5"]))


@pytest.mark.parametrize("content", [None, "{}", "[]", "no JSON", '{"questions": [{"id": "q1"}]}', '{"questions": 4}'])
def test_a_baseline_that_is_no_run_is_one_line(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "run.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(GoldError, match=r"run\.json"):
        read_baseline(path)
