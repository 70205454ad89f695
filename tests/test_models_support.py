"""The support model as it is shipped, with its real weights."""

import hashlib

import pytest

from qa.models.manifest import SUPPORT_SHA256
from qa.models.support import ADAPTER, Claimed, SupportModel, load_support
from qa.settings import Settings

SALE = "In 1986 the Orsova brewery sold its mill to the Bank of Varga, which had lent it the money for a new roof."
TOWERS = "The north tower is 84 metres high; the south tower, finished nine years later, measures 91 metres."
PLAN = "The council plans to open a second ferry line in May, but the money has not been granted yet."


@pytest.fixture(scope="module")
def model() -> SupportModel:
    return load_support(Settings.from_env())


def test_the_shipped_adapter_is_the_one_of_the_manifest() -> None:
    assert hashlib.sha256(ADAPTER.file.read_bytes()).hexdigest() == SUPPORT_SHA256


@pytest.mark.parametrize(
    ("quote", "stated", "not_stated"),
    [
        pytest.param(
            *(
                SALE,
                "The Bank of Varga bought the mill.",
                "The mill was sold to the Orsova brewery by the Bank of Varga.",
            ),
            marks=pytest.mark.xfail(strict=True, reason="who sold to whom in the passive: 0.83 for the wrong one"),
        ),
        (TOWERS, "The south tower is 91 metres high.", "The north tower is 91 metres high."),
        (PLAN, "A second ferry line is planned.", "A second ferry line has opened."),
    ],
)
def test_the_same_words_in_another_relation_are_less_supported(
    model: SupportModel, quote: str, stated: str, not_stated: str
) -> None:
    right, wrong = model.judge([Claimed(stated, "", quote), Claimed(not_stated, "", quote)])
    assert right.supported > wrong.supported
    assert right.supported > 0.5


def test_probabilities_add_up_and_keep_the_order_of_the_claims(model: SupportModel) -> None:
    claims = [Claimed("The mill was sold.", "", SALE), Claimed("Bees sleep in winter.", "", SALE)]
    both, alone = model.judge(claims), model.judge(claims[1:])
    assert both[1:] == alone
    assert all(j.supported + j.contradicted + j.not_stated == pytest.approx(1.0) for j in both)
    assert both[0].supported > both[1].supported


def test_heading_and_sentence_before_stand_with_the_quote() -> None:
    claim = Claimed("It opened.", "Did it?", "She opened it.", "A title (Gazette, 2025-03-01)", "Ada came.")
    assert claim.pair == ("Did it? → It opened.", "A title (Gazette, 2025-03-01)\nAda came. | She opened it.")
    assert Claimed("It opened.", "", "She opened it.").pair == ("It opened.", "She opened it.")
