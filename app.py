"""The web application: `python app.py` serves the page and the HTTP routes."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.console import run_app
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.answer import Answerer

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog="Examples:  python app.py   |   python app.py --port 8080   |   python app.py --host 0.0.0.0")
def main(
    host: Annotated[str | None, typer.Option(help="Address to bind; ARTICLE_QA_HOST or 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port; ARTICLE_QA_PORT or 7860.")] = None,
) -> None:
    """Ask questions over your articles in the browser. Everything runs on this machine."""
    settings = Settings.from_env()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)

    from qa.web.server import serve

    serve(_answerer, settings)


def _answerer(settings: Settings) -> "Answerer":
    from qa.answer import Answerer

    return Answerer.open(settings)


if __name__ == "__main__":
    run_app(app)
