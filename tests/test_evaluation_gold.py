import json
from datetime import date
from pathlib import Path

import pytest

from qa.errors import GoldError
from qa.evaluation.gold import Gold, GoldEvidence, check_gold, read_gold

SHIPPED = Path(__file__).parent / "gold" / "corpus.jsonl"
CORPUS = Path(__file__).parent.parent / "corpus"
LINE = {
    "id": "q1",
    "question": "When did it open?",
    "answers": ["1931", "in 1931"],
    "answerable": True,
    "evidence": [{"article_id": "bridge", "text": "It opened in 1931."}],
    "type": "when",
}
UNANSWERABLE = {"id": "q2", "question": "Who paid for it?", "answers": [], "answerable": False, "evidence": []}


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def test_questions_come_back_as_they_were_written(tmp_path: Path) -> None:
    first, second = read_gold(written(tmp_path, LINE, "", UNANSWERABLE, ""))
    assert first == Gold(
        id="q1",
        question="When did it open?",
        answerable=True,
        answers=("1931", "in 1931"),
        evidence=(GoldEvidence(article_id="bridge", text="It opened in 1931."),),
        type="when",
    )
    assert (second.answerable, second.answers, second.evidence, second.type) == (False, (), (), "")


def test_only_a_line_end_ends_a_line(tmp_path: Path) -> None:
    """JSON may hold other separators within a string, as they are."""
    question = "When\u2028did\u0085it open?"
    path = written(tmp_path, json.dumps({**LINE, "question": question}, ensure_ascii=False))
    assert [gold.question for gold in read_gold(path)] == [question]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{not json", r"not JSON"),
        ("[1, 2]", r"Input should be an object"),
        ({**LINE, "question": None}, r"question: "),
        ({name: value for name, value in LINE.items() if name != "id"}, r"id: Field required"),
        ({**LINE, "answers": "1931"}, r"answers: "),
        ({**LINE, "evidence": [{"article_id": "bridge"}]}, r"evidence\.0\.text: Field required"),
        ({**LINE, "answers": []}, r"an answerable question needs accepted answers or nuggets"),
        ({**LINE, "nuggets": [[]]}, r"nuggets\.0: Tuple should have at least 1 item"),
        ({**LINE, "nuggets": [["1931", ""]]}, r"nuggets\.0\.1: String should have at least 1 character"),
        ({**LINE, "nuggets": ["1931"]}, r"nuggets\.0: Input should be a valid array"),
        ({**LINE, "as_of": "2026-02-30"}, r"as_of: Input should be a valid date in the format YYYY-MM-DD"),
        ({**LINE, "as_of": "2026-1-5"}, r"as_of: Input should be a valid date in the format YYYY-MM-DD"),
        ({**LINE, "as_of": 20260105}, r"as_of: Input should be a valid date"),
        ({**LINE, "as_of": "0999-01-05"}, r"as_of: Input should be greater than or equal to 1000-01-01"),
    ],
)
def test_a_wrong_line_is_named_by_file_and_number_in_one_line(tmp_path: Path, line: object, message: str) -> None:
    path = written(tmp_path, LINE, "", line)
    with pytest.raises(GoldError, match=message) as error:
        read_gold(path)
    assert str(error.value).startswith(f"{path}:3: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", ["", "\n  \n"])
def test_a_file_without_questions_says_what_it_should_hold(tmp_path: Path, content: str) -> None:
    with pytest.raises(GoldError, match=r"gold\.jsonl holds no questions.*JSON object"):
        read_gold(written(tmp_path, content))


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"cannot read .*missing\.jsonl: No such file"):
        read_gold(tmp_path / "missing.jsonl")
    with pytest.raises(GoldError, match=r"cannot read .*: Is a directory"):
        read_gold(tmp_path)
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe9"}')
    with pytest.raises(GoldError, match=r"cannot read .*latin\.jsonl: it is not UTF-8"):
        read_gold(tmp_path / "latin.jsonl")


def test_a_long_answer_has_nuggets_in_place_of_answers(tmp_path: Path) -> None:
    line = {"id": "q3", "question": "What happened?", "answerable": True, "nuggets": [["1931", "in the thirties"]]}
    (gold,) = read_gold(written(tmp_path, line | {"articles": ["bridge", "mill"], "as_of": "2026-01-05"}))
    assert (gold.answers, gold.nuggets) == ((), (("1931", "in the thirties"),))
    assert (gold.articles, gold.as_of) == (("bridge", "mill"), date(2026, 1, 5))


def test_articles_that_answer_are_evidence_and_must_be_there(tmp_path: Path) -> None:
    line = {**LINE, "evidence": [], "articles": ["bridge", "canal"]}
    path = written(tmp_path, line, {**UNANSWERABLE, "articles": ["bridge"]}, {**LINE, "id": "q4", "as_of": "today"})
    count, problems = check_gold(path, {"bridge": "It opened in 1931."}.get)
    assert (count, len(problems)) == (3, 3)
    assert problems[:2] == [
        f"{path}:1: no article has the id 'canal'",
        f"{path}:2: a question that cannot be answered has neither answers nor evidence",
    ]
    assert problems[2].startswith(f"{path}:3: as_of: Input should be a valid date")


def test_the_shipped_set_quotes_its_articles_word_for_word() -> None:
    questions = read_gold(SHIPPED)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in CORPUS.glob("*.md")}
    assert len({q.id for q in questions}) == len(questions)
    assert [q.id for q in questions if q.answerable and not q.evidence] == []
    wrong = [(q.id, e.text) for q in questions for e in q.evidence if e.text not in texts[e.article_id]]
    assert wrong == []


def test_the_shipped_set_asks_both_kinds_of_question() -> None:
    answerable = [q.answerable for q in read_gold(SHIPPED)]
    assert answerable.count(True) >= 50
    assert answerable.count(False) >= 30
