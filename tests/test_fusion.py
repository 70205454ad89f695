import pytest

from qa.retrieval.fusion import Candidates, fuse


def test_fusing_weighs_each_score_by_the_best_of_its_side() -> None:
    # 1: 0.6 x 8/8 + 0.4 x 0.3/0.6 = 0.8; 2: 0.6 x 2/8 + 0.4 x 0.6/0.6 = 0.55
    fused = fuse({1: 8.0, 2: 2.0}, {2: 0.6, 1: 0.3}, weight=0.6)
    assert fused == pytest.approx({1: 0.8, 2: 0.55})
    assert list(fused) == [1, 2]


def test_a_passage_that_only_vectors_found_has_no_text_score() -> None:
    # 1: 0.5 x 1 + 0.5 x 0.4/0.8 = 0.75; 3: 0.5 x 0 + 0.5 x 0.8/0.8 = 0.5
    assert fuse({1: 4.0}, {3: 0.8, 1: 0.4}, weight=0.5) == pytest.approx({1: 0.75, 3: 0.5})


def test_a_passage_that_only_full_text_found_is_as_near_as_the_farthest() -> None:
    # 2: 0.5 x 2/4 + 0.5 x 0.2/0.8 = 0.375, as if the vectors had given it the 0.2 of passage 3
    fused = fuse({1: 4.0, 2: 2.0}, {1: 0.8, 3: 0.2}, weight=0.5)
    assert fused == pytest.approx({1: 1.0, 2: 0.375, 3: 0.125})


def test_one_side_alone_keeps_its_order() -> None:
    assert list(fuse({7: 1.0, 8: 3.0}, {})) == [8, 7]
    assert list(fuse({}, {7: 0.1, 8: 0.3})) == [8, 7]
    assert fuse({}, {}) == {}


def test_a_passage_that_points_away_is_never_below_zero() -> None:
    assert fuse({}, {1: 0.5, 2: -0.5}, weight=0.0) == pytest.approx({1: 1.0, 2: 0.0})
    assert set(fuse({}, {1: -0.1, 2: -0.5}).values()) == {0.0}


def test_equal_scores_have_one_order() -> None:
    assert list(fuse({5: 1.0, 3: 1.0, 4: 1.0}, {})) == [3, 4, 5]


def test_the_best_of_a_named_source_stand_among_the_first() -> None:
    candidates = Candidates({1: 4.0}, {}, ({7: 0.9, 6: 0.8, 5: 0.7, 4: 0.6},), {1: 1.0, 7: 0.2})
    assert candidates.fused == {1: 1.0, 7: 0.9, 6: 0.8, 5: 0.7}
