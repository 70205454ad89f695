"""python -m qa gold: make a gold question set, and check one."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from qa.errors import GoldError
from qa.settings import Settings

HELP = """Make a gold question set of your own articles, and check one.

\b
Examples:
  python -m qa gold draft --out my-gold.jsonl -n 20
  python -m qa gold check my-gold.jsonl
"""

gold = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@gold.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="The questions to check.")],
) -> None:
    """Tell line by line what is wrong with a gold set; end with 1 where anything is."""
    from qa.evaluation.gold import check_gold, texts_of
    from qa.library import Library

    library = Library.open(Settings.from_env().library)
    count, problems = check_gold(file, texts_of(library.article))
    for problem in problems:
        print(problem)
    print(f"{count} questions, {len(problems)} problems", file=sys.stderr)
    if problems:
        sys.exit(1)


@gold.command()
def draft(
    out: Annotated[Path, typer.Option(metavar="GOLD.jsonl", help="Accepted questions are added to this file.")],
    count: Annotated[int, typer.Option("-n", min=1, metavar="N", help="Stop after so many were accepted.")] = 10,
    accept_all: Annotated[
        bool, typer.Option("--yes", help="Accept each without asking; read them afterwards.")
    ] = False,
) -> None:
    """Propose questions from your articles, written by the language model and checked; you accept or refuse each."""
    from qa.evaluation.draft import drafts
    from qa.evaluation.gold import read_gold
    from qa.library import Library, require_articles
    from qa.models.chat import load_chat_model, model_name

    settings = Settings.from_env()
    known = read_gold(out) if out.exists() and out.stat().st_size else []
    require_articles(settings)
    library = Library.open(settings.library)
    accepted = 0
    try:
        with out.open("a", encoding="utf-8") as file:
            for gold in drafts(library, load_chat_model(settings), model_name(settings), known):
                print(f"\n{gold.question}\n  {gold.answers[0]}\n  “{gold.evidence[0].text}”")
                reply = "y" if accept_all else _reply()
                if reply == "q":
                    break
                if reply == "y":
                    file.write(gold.model_dump_json() + "\n")
                    file.flush()
                    accepted += 1
                if accepted == count:
                    break
    except OSError as error:
        raise GoldError(f"cannot write {out}: {error.strerror}") from error
    print(f"\n{accepted} questions added to {out}", file=sys.stderr)


def _reply() -> str:
    """y, n or q; the end of the input means q."""
    while True:
        try:
            reply = input("accept? [y]es, [n]o, [q]uit: ").strip().lower()[:1]
        except EOFError:
            return "q"
        if reply in ("y", "n", "q"):
            return reply
