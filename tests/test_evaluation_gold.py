import json
from pathlib import Path

import pytest

from qa.errors import GoldError
from qa.evaluation.gold import Gold, GoldEvidence, read_gold

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
