"""Gradio's theme without its web fonts; the colours stand in static/page.css."""

from typing import Any


def theme() -> Any:
    """Base theme with the fonts of the reader's system and the page's two backgrounds, so that nothing flashes."""
    import gradio as gr

    sans, mono = gr.themes.utils.fonts.Font("sans-serif"), gr.themes.utils.fonts.Font("monospace")
    return gr.themes.Base(font=[sans], font_mono=[mono]).set(
        body_background_fill="#fbfaf7",
        body_background_fill_dark="#161615",
        body_text_color="#1d1c1a",
        body_text_color_dark="#ebe9e4",
    )
