"""Claims made for training: frames filled alike in all their lines, edits that change just one thing."""

import json
import random
import re
from pathlib import Path

import pytest

from qa.models.support import Claimed
from training.data import Row, read_rows
from training.support.answers import from_questions
from training.support.edits import declared, generalised, kept, negated, swapped_names, swapped_numbers, unhedged
from training.support.frames import Frame, frames, told
from training.support.near_misses import NEAR_MISSES, digest, near_misses, passages
from training.support.pairs import UNSUPPORTED, framed, from_passages, is_held_out, judged

SALE = Frame(
    "roles",
    "{A} sold {T} to {B} in {Y1} and bought {U} in {Y2}.",
    ("Who [sold|parted with] {T}?",),
    ("{B} bought {T} from {A}.",),
    ("{B} sold {T} to {A}.",),
    ("{A} sold {T} to {B} in {Y1} because of debts.",),
)


def test_a_slot_has_one_filler_in_a_whole_frame() -> None:
    claims = list(told(SALE, random.Random(1)))
    (text,) = {claim.text for claim in claims}
    seller, thing, buyer, year, other, later = re.fullmatch(
        r"(.+) sold (the \w+) to (.+) in (\d+) and bought (the \w+) in (\d+)\.", text
    ).groups()  # type: ignore[union-attr]
    assert len({seller.lower(), buyer.lower(), thing, other}) == 4
    assert int(year) < int(later)
    by_label = {claim.label: claim.claim.lower() for claim in claims}
    assert by_label["supported"] == f"{buyer} bought {thing} from {seller}.".lower()
    assert by_label["contradicted"] == f"{buyer} sold {thing} to {seller}.".lower()
    assert {claim.question.split()[1] for claim in claims} <= {"sold", "parted"}


def test_every_frame_of_the_file_can_be_filled() -> None:
    rng = random.Random(2)
    found = frames()
    assert len(found) >= 250
    assert len({frame.kind for frame in found}) >= 20
    for frame in found:
        claims = list(told(frame, rng))
        assert {claim.label for claim in claims} > {"supported"}, frame.text
        assert not [c for c in claims if re.search(r"[{}\[\]|]", f"{c.text}{c.question}{c.claim}")], frame.text


@pytest.mark.parametrize(
    ("edit", "sentence", "changed"),
    [
        (swapped_names, "The mayor Ada Thorne beat Omar Reyes.", "The mayor Omar Reyes beat Ada Thorne."),
        (swapped_names, "It was for Ada Thorne and Omar Reyes.", None),
        (swapped_numbers, "Of 90 members 38 voted.", "Of 38 members 90 voted."),
        (negated, "The bridge was closed.", "The bridge was not closed."),
        (negated, "The bridge was not closed.", "The bridge was closed."),
        (unhedged, "The council planned to close it.", "The council closed it."),
        (generalised, "She said most of the wells are dry.", "She said all of the wells are dry."),
        (
            kept,
            "The bridge (412 metres) was opened by the mayor of Varga.",
            "The bridge was opened by the mayor of Varga.",
        ),
    ],
)
def test_an_edit_changes_one_thing(edit: object, sentence: str, changed: str | None) -> None:
    assert callable(edit)
    assert edit(sentence, random.Random(3)) == changed


def test_a_question_and_its_answer_are_one_sentence() -> None:
    assert declared("Who built the mill?", "Ada Thorne") == "Ada Thorne built the mill."
    assert declared("When did she build it?", "1874") is None


def test_pairs_of_all_kinds_have_labels_that_they_earn(tmp_path: Path) -> None:
    rng = random.Random(4)
    passage = "The Varga mill was built by Ada Thorne for Omar Reyes in 1874. It was one of 38 on the river."
    assert not is_held_out(passage)
    rows = [Row("1", "Who built the Varga mill?", passage, ("Ada Thorne",), True, "Varga", "any")] * 20
    made = framed([SALE], 3, rng) + from_passages(rows, 40, rng)
    assert {pair.source for pair in made} >= {"frames", "edits"}
    for pair in made:
        if pair.claimed.claim in pair.claimed.quote:
            assert pair.label == "supported"
    (tmp_path / "support_begin.jsonl").write_text(
        '{"claim": "A", "question": null, "quote": "B", "label": "not_supported"}\n'
    )
    assert [(pair.label, pair.source) for pair in judged(tmp_path)] == [(UNSUPPORTED, "begin")]
    assert read_rows(tmp_path) == [], "files for other models are passed over"


def test_answers_to_the_point_beside_it_and_to_what_is_not_told() -> None:
    passage = "The Varga mill was built by Ada Thorne for Omar Reyes in 1874. The river has thirty-eight of them today."
    row = Row("1", "Who built the Varga mill?", passage, ("Ada Thorne",), True, "Varga", "any")
    other = Row("2", "Who sold the Varga mill?", passage, (), False, "Varga", "any")
    made = from_questions([row, other] * 30, 200, random.Random(5))
    told = {kind: {p.claimed.claim for p in made if p.kind == kind} for kind in ("own words", "beside", "declared")}
    first, second = passage[:62], passage[63:]
    assert told["own words"] == {first}
    assert told["beside"] == {second}
    assert {"Ada Thorne built the Varga mill.", "Omar Reyes built the Varga mill."} <= told["declared"]
    for pair in made:
        answered = pair.claimed.question in ("", row.question) and "Omar Reyes built" not in pair.claimed.claim
        right = answered and pair.claimed.claim not in (second, "Omar Reyes.")
        assert (pair.label == "supported") is right, pair
    assert not from_questions([row], 5, random.Random(5), held_out=True)


def test_what_is_read_shows_the_quote_with_what_stands_beside_it() -> None:
    claimed = Claimed(
        "It opened in 1931.", "When did it open?", "It opened in 1931.", "The bridge (Gazette)", "It is old."
    )
    assert claimed.pair == (
        "When did it open? → It opened in 1931.",
        "The bridge (Gazette)\nIt is old. | It opened in 1931.",
    )
    assert Claimed("A", "", "B").pair == ("A", "B")


def test_near_misses_name_a_passage_by_its_digest_and_quotes_by_their_places(tmp_path: Path) -> None:
    passage = "The Varga mill was built by Ada Thorne\nin 1874.  The river has thirty-eight of them today."
    line = " ".join(passage.split())
    assert not is_held_out(line)
    first, second = (0, 48), (49, len(line))
    asked = [["Whose work is the Varga mill?", *first, "Ada Thorne"], ["How many mills has the river?", *second, "38"]]
    missed = [["attribute", "Who owns the Varga mill?", *first, "Ada Thorne owns it."]]
    file, written = tmp_path / "near.jsonl", tmp_path / "written.jsonl"
    told = [{"passage": digest(line), "asked": asked, "missed": missed}, {"passage": "0", "asked": asked, "missed": []}]
    file.write_text("".join(json.dumps(one) + "\n" for one in told))
    written.write_text("")
    row = Row("1", "Who built the Varga mill?", passage, ("Ada Thorne",), True, "Varga", "any")
    made = near_misses(file, passages([row], written), random.Random(6))
    assert made[True] == []
    assert [pair.label for pair in made[False] if pair.kind == "asked"] == ["supported"] * 4
    assert [pair.label for pair in made[False] if pair.kind == "beside"] == ["not_supported"] * 2
    assert [pair.label for pair in made[False] if pair.kind == "attribute"] == [UNSUPPORTED, "not_supported"]
    assert {pair.claimed.quote for pair in made[False]} == {line[slice(*first)], line[slice(*second)]}
    assert {pair.claimed.before for pair in made[False] if pair.claimed.quote == line[slice(*first)]} == {""}


def test_the_file_of_near_misses_holds_what_it_says() -> None:
    lines = list(map(json.loads, NEAR_MISSES.read_text("utf-8").splitlines()))
    assert len({line["passage"] for line in lines}) == len(lines) >= 1_000
    kinds = {missed[0] for line in lines for missed in line["missed"]}
    assert kinds == {"other", "attribute", "detail", "reversed", "broad", "scope"}
    assert all(0 <= one[-3] < one[-2] for line in lines for one in (*line["asked"], *line["missed"]))
