"""Comparisons, sums and several questions in one: each part answered by itself, and by code what follows from them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from langchain_core.runnables import RunnableConfig

from qa.generation.dividing import in_parts
from qa.grounding.citations import marked
from qa.grounding.steps import Asked, Retrieved
from qa.language.markdown import listed
from qa.language.text import STOPWORDS, words
from qa.models.provider import provider_errors
from qa.plans.arithmetic import ORDERED, Measured, concluded, value_in
from qa.plans.bearing import answered
from qa.plans.fact import PlainFact
from qa.plans.meant import meant
from qa.plans.operands import operands
from qa.plans.plan import Plan, Point, Steps, refused, with_points
from qa.plans.points import Points
from qa.plans.summary import Summary
from qa.plans.topic import Topic
from qa.query.kinds import PLAIN
from qa.query.parts import Parts, Relation, parts_of
from qa.retrieval.hits import READ_CLOSELY, likeliest
from qa.types import Answer, Citation, Evidence, Filters, Sentence, Turn

SIDE = {"short": 1, "normal": 3, "detailed": 5}  # points on each of what is compared
IN_ORDER = STOPWORDS | set("first second third last former latter one two other".split())  # name nothing by themselves
Place = tuple[str, int, int]  # of a quote: its article, start and end
COMPARED = ("compare", *ORDERED)  # relations of things that stand side by side
WORKED_OUT = ("difference", "total", "share")
LABEL = 10  # words of a label, at most; longer ones would hide what is said
NOT_STATED = "Not stated in the articles."
CLOSEST = "The closest the articles come:"  # before a quote that may not answer


@dataclass(frozen=True)
class Answered:
    """A part with its answer, and the words of the articles that were pointed at as the answer."""

    label: str
    question: str
    answer: Answer
    pointed_at: str = ""

    @property
    def said(self) -> bool:
        return self.answer.status == "answered"


class InParts(Plan):
    """The model splits the question and code checks that the parts ask for the same; else `whole` answers it."""

    def __init__(self, steps: Steps, fact: PlainFact, summary: Summary, points: Points, whole: Plan) -> None:
        self._steps = steps
        self._fact = fact
        self._summary = summary
        self._points = points
        self._whole = whole

    def answers(self, found: Retrieved, config: RunnableConfig) -> Iterator[Answer]:
        with provider_errors(found.answer.model):
            written = self._steps.model.invoke(in_parts(found.query.text, found.query.kind), config).text
        named = found.query.stems & frozenset().union(*(passage.names for passage in found.answer.passages))
        parts = parts_of(found.query.text, written, named)
        if parts is None or not self._may_be_told(parts, found):
            yield from self._whole.answers(found, config)
            return
        done: list[Answered] = []
        for number in range(len(parts.questions)):
            done.append(self._answered(parts, number, done, found, config))
            yield replace(joined(found.answer, parts, done), status="answering")
        lead = None if parts.relation in ("each", "compare") else _concluded(parts.relation, done, found)
        if lead is None and parts.relation in WORKED_OUT and (worked := self._worked_out(parts, done, found)):
            yield worked
        elif any(part.said for part in done):
            yield joined(found.answer, parts, done, lead)
        else:
            yield from self._whole.answers(found, config)

    def _may_be_told(self, parts: Parts, found: Retrieved) -> bool:
        """Whether what stands side by side answers the question, as far as a model that reads passages can tell; parts
        that are questions have answers of their own.
        """
        if all(part.endswith("?") for part in parts.questions):
            return True
        read = self._steps.retriever.read_closely(found.query.text, found.answer.passages) or found.hits
        return answered(found.query, read) or not any(hit.reading for hit in read)

    def _answered(
        self,
        parts: Parts,
        number: int,
        done: Sequence[Answered],
        found: Retrieved,
        config: RunnableConfig,
    ) -> Answered:
        """The part's answer: of a question as of a fact, of a name what an article on it says."""
        query, question, label = found.query, parts.questions[number], parts.label(number)
        history = tuple(Turn(part.question, part.answer.text if part.said else "") for part in done)
        if question.endswith("?"):
            here = self._retrieved(Asked(question, history, query.filters, query.as_of), found, config)
            if not here.query.yes_or_no:
                here = replace(here, guesses=tuple(self._steps.retriever.guesses(here.query, here.hits)))
            *_, answer = self._fact.answers(here, config)
            guess = likeliest(here.guesses or ())
            return Answered(label, here.query.text, answer, guess.answer if guess else "")
        filters = query.filters
        if set(words(label)) <= IN_ORDER:
            articles = list(dict.fromkeys(passage.article_id for passage in found.answer.passages))
            if number < len(articles):
                label = self._steps.retriever.library.article(articles[number]).title
                filters = replace(filters or Filters(), article_id=articles[number])
        here = self._retrieved(Asked(question, (), filters, query.as_of), found, config)
        if points := self._on(here, found, config):
            said = replace(here.answer, status="answered", confidence=1.0)
            return Answered(label, question, with_points(said, points))
        about = self._summary.answer(here)
        return Answered(label, question, _first(about, SIDE[query.length]) if about else refused(here))

    def _on(self, here: Retrieved, found: Retrieved, config: RunnableConfig) -> list[Point]:
        """What answers the whole question of what was found on a part: of the one article that it names, if it does."""
        query, topic = found.query, Topic.or_period(here.query, ())
        if not topic.words and not topic.filters.article_id:
            return []
        texts = meant(topic, here.answer.passages, self._steps.retriever)
        passages = texts.passages
        if texts.one:
            filters = replace(here.query.filters or Filters(), article_id=texts.one.id)
            passages = self._steps.retrieve.invoke(replace(query, filters=filters), config).answer.passages
        told = replace(found, answer=replace(found.answer, passages=passages))
        return self._points.chosen(told, SIDE[query.length])

    def _worked_out(self, parts: Parts, done: Sequence[Answered], found: Retrieved) -> Answer | None:
        """What follows from numbers that answer the parts, above the sentences that these stand in."""
        answers = (found.answer, *(part.answer for part in done))
        passages = _each_once(passage for answer in answers for passage in answer.passages[:READ_CLOSELY])
        asked = [part.question for part in done]
        steps = self._steps
        pointed = operands(asked, passages, steps.retriever, steps.judge, steps.thresholds)
        measured = [Measured(part.label, one.number) for part, one in zip(done, pointed, strict=False)]
        lead = concluded(parts.relation, measured, found.query.yes_or_no) if measured else None
        if not lead:
            return None
        points = [Point(one, one.start, one.end) for one in _each_once(one.sentence for one in pointed)]
        told = Sentence(lead, tuple(range(1, len(points) + 1)), "known")
        support = min(one.support for one in pointed)
        first = replace(found.answer, status="answered", text=told.marked, sentences=(told,), confidence=support)
        return with_points(first, points)

    def _retrieved(self, asked: Asked, found: Retrieved, config: RunnableConfig) -> Retrieved:
        """What is found for a part, that is looked up as a plain question."""
        understood = self._steps.understand.invoke(asked, config)
        return self._steps.retrieve.invoke(replace(understood, asks=PLAIN, length=found.query.length), config)


def joined(answer: Answer, parts: Parts, done: Sequence[Answered], lead: str | None = None) -> Answer:
    """The answers of all parts as one, a point each sentence, below what follows from them."""
    citations, points = dict[Place, Citation](), list[Sentence]()
    compared = parts.relation in COMPARED and all(len(part.label.split()) <= LABEL for part in done)
    for part in done:
        numbers = dict[int, int]()
        quoted = part.answer.citations if part.said else part.answer.closest[:1]
        for c in quoted:
            own = citations.setdefault((c.article_id, c.start, c.end), replace(c, number=len(citations) + 1))
            numbers[c.number] = own.number
        if not part.said:
            asked = part.label if compared else part.question.rstrip("?")
            text = f"{CLOSEST} {' '.join(quoted[0].quote.split())}" if quoted else NOT_STATED
            points.append(Sentence(text, tuple(numbers.values()), "known", label=asked))
            continue
        label = part.label if compared else ""
        for said in part.answer.sentences:
            point = replace(said, citations=tuple(numbers[n] for n in said.citations), label=label)
            points += [point] if point not in points else []
    told = (Sentence(lead, tuple(c.number for c in citations.values()), "known"),) if lead else ()
    return replace(
        answer,
        status="answered",
        text=listed(marked(told), (point.marked for point in points)),
        sentences=(*told, *points),
        citations=tuple(citations.values()),
        confidence=min((part.answer.confidence for part in done if part.said), default=0.0),
        listed_from=len(told),
    )


def _concluded(relation: Relation, done: Sequence[Answered], found: Retrieved) -> str | None:
    """What follows from the values that the parts' answers give; None where one is missing."""
    if not all(part.said for part in done):
        return None
    if relation == "same":
        verdicts = [part.answer.text.split(".")[0].strip().lower() for part in done]
        if set(verdicts) == {"yes"}:
            return "Yes."
        return "No." if "no" in verdicts and set(verdicts) <= {"yes", "no"} else None
    values = [
        value_in(" ".join(s.text for s in part.answer.sentences), part.question, relation, part.pointed_at)
        for part in done
    ]
    measured = [Measured(part.label, value) for part, value in zip(done, values, strict=True) if value]
    if relation in WORKED_OUT and len({measure.value for measure in measured}) < len(measured):
        return None  # rather one number that answers to both than two that are the same
    return concluded(relation, measured, found.query.yes_or_no) if len(measured) == len(done) else None


def _each_once(found: Iterable[Evidence]) -> list[Evidence]:
    """Words of articles by their places, whatever search found them."""
    return list({(one.article_id, one.start, one.end): one for one in found}.values())


def _first(answer: Answer, count: int) -> Answer:
    """The first points of a list, as sentences."""
    return replace(answer, sentences=answer.points[:count], citations=answer.citations[:count], listed_from=None)
