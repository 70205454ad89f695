"""python -m qa users: who may sign in to the page."""

import sys
from typing import Annotated

import typer

from qa.accounts.users import UserFile
from qa.errors import UserError
from qa.settings import Settings

HELP = """Who may sign in to the page; they stand in the file that ARTICLE_QA_AUTH_FILE names.

\b
Examples:
  python -m qa users add ada
  python -m qa users list
  python -m qa users remove ada
"""

users = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(metavar="NAME")]


@users.command()
def add(name: Name) -> None:
    """Add a user, or give one a new password; it is asked for, or read from stdin."""
    file = _file()
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    print(f"{name} is added" if file.add(name, password) else f"{name} has a new password", file=sys.stderr)


@users.command("list")
def listed() -> None:
    """The names, one a line."""
    for name in _file().users():
        print(name)


@users.command()
def remove(name: Name) -> None:
    """Remove a user; a running page lets them do nothing more."""
    _file().remove(name)


def _file() -> UserFile:
    path = Settings.from_env().auth_file
    if path is None:
        raise UserError("there is no file of users; name one, as ARTICLE_QA_AUTH_FILE=~/article-qa-users")
    return UserFile(path)
