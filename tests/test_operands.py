"""The numbers of a sum, found in articles by the extractor and the support model as they are shipped."""

import pytest

from qa.models.extractor import load_extractor
from qa.models.support import SupportModel, load_support
from qa.plans.operands import operands
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Evidence

CREW = "The ferry left with 164 passengers and 22 crew on board. Divers found the wreck 300 metres from the pier."
# title, text, a question for each part, and its number
FOUND = (
    (
        "Plums",
        "In 2021 the growers of Ostra picked 4,300 tonnes of plums. A late frost followed, and in 2022 the harvest "
        "came to 1,950 tonnes. A kilogram sold for 2.40 euros in both years.",
        {
            "How many tonnes of plums were picked in 2021?": 4300,
            "How many tonnes of plums were picked in 2022?": 1950,
        },
    ),
    # what follows was written when the code was finished: six of eight were found, nothing else was taken for them
    (
        "Roads of the Ilm valley",
        "The bridge across the Ilm cost 41 million euros. The ring road, opened in the same year, cost 126 million "
        "euros. Both were paid for by the state.",
        {"What did the bridge across the Ilm cost?": 41_000_000, "What did the ring road cost?": 126_000_000},
    ),
    (
        "The atlas",
        "The first printing of the atlas was 1,500 copies. The second, in spring, was 6,000 copies.",
        {"How many copies were in the first printing?": 1500, "How many copies were in the second printing?": 6000},
    ),
    (
        "The vote",
        "At the vote on Tuesday 18 councillors were in favour and 11 councillors were opposed. One was ill.",
        {"How many councillors were in favour?": 18, "How many councillors were opposed?": 11},
    ),
    (
        "The glacier",
        "The glacier was 9.4 kilometres long in 1900 and is 6.1 kilometres long today.",
        {"How long was the glacier in 1900?": 9.4, "How long is the glacier today?": 6.1},
    ),
    (
        "The orchestra",
        "The orchestra has 84 musicians, the choir 120 singers. The hall was built in 1911.",
        {"How many musicians does the orchestra have?": 84, "How many singers does the choir have?": 120},
    ),
    (
        "The tram",
        "A ticket cost 3 crowns before the war and 7 crowns after it. The tram line closed in 1961.",
        {"What did a ticket cost before the war?": 3, "What did a ticket cost after the war?": 7},
    ),
)
UNSURE = (
    (
        "Goats",
        "Before the cull there were 5,200 goats on the island; a year later rangers counted 1,870 goats. Two wardens "
        "live there.",
        {"How many goats were there before the cull?": 5200, "How many goats were there after the cull?": 1870},
    ),
    (
        "Marathon",
        "Kadri Tamm finished in 2:31:07. Of the 3,412 runners who started, 2,968 finished the race.",
        {"How many runners started?": 3412, "How many runners finished?": 2968},
    ),
)


@pytest.fixture(scope="module")
def judge() -> SupportModel:
    return load_support(Settings.from_env())


@pytest.fixture
def reading(retriever: HybridRetriever) -> HybridRetriever:
    return retriever.model_copy(update={"extractor": load_extractor(Settings.from_env())})


def passage(text: str, title: str) -> Evidence:
    return Evidence(title.lower(), title, None, None, None, 0, len(text), text, 0.8)


@pytest.mark.parametrize(
    ("title", "text", "asked"),
    [*FOUND, *(pytest.param(*case, marks=pytest.mark.xfail(strict=True)) for case in UNSURE)],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_each_part_has_a_number_of_its_own(
    reading: HybridRetriever, judge: SupportModel, title: str, text: str, asked: dict[str, float]
) -> None:
    found = operands(list(asked), [passage(text, title)], reading, judge)
    assert [one.number.size for one in found] == list(asked.values())
    for one in found:
        assert one.words in one.sentence.text
        assert text[one.sentence.start : one.sentence.end] == one.sentence.text
        assert one.margin > 0
        assert one.support > 0


@pytest.mark.parametrize(
    "questions",
    [
        ("How many crew were on board?", "How many lifeboats did the ferry carry in the war?"),
        ("How many crew were on board?", "How far from the pier was the wreck found?"),
        ("How many crew were on board?", "How many crew did the ferry have?"),
    ],
)
def test_where_a_part_has_none_of_its_own_or_of_another_measure_there_is_no_sum(
    reading: HybridRetriever, judge: SupportModel, questions: tuple[str, ...]
) -> None:
    assert operands(questions, [passage(CREW, "The ferry")], reading, judge) == ()


def test_without_passages_or_an_extractor_nothing_is_operands(
    retriever: HybridRetriever, reading: HybridRetriever, judge: SupportModel
) -> None:
    asked = ("How many passengers were on board?", "How many crew were on board?")
    assert operands(asked, [], reading, judge) == ()
    assert operands(asked, [passage(CREW, "The ferry")], retriever, judge) == ()
