"""Answers as HTML. Everything that a model or an article wrote is escaped by the templates."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa.types import Answer, Citation, Evidence, Kind
from qa.web.sources import by_article, cards, glimpse, passage_of
from qa.web.texts import LANGUAGES, Texts, texts

WITHOUT_MORE: tuple[Kind, ...] = ("catalogue", "greeting", "underspecified")  # of which articles say no more
FIRST = 4  # articles whose passages are shown at once; the others are one click away
NEAREST = 3  # articles that a refusal offers
ENGLISH = texts()
PAPER = {"light": "#fbfaf7", "dark": "#161615"}  # what the page stands on, as --paper in static/colours.css
# What static/keys.js listens to, by the texts that say what it does.
KEYS = {
    "box": ("/",),
    "ask": ("Enter",),
    "line": ("Shift", "Enter"),
    "stop": ("s",),
    "next": ("n",),
    "previous": ("p",),
    "open": ("Enter",),
    "escape": ("Esc",),
    "copy": ("c",),
    "edit": ("e",),
    "narrow": ("f",),
    "new": ("x",),
    "views": ("1", "2", "3", "4", "5"),
    "undo": ("u",),
    "keys": ("?",),
}


@dataclass(frozen=True)
class Kept:
    """Where a turn is kept, its number there, and what its reader thinks of it."""

    conversation: str
    number: int
    vote: str | None = None


def render_turn(
    answer: Answer,
    number: int,
    *,
    kept: Kept | None = None,
    step: str = "",
    before: int = 0,
    problem: str = "",
    remedy: str = "",
    stopped: bool = False,
    narrow: str = "",
    chips: Sequence[str] = (),
    how: str = "",
    t: Texts = ENGLISH,
) -> str:
    """A question with its growing or final answer beside its sources.

    Beside a problem, `remedy` says what can be done about it: ask "others", add "articles", mend the "models".
    Until it is its turn, `before` tells how many questions are answered before it.
    `chips` say what the question was restricted to, and `narrow` is the same for the page's scripts. `how` is what
    sets the answer that it asks for apart: "more" than was shown, "detailed".
    """
    cited = [passage_of(citation, answer.passages) for citation in answer.citations]
    found = by_article([passage for passage in answer.passages if passage not in cited])
    best = [first for first, *_ in by_article(answer.passages)]
    return _templates.get_template("turn.html").render(
        about=json.dumps(list(dict.fromkeys([c.article_id for c in answer.citations] + [e.article_id for e in best]))),
        answer=answer,
        before=before,
        cards=cards(answer.citations, answer.passages),
        by_number={citation.number: citation for citation in answer.citations},
        chips=chips,
        kept=kept,
        how=how,
        narrow=narrow,
        found=found,
        nearest=best[:NEAREST],
        number=number,
        problem=problem,
        remedy=remedy,
        step=step,
        stopped=stopped,
        t=t,
        waiting=answer.status == "answering" and not stopped and not problem,
    )


def render_welcome(t: Texts = ENGLISH) -> str:
    """What the page is, with places for what the library holds or lacks: static/overview.js fills them."""
    return _templates.get_template("welcome.html").render(t=t)


def render_head(t: Texts = ENGLISH) -> str:
    """What the page is, for its tab and for link previews."""
    return _templates.get_template("head.html").render(icon="favicon.ico", t=t)


def render_views(t: Texts = ENGLISH, *, signed_in: bool = False) -> str:
    """The links to the page's views and, for those who signed in, out of it; and what may lie over each view."""
    return _templates.get_template("views.html").render(KEYS=KEYS, signed_in=signed_in, t=t)


def render_sign_in(problem: str = "", name: str = "", *, user: str = "", has_users: bool = True) -> str:
    """The page to sign in by, or to sign out for `user`; `problem` is why `name` could not."""
    template = _templates.get_template("signin.html")
    about = {"icon": "/favicon.ico", "t": ENGLISH}
    return template.render(problem=problem, name=name, user=user, has_users=has_users, **about)


def render_narrow(t: Texts = ENGLISH) -> str:
    """What restricts a question, still empty: static/narrow.js fills it."""
    return _templates.get_template("narrow.html").render(t=t)


def render_articles(max_file: int, max_gold: int, command: str, t: Texts = ENGLISH) -> str:
    """All views but the conversation, still empty: the scripts fill them. `max_file` and `max_gold` in bytes."""
    languages = [(code, texts(code)("language")) for code in LANGUAGES]
    template = _templates.get_template("articles.html")
    return template.render(max_file=max_file, max_gold=max_gold, command=command, languages=languages, t=t)


def place(source: Citation | Evidence) -> str:
    """The address that opens the article at these words, beside the conversation."""
    return f"#/read/{quote(source.article_id, safe='')}/{source.start}-{source.end}"


def copied(answer: Answer, t: Texts = ENGLISH) -> str:
    """An answer as plain text to be taken along: its numbered quotes below it, with where they stand."""
    lines = [answer.question, "", answer.text]
    for c in answer.citations:
        facts = (c.title, c.source, t.date(c.published_at), web_link(c.url))
        lines += ["", f"[{c.number}] “{' '.join(c.quote.split())}”", f"    {', '.join(fact for fact in facts if fact)}"]
    return "\n".join(lines)


def web_link(url: str | None) -> str | None:
    """The address where it is one of the web; any other scheme could run code."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def seconds(timings_ms: Mapping[str, int]) -> str:
    """How long the whole answer took."""
    return f"{timings_ms['total'] / 1000:.1f} s" if "total" in timings_ms else ""


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_templates.globals.update(
    FIRST=FIRST, PAPER=PAPER, WITHOUT_MORE=WITHOUT_MORE, copied=copied, glimpse=glimpse, place=place
)
_templates.filters.update(web_link=web_link, seconds=seconds)
