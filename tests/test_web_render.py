"""What becomes HTML: our markup, with every foreign word escaped."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from qa.plans.opinion import NOBODY
from qa.types import Answer, Citation, Evidence, Sentence
from qa.web.render import (
    copied,
    render_articles,
    render_narrow,
    render_turn,
    render_views,
    render_welcome,
    web_link,
)
from qa.web.texts import texts
from tests.web_fake import CITATION, EVIDENCE, LENGTH, LENGTH_CITATION, OTHER, QUOTE

ATTACK = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>{{7*7}}${alert(3)}"
ANSWERED = Answer(
    "When did it open?",
    "When did it open?",
    status="answered",
    text="It opened in 1931. [1]",
    sentences=(Sentence("It opened in 1931.", (1,), "quoted"),),
    citations=(CITATION,),
    passages=(EVIDENCE, OTHER),
    timings_ms={"total": 5240},
)


LISTED = replace(
    ANSWERED,
    text=f"2 articles mention <b>it</b>:\n- {ATTACK} [1]\n- It opened in 1931.",
    sentences=(
        Sentence("2 articles mention <b>it</b>:", (), "known"),
        Sentence(ATTACK, (1,), "known"),
        Sentence("It opened in 1931.", (), "known"),
    ),
    listed_from=1,
)


class Page(HTMLParser):
    """The elements of a rendered page, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, css_class: str = "") -> list[dict[str, str | None]]:
        return [
            a for t, a in self.elements if t == tag and (not css_class or css_class in (a.get("class") or "").split())
        ]


def attacked(url: str | None) -> Answer:
    evidence = Evidence(ATTACK, ATTACK, ATTACK, ATTACK, url, 0, len(ATTACK), ATTACK, 0.5)
    citation = Citation(1, ATTACK, ATTACK, ATTACK, ATTACK, url, ATTACK, 0, len(ATTACK))
    return Answer(
        ATTACK,
        ATTACK,
        text=ATTACK,
        citations=(citation,),
        passages=(evidence, replace(evidence, start=1)),
        draft=ATTACK,
    )


@pytest.mark.parametrize("status", ["answering", "answered", "refused"])
@pytest.mark.parametrize("url", [ATTACK, "javascript:alert(4)", None])
def test_nothing_foreign_becomes_markup(status: str, url: str | None) -> None:
    sentences = (Sentence(ATTACK, (1,), "quoted"),)
    answer = replace(attacked(url), status=status, sentences=sentences)
    for html in (render_turn(answer, 1), render_turn(answer, 1, problem=ATTACK), render_turn(answer, 1, step=ATTACK)):
        page = Page(html)
        assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img"})
        assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
        assert "{{7*7}}" in page.text
        assert not [a for a in page.all("a") if a.get("target")]


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=1", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https:", False),
        ("http://[broken", False),
        ("notes/bridge.md", False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_are_linked(url: str | None, linked: bool) -> None:
    assert (web_link(url) is not None) is linked


def test_a_mark_leads_to_its_source() -> None:
    page = Page(render_turn(ANSWERED, 3))
    (mark,) = page.all("a", "mark")
    assert mark["aria-label"] == "Source 1: The Varga bridge"
    assert mark["href"] == f"#/read/bridge/{CITATION.start}-{CITATION.end}"
    assert mark["data-quote"] == QUOTE


def test_the_original_opens_elsewhere_and_learns_nothing() -> None:
    (link,) = [a for a in Page(render_turn(ANSWERED, 1)).all("a") if a.get("target")]
    assert link["href"] == EVIDENCE.url
    assert link["target"] == "_blank"
    assert link["rel"] == "noopener noreferrer nofollow"


def test_the_quote_is_marked_between_the_sentences_around_it() -> None:
    html = render_turn(ANSWERED, 1)
    assert f"for years. <mark>{QUOTE}</mark> It is 412 metres long" in html
    assert "<sup>" not in html


def test_two_citations_of_one_passage_share_a_card() -> None:
    both = replace(ANSWERED, citations=(CITATION, replace(LENGTH_CITATION, number=2)))
    html = render_turn(both, 1)
    assert len(Page(html).all("li", "cited")) == 1
    assert len(Page(html).all("span", "number")) == 2
    assert f"<mark>{QUOTE}</mark><sup>1</sup> <mark>{LENGTH}</mark><sup>2</sup>" in html


def test_the_further_passages_of_an_article_are_folded_below_its_best() -> None:
    passages = [replace(EVIDENCE, start=n) for n in (100, 300, 500)] + [OTHER]
    for status in ("answering", "refused"):
        html = render_turn(replace(ANSWERED, status=status, sentences=(), citations=(), passages=tuple(passages)), 1)
        aside = html[html.index("<aside") :]
        assert len(Page(aside).all("li", "card")) == 2
        assert len(re.findall("<h4", aside)) == 2
        assert "2 further passages of this article" in aside


def test_of_the_articles_beyond_the_first_all_passages_are_counted() -> None:
    passages = tuple(replace(OTHER, article_id=str(n)) for n in (0, 1, 2, 3, 4, 4, 5))
    html = render_turn(replace(ANSWERED, status="refused", sentences=(), citations=(), passages=passages), 1)
    assert "3 more passages found" in html


def test_a_quote_without_its_passage_stands_alone() -> None:
    assert f'<p class="passage" dir="auto"><mark>{QUOTE}</mark></p>' in render_turn(replace(ANSWERED, passages=()), 1)


def test_the_direction_of_foreign_words_stays_within_them() -> None:
    turned = replace(ANSWERED, sentences=(Sentence("\u202eIt opened.", (1,), "quoted"),))
    html = render_turn(replace(turned, citations=(replace(CITATION, source="\u202eGazette"),)), 1)
    assert "<bdi>\u202eIt opened.</bdi>" in html
    assert "<bdi>\u202eGazette</bdi>" in html


def test_a_passage_that_is_cited_is_not_listed_again() -> None:
    html = render_turn(ANSWERED, 1)
    assert "1 more passage found" in html
    assert len(re.findall("<h4[^>]*><a[^>]*>The Varga bridge</a></h4>", html)) == 1


def test_a_mark_without_a_citation_is_not_shown() -> None:
    stray = replace(ANSWERED, sentences=(Sentence("It opened.", (1, 7), "quoted"),))
    assert len(Page(render_turn(stray, 1)).all("a", "mark")) == 1


def test_notes_stand_under_the_answer_escaped() -> None:
    page = Page(render_turn(replace(ANSWERED, notes=("The sources disagree.", ATTACK)), 1))
    assert "The sources disagree." in page.text
    assert ATTACK in page.text
    assert len(page.all("p", "note")) == 3, "two, and that every sentence was checked"


def test_what_was_left_out_of_an_article_stands_beside_its_quotes_escaped() -> None:
    noted = replace(CITATION, notes=("2 pictures with text", ATTACK))
    page = Page(render_turn(replace(ANSWERED, citations=(noted,)), 1))
    said = f"Read with notes: 2 pictures with text · {ATTACK}"
    assert said in page.text
    assert len(page.all("p", "noted")) == 1
    assert page.all("a", "mark")[0]["data-noted"] == said
    assert "script" not in {tag for tag, _ in page.elements}
    assert Page(render_turn(ANSWERED, 1)).all("p", "noted") == []
    found = Page(render_turn(replace(ANSWERED, passages=(replace(OTHER, notes=("pages 3 and 4 by OCR",)),)), 1))
    assert "Read with notes: pages 3 and 4 by OCR" in found.text
    assert "Gelesen mit Anmerkungen: a · b" in render_turn(
        replace(ANSWERED, citations=(replace(CITATION, notes=("a", "b")),)), 1, t=texts("de")
    )


def test_a_growing_answer_shows_evidence_and_what_is_not_checked() -> None:
    growing = replace(ANSWERED, status="answering", text="", sentences=(), citations=(), draft="It opened in")
    html = render_turn(growing, 1)
    assert "Found in the articles" in html
    assert "Being checked" in html
    assert not Page(html).all("a", "mark")


def test_a_stopped_answer_shows_no_unchecked_word() -> None:
    growing = replace(ANSWERED, status="answering", text="", sentences=(), citations=(), draft="It opened in")
    html = render_turn(growing, 1, stopped=True)
    assert "It opened in<" not in html
    assert "Stopped." in html


def test_a_refusal_offers_the_closest_passages() -> None:
    refused = replace(ANSWERED, status="refused", text="The articles do not say.", sentences=(), citations=())
    html = render_turn(refused, 1)
    page = Page(html)
    assert "The articles do not answer this question." in page.text
    assert "Closest passages" in page.text
    assert "checked against" not in page.text
    assert html.count(f'href="#/read/bridge/100-{EVIDENCE.end}"') == 2, "as a nearest article and as a passage"
    assert not page.all("button", "act")[0].get("data-text"), "nothing to copy"


def test_a_refusal_of_an_opinion_says_that_it_is_one() -> None:
    refused = replace(ANSWERED, status="refused", text=NOBODY, sentences=(), citations=(), kind="opinion")
    assert NOBODY in Page(render_turn(refused, 1)).text


def test_a_refusal_names_each_article_once() -> None:
    passages = (EVIDENCE, OTHER, replace(EVIDENCE, start=0), replace(OTHER, article_id="mill", title="Kestrel Mill"))
    html = render_turn(replace(ANSWERED, status="refused", sentences=(), citations=(), passages=passages), 1)
    nearest = re.search('<ul class="nearest">(.*?)</ul>', html)
    assert nearest
    assert re.findall(">([^<]+)</a>", nearest[1]) == ["The Varga bridge", "The Lomond ferry", "Kestrel Mill"]
    assert f"#/read/bridge/100-{EVIDENCE.end}" in nearest[1], "at its best passage"


def test_what_a_question_was_restricted_to_is_told() -> None:
    restricted = replace(ANSWERED, status="refused", sentences=(), citations=())
    page = Page(render_turn(restricted, 1, narrow='{"source": "A"}', chips=["Source: A"]))
    assert "Asked only: Source: A" in " ".join(page.text.split())
    assert page.all("section", "turn")[0]["data-narrow"] == '{"source": "A"}'
    assert {"data-act": "widen"}.items() <= page.all("button", "act")[0].items()
    assert "Asked only" not in render_turn(restricted, 1)


def test_an_answer_is_copied_with_its_quotes() -> None:
    expected = (
        "When did it open?\n\nIt opened in 1931. [1]\n\n"
        f"[1] “{QUOTE}”\n    The Varga bridge, Test Gazette, 1 March 2025, https://example.org/bridge"
    )
    assert copied(ANSWERED) == expected
    (button, *_) = Page(render_turn(ANSWERED, 1)).all("button", "act")
    assert button["data-text"] == expected
    assert "data-text" not in render_turn(ANSWERED, 1, problem="it broke")


def test_the_page_speaks_the_readers_language() -> None:
    german = texts("de")
    turn = Page(render_turn(ANSWERED, 1, t=german))
    assert "1. März 2025" in turn.text
    assert "Die Zitate sind wörtlich. 5.2 s." in turn.text
    assert Page(render_views(german)).all("nav")[0]["lang"] == "de"
    assert "Die Bibliothek ist noch leer" in render_welcome(german)


def test_every_control_has_a_name() -> None:
    html = render_views() + render_narrow() + render_articles(50_000_000, 5_000_000, "evaluate")
    page = Page(html)
    labelled = {label.get("for") for label in page.all("label")}
    fields = page.all("input") + page.all("select")
    named = {field.get("id") for field in fields if not field.get("aria-label")}
    assert named == labelled, "or it stands within its label"
    shown = re.findall(r"<button(?![^>]* hidden)[^>]*>(.*?)</button>", html)  # others get their words when they are
    assert all(re.search(r"\w", name) for name in shown)
    assert "up to 50 MB each" in page.text
    assert not page.all("script")


def test_what_a_follow_up_was_understood_as_is_shown_only_where_it_differs() -> None:
    assert "Understood as" not in Page(render_turn(ANSWERED, 1)).text
    asked = replace(ANSWERED, question="And when?", standalone_question=ATTACK)
    page = Page(render_turn(asked, 1))
    assert f"Understood as: {ATTACK}" in page.text
    assert page.all("script") == []


def test_notes_stand_under_the_answer() -> None:
    assert "As of 2025-03-01." in Page(render_turn(replace(ANSWERED, notes=("As of 2025-03-01.",)), 1)).text


def test_points_are_a_list_in_which_nothing_acts() -> None:
    page = Page(render_turn(LISTED, 1))
    assert len(page.all("ul", "points")) == 1
    points = [tag for tag, attributes in page.elements if tag == "li" and attributes == {"dir": "auto"}]
    assert len(points) == 2
    assert {"script", "img", "b"} & {tag for tag, _ in page.elements} == set()
    assert ATTACK in page.text
    assert copied(LISTED).startswith(f"{ANSWERED.question}\n\n2 articles mention <b>it</b>:\n- ")
    assert Page(render_turn(ANSWERED, 1)).all("ul", "points") == []


def test_what_is_compared_is_a_table_in_which_nothing_acts() -> None:
    said = (
        Sentence("One <b>is</b> old.", (1,), "quoted", label="<i>One</i>"),
        Sentence("Not stated in the articles.", (), "known", label="Two"),
    )
    page = Page(render_turn(replace(ANSWERED, sentences=said, listed_from=0), 1))
    assert len(page.all("table", "compared")) == 1
    assert page.all("ul", "points") == []
    assert [attributes["data-label"] for tag, attributes in page.elements if tag == "td"] == ["<i>One</i>", "Two"]
    assert not [tag for tag, _ in page.elements if tag in ("i", "b")]


@pytest.mark.parametrize(("how", "told"), [("", ""), ("more", "beyond what was shown"), ("detailed", "twice as many")])
def test_it_says_how_an_answer_was_asked_for(how: str, told: str) -> None:
    html = render_turn(ANSWERED, 1, how=how)
    assert ("beyond what was shown" in html, "twice as many" in html) == (how == "more", how == "detailed")
    assert told in html
