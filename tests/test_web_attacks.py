"""What attackers write, through every way by which words of others come out again: none becomes markup."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import httpx
import pytest
from markdown_it import MarkdownIt

from qa.types import Answer, Citation, Sentence
from qa.web import engine
from tests.test_web_api import ready, served, wait_until
from tests.web_fake import FakeAnswerer

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=`javascript:alert(1)`>",
    "<img/src='x'/onerror=alert(1)>",
    "<img src=https://tracker.example/p.png>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math href=javascript:alert(1)>x</math>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=https://evil.example><input name=password></form>",
    "<a href=javascript:alert(1)>click</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>click</a>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<style>body{display:none}</style>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<input autofocus onfocus=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<!-- hidden --><b>shown</b>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    '" onmouseover=alert(1) x="',
    "' onmouseover=alert(1) x='",
    "javascript:alert(1)",
    "![pixel](https://tracker.example/p.png)",
    "![pixel][p]\n\n[p]: https://tracker.example/p.png",
    "[click](javascript:alert(1))",
    '[click](https://evil.example "title")',
    "[click][1]\n\n[1]: https://evil.example",
    "[1]: https://evil.example",
    "[![both](https://tracker.example/p.png)](https://evil.example)",
    "<https://evil.example>",
    "<javascript:alert(1)>",
    "`code` and ``more``",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>indented</script>",
    "# Heading\n## Another",
    "- a list\n- of things",
    "1. one\n2. two",
    "> quoted",
    "a | b\n--|--\n<b>1</b> | 2",
    "Title\n=====",
    "***\n---",
    "**bold** *it* __b__ _i_ ~~gone~~",
    "\\<script>alert(1)</script>",
    "\u202egpj.exe\u202c \u2066hidden\u2069",
    "zero\u200bwidth\ufeff",
    "x" * 1500,
    "\u0627" * 300 + "<b>" + "z\u0351\u036b" * 200,
    "{{7*7}} ${7*7} {% raw %} <%= 7*7 %>",
    "$$\\href{javascript:alert(1)}{x}$$",
    "\x00\x07\x1b[2Jcontrol",
]
HIDDEN = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\x00\x07\x1b")
MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})
OURS = {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak"}
LISTED = {
    f"{kind}_{end}" for kind in ("bullet_list", "list_item", "heading", "blockquote") for end in ("open", "close")
}


class Parrot(FakeAnswerer):
    """The model and the articles say whatever was asked."""

    def stream(self, question: str, *rest: object) -> Iterator[Answer]:  # type: ignore[override]
        *_, last = super().stream("When?", *rest)  # type: ignore[arg-type]
        (cited,) = last.citations
        said = Citation(1, question, question, question, question, f"https://a.example/{question}", question, 0, 1)
        said = replace(said, start=cited.start, end=cited.end)
        sentence = Sentence(question, (1,), "quoted")
        answer = replace(last, question=question, standalone_question=question, text=f"{question} [1]")
        yield replace(answer, sentences=(sentence,), citations=(said,), notes=(question,))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "A_MINUTE", 10_000)  # here one address asks more than a reader may
        with served(lambda _: Parrot(), tmp_path_factory.mktemp("data")) as client:
            wait_until(lambda: ready(client))
            yield client


def assert_plain(text: str, links: int) -> None:
    """Nothing in it is markup but what is ours: lists of sources, headings, and the links to the cited addresses."""
    assert not HIDDEN & set(text)
    tokens = MARKDOWN.parse(text)
    inner = [child for token in tokens for child in token.children or []]
    assert {token.type for token in tokens} <= OURS | LISTED
    assert {child.type for child in inner} <= OURS | {"link_open", "link_close"}
    targets = [child.attrs["href"] for child in inner if child.type == "link_open"]
    assert len(targets) == links
    assert all(str(target).startswith("https://a.example/") for target in targets)


def test_there_are_enough_of_them() -> None:
    assert len(set(ATTACKS)) >= 50


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_becomes_markup(client: httpx.Client, attack: str) -> None:
    message = {"messages": [{"role": "user", "content": attack}]}
    answered = client.post("/v1/chat/completions", json=message)
    assert answered.headers["content-type"] == "application/json"
    assert_plain(answered.json()["choices"][0]["message"]["content"], links=1)

    new = client.post("/api/conversations", json={"title": attack[:120]}).json()
    assert not HIDDEN & set(new["title"])
    assert "\n" not in new["title"]
    path = f"/api/conversations/{new['id']}"
    asked = client.post("/api/ask", json={"question": attack, "conversation": new["id"]})
    assert asked.headers["content-type"] == "application/json"
    assert client.post(f"{path}/turns/1/feedback", json={"vote": "down", "reason": attack}).status_code == 200
    export = client.get(f"{path}/export")
    assert export.headers["content-type"].startswith("text/markdown")
    assert export.headers["content-disposition"].startswith("attachment")
    assert export.headers["x-content-type-options"] == "nosniff"
    assert_plain(export.text, links=1)
    assert client.get(f"{path}/export?format=json").headers["content-type"] == "application/json"
    assert client.get("/api/conversations", params={"q": attack}).status_code == 200
    for missing in ("/api/conversations/", "/v1/models/"):
        refused = client.get(missing + quote(attack, safe=""))
        assert refused.status_code == 404
        assert refused.headers["content-type"] == "application/json"
    assert client.delete(path).status_code == 200
