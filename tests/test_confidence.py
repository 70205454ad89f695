"""The score by hand, and the fitting of its weights on outcomes whose answer is known."""

import math
from dataclasses import replace

import numpy as np
import pytest

from qa.confidence import ALONE, WEIGHTS, confidence, features
from qa.types import Signals
from training.confidence import Outcome, fit, shares

SIGNALS = Signals(names=1.0, words=0.5, kind=True, counted=True, stated=0.9, agreed=True, answers=2.0)


def test_the_score_is_a_logistic_of_weighted_signals() -> None:
    z = -2.5 + 1.0 * 1.0 + 0.7 + 0.5 + 0.8 * math.log(9) + 0.45 * 2.0
    assert confidence(SIGNALS) == pytest.approx(1 / (1 + math.exp(-z)))
    assert confidence(replace(SIGNALS, kind=False)) == 0.0


def test_where_the_extractor_tells_nothing_the_words_around_the_quotes_count() -> None:
    alone = replace(SIGNALS, agreed=None, answers=None)
    z = -1.9 + 1.0 * 1.0 + 0.3 * 0.5 + 0.7 + 1.45 * math.log(9)
    assert confidence(alone) == pytest.approx(1 / (1 + math.exp(-z)))
    assert len(features(alone)) == len(ALONE)


def test_a_model_without_probabilities_counts_as_usual() -> None:
    assert features(replace(SIGNALS, stated=None))[4] == pytest.approx(math.log(3))
    assert features(replace(SIGNALS, agreed=False))[3] == -features(SIGNALS)[3] == -1.0
    assert features(replace(SIGNALS, answers=99.0))[-1] == 5.0


def test_what_tells_right_from_wrong_gets_the_weight() -> None:
    sure, unsure = SIGNALS, replace(SIGNALS, stated=0.1)
    outcomes = [Outcome(True, True, sure)] * 20 + [Outcome(False, False, unsure)] * 20
    weights = dict(zip(WEIGHTS, fit([outcomes]), strict=True))
    assert weights["stated"] > 1.0
    assert weights["agreed"] == pytest.approx(weights["counted"], abs=1e-6), "both are the same in all outcomes"


def test_shares_at_a_threshold() -> None:
    outcomes = [
        Outcome(True, True, SIGNALS),
        Outcome(True, False, SIGNALS),
        Outcome(True, True, replace(SIGNALS, stated=0.02)),
        Outcome(True, False, None),
        Outcome(False, False, replace(SIGNALS, kind=False)),
        Outcome(False, False, SIGNALS),
    ]
    weights = np.array(list(WEIGHTS.values()))
    assert shares(outcomes, weights, 0.5) == (1 / 4, 1 / 2, 2 / 4)
    assert shares(outcomes, weights, 0.0) == (2 / 4, 1 / 2, 1 / 4)
