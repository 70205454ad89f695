"""Every measure against a value worked out by hand."""

import math

import pytest

from qa.evaluation import metrics
from qa.evaluation.gold import Gold, GoldEvidence
from qa.types import Citation, Evidence

GOLD = Gold(
    id="q1",
    question="When did the Varga bridge open?",
    answerable=True,
    answers=("1931", "in the year 1931"),
    evidence=(GoldEvidence(article_id="bridge", text="The bridge opened in 1931."),),
)


def passage(article_id: str, text: str) -> Evidence:
    return Evidence(article_id, article_id.title(), None, None, None, 0, len(text), text, 0.5)


HIT = passage("bridge", "The bridge opened in 1931. It is long.")
MISS = passage("ferry", "The ferry carries 9,300 people a day.")


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The Varga bridge!", "varga bridge"),
        ("  An   engineer,\nAda Thorne ", "engineer ada thorne"),
        ("9,300 people a day", "9300 people day"),
        ("U.S. officials", "us officials"),
        ("the theatre and another", "theatre and another"),
        ("A", ""),
    ],
)
def test_normalisation_is_squads(text: str, normal: str) -> None:
    assert metrics.normalise(text) == normal


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Kanye West's account", "kanye west account"),
        ("Kanye West’s, they say", "kanye west they say"),
        ("“Sky”'s voice", "sky voice"),
        ("the U.S.'s and the G7's", "us and g7"),
        ("the workers' rights", "workers rights"),
        ("the 1990's", "1990s"),  # no possessive
        ("the Oakland A's", "oakland as"),
        ("1,000 people", "1000 people"),
        ("1000 people", "1000 people"),
        ("“Powering up Britain” – a plan", "powering up britain plan"),
        ("it won 2–1", "it won 21"),  # as "2-1" in the script
        ("Faversham and Maidstone—towns…then", "faversham and maidstone towns then"),
    ],
)
def test_possessives_and_typographic_punctuation_are_left_out_of_it(text: str, normal: str) -> None:
    assert metrics.normalise(text) == normal


@pytest.mark.parametrize(
    ("text", "answers", "held"),
    [
        ("It opened in 1931.", ["1931"], True),
        ("It opened in 2016.", ["16"], False),
        ("Ada Thornes", ["Ada Thorne"], False),
        ("designed by ADA THORNE, an engineer", ["Ada Thorne"], True),
        ("It carries 9300 people.", ["9,300"], True),
        ("the bridge", ["a bridge"], True),
        ("It opened in 1931.", ["1930", "1931"], True),
        ("It opened in 1931.", [], False),
        ("the the", ["the"], False),  # an answer of which nothing is left is held by no text
        ("Kanye West's account was closed.", ["Kanye West account"], True),
        ("It was Kanye West.", ["Kanye West's"], True),
        ("It happened in the 1990's.", ["1990"], False),
        ("Oakland won.", ["Oakland A's"], False),
        ("About 1000 people came.", ["1,000"], True),
        ("A 25,000-seat arena was built.", ["25,000"], True),
        ("The 25,000-seat arena", ["5,000"], False),
        ("a well-known name", ["well-known"], True),
        ("It ended 2-1.", ["2-1", "21"], True),
    ],
)
def test_a_text_holds_an_answer_as_whole_words(text: str, answers: list[str], held: bool) -> None:
    assert metrics.holds(text, answers) is held


@pytest.mark.parametrize(
    ("text", "answer", "held"),
    [
        ("Finland and Sweden joined.", "Sweden and Finland", True),
        ("Finland joined together with Sweden’s army.", "Sweden and Finland", True),
        ("Finland & Sweden joined.", "Sweden and Finland", True),
        ("They are C, B and D.", "B, C, and D", True),
        ("They are C, B and D.", "B, C, D", True),
        ("They are C and B.", "B, C and D", False),
        ("Finland joined. Sweden did not.", "Sweden and Finland", False),  # not in one sentence
        ("Finlandia and Sweden joined.", "Sweden and Finland", False),  # not whole words
        ("She lives in New York.", "York and New York", False),  # one "York" is not both
        ("New York is larger than York.", "York and New York", True),
        ("Johnson spoke.", "Johnson and Johnson", False),
        ("Laverne and Shirley is a sitcom.", "Laverne & Shirley", True),
        ("She played Shirley beside Laverne.", "Laverne & Shirley", False),  # one name, no list
        ("From 3 May 1975 to 18 January, it rained; 1974 was dry.", "18 January, 1974", False),  # a date
        ("It cost 5,000 or 1000.", "1,000 and 5000", True),
        ("AT&T grew.", "AT&T", True),
        ("T and AT", "AT&T", False),  # a name, no list
        ("Sweden", "Sweden and the", False),  # nothing is left of a part
    ],
)
def test_a_list_holds_in_any_order_within_a_sentence(text: str, answer: str, held: bool) -> None:
    assert metrics.holds(text, [answer]) is held


def test_a_nugget_is_stated_in_one_of_its_wordings_by_the_answer_or_one_of_its_sentences() -> None:
    nuggets = [("1931", "three decades in"), ("Ada Thorne",), ("4",), ("a bridge and a mill",)]
    answer = "It opened in 1931. [4]\n- A mill [1] and a bridge stand there."
    assert metrics.stated(nuggets, [answer]) == [True, False, False, True]
    assert metrics.stated(nuggets, [answer, "Ada Thorne's work"]) == [True, True, False, True]
    assert metrics.stated(nuggets, []) == [False] * 4


@pytest.mark.parametrize(
    ("said", "value"),
    [
        (["It opened in 1931.", "It opened in 1931!"], 1.0),
        (["It opened in 1931.", "Ada Thorne designed it."], 0.0),
        # it+opened, opened+in, in+1931 and it+opened, opened+in, in+may: 2 of 4
        (["It opened in 1931.", "It opened in May."], 2 / 4),
        # the third is like the first in 2 of 4 and unlike the second, which is unlike the first
        (["It opened in 1931.", "Ada Thorne designed it.", "It opened in May."], (0 + 2 / 4) / 2),
        (["Yes.", "Yes."], 1.0),  # words that have no neighbour
        (["Yes.", "Yes, it opened."], 0.0),
    ],
)
def test_redundancy_is_the_share_of_word_pairs_that_an_earlier_sentence_has(said: list[str], value: float) -> None:
    assert metrics.redundancy(said) == pytest.approx(value)


def test_accuracy_does_not_take_a_mark_for_an_answer() -> None:
    assert metrics.accuracy("It opened in 1931. [4]", ["1931"]) == 1.0
    assert metrics.accuracy("It costs little. [4]", ["4"]) == 0.0
    assert metrics.accuracy("", ["1931"]) == 0.0


def test_f1_is_the_best_harmonic_mean_of_precision_and_recall() -> None:
    # "bridge opened in 1931" and "in year 1931" share 2 of 4 and 2 of 3 tokens: 2 x 2 / (4 + 3)
    assert metrics.f1("The bridge opened in 1931. [1]", ["1931", "in the year 1931"]) == pytest.approx(4 / 7)
    # against "1931" alone it would be 2 x 1 / (4 + 1)
    assert metrics.f1("The bridge opened in 1931. [1]", ["1931"]) == pytest.approx(2 / 5)
    assert metrics.f1("in 1931", ["In 1931!"]) == 1.0
    assert metrics.f1("in 1932", ["1931"]) == 0.0
    assert metrics.f1("no no no", ["no"]) == pytest.approx(2 / 4), "a repeated token counts once"
    assert metrics.f1("", ["1931"]) == 0.0
    assert metrics.f1("1931", []) == 0.0


@pytest.mark.parametrize(
    ("article_id", "text", "hit"),
    [
        ("bridge", "Before. The bridge opened in 1931. After.", True),
        ("bridge", "It was 1931 when it opened.", True),  # not the evidence, but an accepted answer
        ("bridge", "It is 412 metres long.", False),
        ("ferry", "The bridge opened in 1931.", False),  # the right words in another article
    ],
)
def test_a_hit_lies_in_an_evidence_article_and_holds_evidence_or_answer(article_id: str, text: str, hit: bool) -> None:
    assert metrics.hit(passage(article_id, text), GOLD) is hit


def test_where_only_articles_are_known_a_hit_states_a_nugget_in_one_of_them() -> None:
    gold = Gold(
        id="q", question="?", answerable=True, nuggets=(("1931",), ("412 metres",)), articles=("bridge", "mill")
    )
    hits = [metrics.hit(passage(*p), gold) for p in (("mill", "412 metres"), ("mill", "9 metres"), ("ferry", "1931"))]
    assert hits == [True, False, False]
    assert metrics.ranking([HIT], gold)["ndcg@10"] == pytest.approx(1 / (1 + 1 / math.log2(3))), "the mill is missing"


def test_the_first_hit_is_counted_from_one() -> None:
    assert metrics.first_hit([HIT, MISS], GOLD) == 1
    assert metrics.first_hit([MISS, MISS, HIT, HIT], GOLD) == 3
    assert metrics.first_hit([MISS], GOLD) is None
    assert metrics.first_hit([], GOLD) is None


@pytest.mark.parametrize(
    ("passages", "values"),  # hits@1, hits@4, hits@10, MRR@10; nDCG@10 has its own test
    [
        ([HIT, MISS], (1, 1, 1, 1)),
        ([MISS, HIT], (0, 1, 1, 1 / 2)),
        ([MISS, MISS, MISS, HIT], (0, 1, 1, 1 / 4)),
        ([MISS] * 4 + [HIT, HIT], (0, 0, 1, 1 / 5)),
        ([MISS] * 10 + [HIT], (0, 0, 0, 0)),  # only the first ten count
        ([MISS], (0, 0, 0, 0)),
        ([], (0, 0, 0, 0)),
    ],
)
def test_a_ranking_is_measured_at_its_first_hit(passages: list[Evidence], values: tuple[float, ...]) -> None:
    found = metrics.ranking(passages, GOLD)
    assert list(found) == ["hits@1", "hits@4", "hits@10", "mrr@10", "ndcg@10"]
    assert tuple(found.values())[:4] == pytest.approx(values)


def test_ndcg_counts_each_evidence_article_once() -> None:
    both = Gold(
        id="q2",
        question="?",
        answerable=True,
        answers=("1931",),
        evidence=(*GOLD.evidence, GoldEvidence(article_id="mill", text="in 1874")),
    )
    mill = passage("mill", "It was built in 1874.")
    ideal = 1 + 1 / math.log2(3)

    def ndcg(passages: list[Evidence], gold: Gold) -> float:
        return metrics.ranking(passages, gold)["ndcg@10"]

    assert ndcg([HIT, mill], both) == pytest.approx(1.0)
    assert ndcg([mill, MISS, HIT], both) == pytest.approx((1 + 1 / 2) / ideal)
    assert ndcg([HIT, HIT, HIT], both) == pytest.approx(1 / ideal), "more of the same article is no gain"
    assert ndcg([MISS, HIT], GOLD) == pytest.approx(1 / math.log2(3))
    assert ndcg([MISS] * 10 + [HIT], GOLD) == 0.0


def test_a_citation_is_in_evidence_where_its_article_is() -> None:
    def citation(article_id: str) -> Citation:
        return Citation(1, article_id, "Title", None, None, None, "quote", 0, 5)

    assert metrics.in_evidence(citation("bridge"), GOLD)
    assert not metrics.in_evidence(citation("ferry"), GOLD)


@pytest.mark.parametrize(
    ("values", "share", "value"),
    [
        ([40, 10, 30, 20], 0.5, 20),
        ([40, 10, 30, 20], 0.51, 30),
        ([40, 10, 30, 20], 0.95, 40),
        (list(range(1, 101)), 0.95, 95),
        ([7], 0.5, 7),
        ([7, 9], 0.0, 7),
        ([], 0.5, None),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(values: list[float], share: float, value: float | None) -> None:
    assert metrics.percentile(values, share) == value
