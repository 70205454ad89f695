"""Gradio's theme without its web fonts; the page's own colours stand in static/colours.css."""

from typing import Any

import gradio as gr
from gradio.themes.utils.fonts import Font

from qa.web.render import PAPER


def theme() -> Any:
    """Base theme with the fonts of the reader's system and the page's two backgrounds, so that nothing flashes."""
    return gr.themes.Base(font=[Font("sans-serif")], font_mono=[Font("monospace")]).set(
        body_background_fill=PAPER["light"],
        body_background_fill_dark=PAPER["dark"],
        body_text_color="#1d1c1a",
        body_text_color_dark="#ebe9e4",
    )
