"""Intervals against what is known of them without drawing anything."""

import math

import pytest

from qa.evaluation.bootstrap import difference, interval, mean_interval, percentile_interval


def test_the_interval_of_a_share_is_near_the_normal_one() -> None:
    # 80 of 100: 0.8 ± 1.96 x sqrt(0.8 x 0.2 / 100)
    low, high = interval([(1, 1)] * 80 + [(0, 1)] * 20) or (0, 0)
    half = 1.96 * math.sqrt(0.8 * 0.2 / 100)
    assert (low, high) == pytest.approx((0.8 - half, 0.8 + half), abs=0.015)


def test_the_interval_is_the_same_every_time() -> None:
    pairs = [(1, 1), (0, 1), (1, 2), (0, 0)] * 5
    assert interval(pairs) == interval(pairs)


def test_questions_weigh_by_what_they_count() -> None:
    # one question of nine citations, all right, and one of one, wrong: drawn alone they give 0 and 1
    assert interval([(9, 9), (0, 1)]) == pytest.approx((0.0, 1.0))
    assert interval([(3, 3), (5, 5), (0, 0)]) is not None


def test_groups_of_any_size_weigh_the_same() -> None:
    # 80 of 100 and 10 of 20: the mean of their shares, 0.65, has the variance (0.8 x 0.2 / 100 + 0.5 x 0.5 / 20) / 4
    groups = [[1.0] * 80 + [0.0] * 20, [1.0] * 10 + [0.0] * 10]
    half = 1.96 * math.sqrt((0.8 * 0.2 / 100 + 0.5 * 0.5 / 20) / 4)
    assert mean_interval(groups) == pytest.approx((0.65 - half, 0.65 + half), abs=0.015)
    assert mean_interval([[1.0, 1.0]]) == (1.0, 1.0)


def test_one_question_has_no_interval() -> None:
    assert interval([(1, 1)]) is None
    assert interval([]) is None
    assert percentile_interval([7.0], 0.5) is None
    assert mean_interval([[1.0, 0.0], [1.0]]) is None
    assert mean_interval([]) is None


def test_the_interval_of_a_median_lies_around_it() -> None:
    low, high = percentile_interval([float(n) for n in range(1, 102)], 0.5) or (0, 0)
    # by the binomial distribution the order statistics 41 and 61 of 101 (Conover 1999, 3.2)
    assert (low, high) == pytest.approx((41, 61), abs=2)


def test_a_fall_of_every_tenth_question_is_significant_and_the_same_run_is_not() -> None:
    before = [(1, 1)] * 100
    now = [(0, 1)] * 10 + [(1, 1)] * 90
    low, high, p = difference(now, before)
    assert low == pytest.approx(-0.16, abs=0.02)
    assert high == pytest.approx(-0.04, abs=0.02)
    assert p < 0.01
    assert difference(now, now) == (0.0, 0.0, 1.0)


def test_as_many_better_as_worse_is_no_difference() -> None:
    before = [(1, 1)] * 5 + [(0, 1)] * 5
    low, high, p = difference(before[::-1], before)
    assert low < 0 < high
    assert p > 0.5
