"""The nouns of the project: articles, passages, citations and answers. All are immutable."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal, Protocol

from qa.language.text import names, sentences, stems

Status = Literal["answering", "answered", "refused"]
Support = Literal["quoted", "supported", "known"]  # the last by code, of what the library knows of its articles
Stretch = tuple[int, int]  # start and end, in characters of a text
Kind = Literal[
    "fact",
    "explanation",
    "list",
    "comparison",
    "summary",
    "catalogue",
    "underspecified",
    "timeline",
    "greeting",
    "opinion",
    "calculation",
    "several",
]

Length = Literal["short", "normal", "detailed"]
Markup = Literal["markdown"]


@dataclass(frozen=True)
class Article:
    """A whole article; dates are ISO 8601 days, unknown facts are None, `sha256` covers text and facts.

    `published_at` and `updated_at` are what the article says of itself, never the day it was fetched.
    `notes` say what its reader left out or guessed, each in one line. `markup` is what the text is written in; None for
    plain text.
    """

    id: str
    title: str
    text: str
    source: str | None = None
    author: str | None = None
    published_at: str | None = None
    url: str | None = None
    language: str | None = None
    sha256: str = ""
    updated_at: str | None = None
    notes: tuple[str, ...] = ()
    markup: Markup | None = None


@dataclass(frozen=True)
class Visit:
    """What an address answered last, to ask it only for what is new; `digest` is the reader's own mark."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


@dataclass(frozen=True)
class Passage:
    """A stretch of an article: `text == article.text[start:end]`, offsets in characters."""

    article_id: str
    number: int
    start: int
    end: int
    text: str


class Placed(Protocol):
    """What stands somewhere in an article."""

    @property
    def article_id(self) -> str: ...

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def overlap(one: Placed, other: Placed) -> bool:
    """Whether some words of an article stand in both."""
    return one.article_id == other.article_id and one.start < other.end and other.start < one.end


@dataclass(frozen=True)
class Span:
    """Words of an article, by their offsets in characters: `article.text[start:end]`."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True)
class Evidence:
    """A passage as retrieval found it, with the facts of its article; a higher score is better."""

    article_id: str
    title: str
    source: str | None
    published_at: str | None
    url: str | None
    start: int
    end: int
    text: str
    score: float
    notes: tuple[str, ...] = ()

    def cut(self, start: int, end: int) -> "Evidence":
        """The stretch text[start:end] of it."""
        return replace(self, text=self.text[start:end], start=self.start + start, end=self.start + end)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each of its sentences, in characters of `text`."""
        return tuple(sentences(self.text))

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        return tuple(self.text[start:end] for start, end in self.spans)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(stems(self.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """The stems of the words that its sentences capitalise, but for the first of each."""
        return frozenset(name for sentence in self.sentences for name in names(sentence))


@dataclass(frozen=True)
class Citation:
    """A quote that code found in the library: `article.text[start:end] == quote`; `notes` are those of its article."""

    number: int
    article_id: str
    title: str
    source: str | None
    published_at: str | None
    url: str | None
    quote: str
    start: int
    end: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """One sentence of an answer and the numbers of the citations that back it.

    `support_probability` is how probably they state it, in 0..1; None where nothing was judged.
    `label` names what it tells of, where the sentences of an answer compare several things.
    """

    text: str
    citations: tuple[int, ...]
    support: Support
    support_probability: float | None = None
    label: str = ""

    @property
    def marked(self) -> str:
        """As it is read, with its label before it and its marks behind it."""
        told = f"{self.label}: {self.text}" if self.label else self.text
        return f"{told} {''.join(f'[{number}]' for number in self.citations)}".rstrip()


@dataclass(frozen=True)
class Filters:
    """Restricts a question to articles by source, tag and date (ISO 8601, both ends included), or to one article."""

    since: str | None = None
    until: str | None = None
    source: str | None = None
    article_id: str | None = None
    tag: str | None = None


@dataclass(frozen=True)
class Preference:
    """Articles to favour a little: newer ones up to `until`, or with `since` those published between the two."""

    until: str
    since: str | None = None


@dataclass(frozen=True)
class Turn:
    """An earlier question of a conversation, with the answer given."""

    question: str
    answer: str


@dataclass(frozen=True)
class Suggestion:
    """A question that an article answers."""

    question: str
    article_id: str
    title: str


@dataclass(frozen=True)
class Signals:
    """What is known about a checked draft.

    support     how probably its quotes state that it is the answer, of its sentences the least, in 0..1
    names       share of the question's names and numbers that stand around the quotes, by inverse document frequency
    found       how probably the best of the quoted passages answers the question, by retrieval
    agreed      whether a second model would answer so: the extractor with words of a draft that was written without it,
                the support model with the same Yes or No; None where it would say nothing
    answers     the extractor's logit of the probability that the passage of its words answers; None without one
    """

    support: float
    names: float
    found: float
    agreed: bool | None = None
    answers: float | None = None


@dataclass(frozen=True)
class Answer:
    """An answer, growing or final.

    While `status` is "answering", `draft` holds words of the model that are not checked yet; an answer that is made
    part by part has the sentences and citations of the parts that are.
    `text` holds only checked sentences with their `[n]` marks; for a refusal it says so.
    `notes` are plain sentences by code about the answer, such as how old its sources are.
    `closest` are quotes that come near to an answer; a refusal may have them.
    `kind` is what the question was taken to ask for.
    `listed_from` is the place of the first sentence of those at the end that are points of a list, if any are.
    `language` is the code of the language that the question was translated from, "en" where it was not. An answer
    says its own sentences in it; their `support_probability` is that of the English ones that were checked.
    `usage` is how many tokens the language model read and wrote for it, `prompt_tokens` and `completion_tokens`; None
    where it was not asked, or does not say.
    """

    question: str
    standalone_question: str
    status: Status = "answering"
    text: str = ""
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[Evidence, ...] = ()
    model: str = ""
    timings_ms: Mapping[str, int] = field(default_factory=dict)
    draft: str = ""
    confidence: float = 0.0
    signals: Signals | None = None
    notes: tuple[str, ...] = ()
    closest: tuple[Citation, ...] = ()
    kind: Kind = "fact"
    listed_from: int | None = None
    language: str = "en"
    usage: Mapping[str, int] | None = None

    @property
    def prose(self) -> tuple[Sentence, ...]:
        """The sentences before the points of a list."""
        return self.sentences[: self.listed_from]

    @property
    def points(self) -> tuple[Sentence, ...]:
        """The sentences that are points of a list."""
        return () if self.listed_from is None else self.sentences[self.listed_from :]

    @property
    def compared(self) -> dict[str, list[Sentence]]:
        """The points by what they tell of; empty where not each has a label."""
        labels = list(dict.fromkeys(point.label for point in self.points))
        return {} if "" in labels else {o: [point for point in self.points if point.label == o] for o in labels}

    def to_json(self) -> dict[str, Any]:
        """The public form, as `ask --json` prints it; `draft` is there only while it is being written."""
        out = asdict(self)
        del out["signals"]
        if self.status != "answering":
            del out["draft"]
        return out


class Answering(Protocol):
    """What answers questions: the Answerer of this process, or that of the running page."""

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
        length: Length = "normal",
        without: Collection[Span] = (),
    ) -> Iterator[Answer]:
        """Growing answers: first the passages, then the draft as it is written, at last what was checked.

        A follow-up is answered as what it means after the turns before it; time words count from `as_of`, else today.
        With the quotes `without` that an earlier answer showed, what more the articles say.
        Closing the iterator stops the model. Raises QuestionError, LibraryError (empty), IndexUnavailable,
        ProviderError.
        """

    def search(
        self, question: str, k: int = 10, filters: Filters | None = None, as_of: date | None = None
    ) -> tuple[Evidence, ...]:
        """The best k passages, without asking the model."""
