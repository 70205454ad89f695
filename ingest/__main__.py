"""The edge of `python -m ingest`."""

from ingest.cli import app
from qa.cli.console import run_app

if __name__ == "__main__":
    run_app(app)
