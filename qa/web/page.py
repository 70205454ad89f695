"""The Gradio page: a question box, the conversation with its sources, the articles of the library, and how good it is.

All but the conversation is plain HTML over the HTTP routes, filled by static/; it comes in the reader's language.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from qa.accounts.conversations import Conversations
from qa.errors import EMPTY, ArticleQAError, ConversationError, FilterError
from qa.settings import Settings
from qa.types import Answer
from qa.web.articles import MAX_FILE
from qa.web.auth import asker_of, user_of
from qa.web.calls import functions_of
from qa.web.chat import Chat, keep, opened
from qa.web.engine import ASKS, Engine, NotReadyError, Stream, Waiting, one_line
from qa.web.gold_files import MAX_GOLD
from qa.web.narrowing import read_narrowing
from qa.web.render import render_articles, render_narrow, render_turn, render_views, render_welcome
from qa.web.texts import Texts, chosen
from qa.web.theme import theme

REDRAW_SECONDS = 0.08
STATIC = Path(__file__).parent / "static"
# What the scripts tell, by `call` in static/tools.js: events of the page with their data, and a value of its own.
CALLED = """for (const name of ["ask", "open"])
  document.addEventListener(`page-${name}`, ({ detail }) => trigger(name, detail));"""
NARROWED = "document.addEventListener('page-narrow', ({ detail }) => (props.value = detail));"


def mounted_page(engine: Engine, conversations: Conversations, settings: Settings, signed_in: bool = False) -> FastAPI:
    """The page as an application of its own; its lifespan runs Gradio's queue.

    The CORS middleware that allows no origin keeps Gradio from adding one that allows many.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(CORSMiddleware, allow_origins=[])
    blocks = _Page(engine, conversations, settings, signed_in).blocks()
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        enable_monitoring=False,
        theme=theme(),
        head_paths=[STATIC / "head.html"],
    )
    app.state.functions = functions_of(blocks)
    mount: Any = app.routes[-1]
    app.state.stop = mount.app.stop_event.set  # ends the connections that open pages hold
    return app


class _Live:
    """A question of the page, from when it is sent until it is over; it may be stopped before its answer begins."""

    def __init__(self) -> None:
        self.stopped = False
        self._stream: Stream[Answer] | None = None

    def follow(self, stream: Stream[Answer]) -> None:
        self._stream = stream
        if self.stopped:
            stream.stop()

    def stop(self) -> None:
        self.stopped = True
        if self._stream:
            self._stream.stop()


class _Page:
    """The components and what happens between them; the conversations themselves are Gradio's session state."""

    def __init__(self, engine: Engine, conversations: Conversations, settings: Settings, signed_in: bool) -> None:
        self._engine = engine
        self._conversations = conversations
        self._measure = f".venv/bin/python -m qa evaluate GOLD.jsonl --out {settings.report_dir}"
        self._signed_in = signed_in
        self._live: dict[str, _Live] = {}  # by session

    def blocks(self) -> Any:
        with gr.Blocks(title="Ask your articles", analytics_enabled=False, fill_width=True) as blocks:
            chat = gr.State(Chat())
            self._views = _html("views", js_on_load=CALLED)
            with gr.Column(elem_id="welcome") as self._welcome:
                self._intro = _html("intro")
            self._past = _html("past")
            self._current = _html("current")
            with gr.Row(elem_id="composer"):
                self._box = gr.Textbox(
                    elem_id="question",
                    show_label=False,
                    container=False,
                    max_lines=6,
                    autofocus=True,
                    scale=1,
                )
                self._send = gr.Button("Ask", elem_id="send", variant="primary", scale=0)
                self._stop = gr.Button("Stop", elem_id="stop", scale=0)  # static/ask.css shows one of the two
                # its value is what the question is restricted to, not what is shown
                self._narrow = _html("narrow", html_template="${form}", form="", js_on_load=NARROWED)
            self._shelf = _html("shelf")
            self._chat = chat
            quiet = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
            asking = {
                "outputs": [self._welcome, self._past, self._current, self._chat, self._box, self._send],
                "concurrency_id": "ask",
                "concurrency_limit": None,  # the engine has a queue of its own
                "show_progress": "hidden",
                "api_visibility": "private",
                "trigger_mode": "multiple",  # "once" would drop a question sent just after an answer
            }
            gr.on([self._box.submit, self._send.click], self._ask, inputs=[self._box, chat, self._narrow], **asking)
            self._views.ask(self._ask_again, inputs=[chat], **asking)
            self._views.open(
                self._open,
                inputs=[chat],
                outputs=[self._welcome, self._past, self._current, self._chat],
                **quiet,
            )
            self._stop.click(self._end, **quiet)
            blocks.load(
                self._furnish,
                outputs=[self._views, self._intro, self._box, self._send, self._stop, self._narrow, self._shelf],
                **quiet,
            )
        blocks.queue(max_size=ASKS.at_once + ASKS.waiting, default_concurrency_limit=ASKS.at_once)
        return blocks

    def _furnish(self, request: gr.Request) -> dict[Any, Any]:
        """All that is the same whatever the library holds, in the reader's language."""
        t = _texts(request)
        return {
            self._views: render_views(t, signed_in=self._signed_in),
            self._intro: render_welcome(t),
            self._box: gr.Textbox(label=t("box.label"), placeholder=t("box.placeholder")),
            self._send: gr.Button(t("ask")),
            self._stop: gr.Button(t("stop")),
            self._narrow: gr.HTML(form=render_narrow(t)),
            self._shelf: render_articles(MAX_FILE, MAX_GOLD, self._measure, t),
        }

    async def _ask_again(self, chat: Chat, request: gr.Request, event: gr.EventData) -> AsyncIterator[dict[Any, Any]]:
        """A question that the conversation offers; what stands in the box stays there."""
        async for update in self._ask(event.question, chat, event.narrowed, request):
            update.pop(self._box, None)
            yield update

    async def _ask(
        self, question: str, chat: Chat, narrowed: str, request: gr.Request
    ) -> AsyncIterator[dict[Any, Any]]:
        """One turn; a question sent while another is being answered stays in the box."""
        reader = request.session_hash
        if reader in self._live or not question.strip():
            yield gr.skip()
            return
        live = self._live[reader] = _Live()
        try:
            turn = self._turn(question.strip(), chat, narrowed, live, request)
            async with aclosing(turn) as updates:
                async for update in updates:
                    yield update
        finally:
            del self._live[reader]

    async def _turn(
        self, question: str, chat: Chat, narrowed: str, live: _Live, request: gr.Request
    ) -> AsyncGenerator[dict[Any, Any]]:
        """Show the evidence, then the draft, then the checked answer; the page stays usable whatever fails."""
        answer, problem, remedy, kept, t = Answer(question, question), "", "", None, _texts(request)
        draw = partial(render_turn, number=chat.count + 1, t=t)
        yield {
            self._welcome: gr.Column(visible=False),
            self._past: chat.over + chat.latest,
            self._current: draw(answer),
            self._box: "",
            self._send: gr.Button(interactive=False),
        }
        try:
            narrowing = read_narrowing(narrowed, t)
            draw = partial(draw, narrow=narrowed, chips=narrowing.chips(t), how=narrowing.how)
            async for step in self._engine.loading():
                if live.stopped:
                    break
                yield {self._current: draw(answer, step=step)}
            asked = question, chat.history, narrowing.filters(), None, narrowing.length, narrowing.shown()
            async with self._engine.ask(*asked, asker=asker_of(request)) as stream:
                live.follow(stream)
                drawn = 0.0
                async for item in stream:
                    if isinstance(item, Waiting):
                        yield {self._current: draw(answer, before=item.before)}
                        continue
                    answer = item
                    if time.monotonic() - drawn >= REDRAW_SECONDS and answer.status == "answering":
                        yield {self._current: draw(answer)}
                        drawn = time.monotonic()
        except ArticleQAError as error:
            if not live.stopped:
                problem, remedy = one_line(error), _remedy(error)
        if answer.status != "answering" and not problem:
            where = self._conversations, user_of(request), chat.conversation
            answer, kept = await asyncio.to_thread(keep, *where, answer, t)
        stopped = answer.status == "answering" and not problem
        latest = draw(answer, problem=problem, remedy=remedy, stopped=stopped, kept=kept)
        yield {
            self._current: latest,
            self._chat: chat.followed_by(latest, answer, kept),
            self._send: gr.Button(interactive=True),
        }

    async def _open(self, chat: Chat, request: gr.Request, event: gr.EventData) -> Any:
        """A kept conversation in place of this one, or a new one; nothing while a question is being answered."""
        if request.session_hash in self._live:
            return gr.skip()
        if event.conversation:
            where = self._conversations, user_of(request), event.conversation
            with suppress(ConversationError):  # static/conversation.js has said so
                chat = await asyncio.to_thread(opened, *where, _texts(request))
        else:
            chat = Chat()
        return {
            self._welcome: gr.Column(visible=not chat.count),
            self._past: chat.over,
            self._current: chat.latest,
            self._chat: chat,
        }

    async def _end(self, request: gr.Request) -> None:
        if live := self._live.get(request.session_hash):
            live.stop()


def _remedy(error: ArticleQAError) -> str:
    """What the page offers to do about it, as `render_turn` calls it."""
    if isinstance(error, FilterError):
        return "others"
    if isinstance(error, NotReadyError):
        return "models"
    return "articles" if str(error) == EMPTY else ""


def _texts(request: gr.Request) -> Texts:
    return chosen(request.query_params.get("lang"), request.headers.get("accept-language"))


def _html(elem_id: str, js_on_load: str | None = None, **given: Any) -> Any:
    """A component that shows our own HTML and nothing else of Gradio's."""
    return gr.HTML("", elem_id=elem_id, apply_default_css=False, js_on_load=js_on_load, **given)
