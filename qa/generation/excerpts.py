"""Passages -> the few short excerpts that the model reads.

Reading is most of a small model's time: on 25 questions it answered about as well from excerpts of half the tokens
(17 right, against 18 with four whole passages), and sooner.
"""

from collections.abc import Iterator, Sequence

from qa.language.orders import plays_a_part
from qa.language.text import stems
from qa.query.query import Query
from qa.types import Evidence, overlap

BUDGET = 1_600  # characters
RATIO = 0.65  # of the best sentence's score, which every other must reach
NEIGHBOURS = 1  # sentences before and after a chosen one, since its pronouns point there

Place = tuple[int, int]  # which passage, which sentence in it


def choose(query: Query, passages: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The stretches of the passages that bear most on the question, each a run of whole sentences: the best
    article first, and each article in its own order.

    Sentences that play a part of the prompt are passed over. A sentence's score is its passage's, plus the weighted
    share of the question's words that stand in it, plus twice the share that stands in it, its neighbours, its title
    and the name of its source.
    """
    spans = [passage.spans for passage in passages]
    scores = _scores(query, passages)
    best = max(scores.values(), default=0.0)
    kept: dict[int, set[int]] = {}
    taken: set[tuple[str, int]] = set()
    used, budget = 0, BUDGET * query.effort
    for (p, s), score in sorted(scores.items(), key=lambda entry: -entry[1]):
        if score < RATIO * best:
            break
        for near in range(max(0, s - NEIGHBOURS), min(len(spans[p]), s + NEIGHBOURS + 1)):
            start, end = spans[p][near]
            place = (passages[p].article_id, passages[p].start + start)
            if (p, near) in scores and place not in taken and used + end - start <= budget:
                taken.add(place)
                kept.setdefault(p, set()).add(near)
                used += end - start
    return in_order(
        [passages[p].cut(start, end) for p, chosen in kept.items() for start, end in _runs(spans[p], sorted(chosen))]
    )


def within_budget(query: Query, stretches: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The first of these stretches that the model may read, each of its words once, ordered as `choose` orders them."""
    kept: list[Evidence] = []
    for stretch in stretches:
        used = sum(len(other.text) for other in kept)
        if used + len(stretch.text) > BUDGET * query.effort:
            break
        if not any(overlap(stretch, other) for other in kept):
            kept.append(stretch)
    return in_order(kept)


def in_order(stretches: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """By article, the one of the first stretch first, and within it as they stand there."""
    rank = {stretch.article_id: place for place, stretch in reversed(list(enumerate(stretches)))}
    return tuple(sorted(stretches, key=lambda stretch: (rank[stretch.article_id], stretch.start)))


def whole(passages: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The passages from end to end, but for the sentences that play a part of the prompt."""
    kept = []
    for passage in passages:
        fit = [s for s, sentence in enumerate(passage.sentences) if not plays_a_part(sentence)]
        if len(fit) == len(passage.spans):
            kept.append(passage)
        elif fit:
            kept += [passage.cut(start, end) for start, end in _runs(passage.spans, fit)]
    return tuple(kept)


def _scores(query: Query, passages: Sequence[Evidence]) -> dict[Place, float]:
    scores = {}
    for p, passage in enumerate(passages):
        title = stems(passage.title) | stems(passage.source or "")
        found = [stems(sentence) for sentence in passage.sentences]
        for s, own in enumerate(found):
            if plays_a_part(passage.sentences[s]):
                continue
            near = title.union(*found[max(0, s - NEIGHBOURS) : s + NEIGHBOURS + 1])
            scores[p, s] = passage.score + query.share(own) + 2 * query.share(near)
    return scores


def _runs(spans: Sequence[tuple[int, int]], chosen: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring sentences as one stretch."""
    first = last = chosen[0]
    for s in [*chosen[1:], -1]:
        if s != last + 1:
            yield spans[first][0], spans[last][1]
            first = s
        last = s
