"""The score by hand, and the fitting of its weights on outcomes whose answer is known."""

import math
from dataclasses import replace

import numpy as np
import pytest

from qa.grounding.confidence import THRESHOLDS, WEIGHTS, confidence, features
from qa.types import Signals
from training.confidence import Outcome, best, fit, shares, surest

SIGNALS = Signals(support=0.9, names=1.0, found=0.5, agreed=True, answers=2.0)
BY_HAND = np.array([-1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])


def test_the_score_is_a_logistic_of_weighted_signals() -> None:
    assert features(SIGNALS) == pytest.approx((1.0, math.log(9), 1.0, 0.0, 1.0, 2.0, 0.0))
    z = sum(w * f for w, f in zip(WEIGHTS.values(), (1.0, math.log(9), 1.0, 0.0, 1.0, 2.0, 0.0), strict=True))
    assert confidence(SIGNALS) == pytest.approx(1 / (1 + math.exp(-z)))


def test_what_the_extractor_does_not_tell_counts_as_such() -> None:
    assert features(replace(SIGNALS, agreed=None, answers=None))[4:] == (0.0, 0.0, 1.0)
    assert features(replace(SIGNALS, agreed=False))[4] == -1.0


def test_what_is_nearly_certain_tells_no_more() -> None:
    assert features(replace(SIGNALS, answers=99.0))[5] == 4.0
    assert features(replace(SIGNALS, support=1.0, found=0.0))[1::2][:2] == pytest.approx((4.0, -4.0))


def test_the_weights_have_the_signs_that_their_signals_ask_for() -> None:
    assert min(WEIGHTS[name] for name in ("support", "agreed", "answers")) >= 0.0
    assert 0.0 < THRESHOLDS.closest_from < THRESHOLDS.shown_from < 1.0


def test_what_tells_right_from_wrong_gets_the_weight() -> None:
    unsure = replace(SIGNALS, support=0.1)
    outcomes = [Outcome(True, [(True, SIGNALS)])] * 20 + [Outcome(False, [(False, unsure)])] * 20
    weights = dict(zip(WEIGHTS, fit([outcomes]), strict=True))
    assert weights["support"] > 1.0
    assert weights["agreed"] == pytest.approx(weights["names"], abs=1e-6), "both are the same in all outcomes"


def test_a_threshold_is_dearer_where_wrong_answers_cost_more() -> None:
    known = enumerate((0.5, 0.7, 0.9))
    sure, likely, unlikely = (Outcome(True, [(n > 0, replace(SIGNALS, support=p))]) for n, p in known)
    assert best([[sure, likely, unlikely]], BY_HAND, 1.0) > best([[sure, likely, unlikely]], BY_HAND, 0.0)


def test_shares_at_a_threshold() -> None:
    unsure = replace(SIGNALS, support=0.02)
    outcomes = [
        Outcome(True, [(True, SIGNALS)]),
        Outcome(True, [(False, SIGNALS)]),
        Outcome(True, [(True, unsure)]),
        Outcome(True, []),
        Outcome(False, [(False, unsure)]),
        Outcome(False, [(False, SIGNALS)]),
    ]
    assert shares(outcomes, BY_HAND, 0.5) == (1 / 4, 1 / 2, 2 / 4)
    assert shares(outcomes, BY_HAND, 0.0) == (2 / 4, 0.0, 1 / 4)


def test_of_several_answers_the_surest_is_shown() -> None:
    answers = [(False, replace(SIGNALS, support=0.3)), (True, SIGNALS), (False, replace(SIGNALS, support=0.6))]
    assert surest(Outcome(True, answers), BY_HAND) == (True, pytest.approx(0.768, abs=0.001))
