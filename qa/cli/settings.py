"""python -m qa settings: what is set and where it comes from, and the language model chosen."""

import sys
from dataclasses import asdict
from typing import Annotated, Any

import httpx
import typer

from qa.choice import EMBEDDED, Choice, write_choice
from qa.cli.console import print_json
from qa.cli.remote import announced
from qa.errors import SettingsError
from qa.models.keys import Holder
from qa.models.overview import KEY, overview
from qa.settings import Settings

DEFAULT = "default"
LOADING_SECONDS = 600.0  # the running page answers when it has the model


def settings(
    name: Annotated[str | None, typer.Argument(help="model, model_url or key can be set; others are shown.")] = None,
    value: Annotated[str | None, typer.Argument(help="`default` gives the default back.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")] = False,
) -> None:
    """Show what is set and by whom, or choose the language model for the page and every command.

    `settings model openai:gpt-5`, `settings model_url http://127.0.0.1:11434/v1`, `settings model embedded`. `settings
    key` asks for the key of that model, or reads it from stdin, and keeps it in the system's keyring.
    """
    now = Settings.from_env()
    if name == KEY and value not in (None, DEFAULT):
        raise SettingsError("a key on the command line could be read by others; leave it out, and it is asked for")
    if name == KEY:
        _say(_keep_key(now, forget=value == DEFAULT))
        return
    if name is not None and name not in now.variables():
        raise SettingsError(f"there is no setting {name!r}; `python -m qa settings` lists them")
    if name is not None and value is not None:
        _say(_choose(now, _chosen(now, name, value)))
        return
    facts = [fact for fact in overview(now) if name in (None, fact.name)]
    if as_json:
        print_json({fact.name: asdict(fact) for fact in facts})
        return
    width = max(len(fact.name) for fact in facts)
    for fact in facts:
        print(f"{fact.name:<{width}}  {fact.line}")


def _chosen(now: Settings, name: str, value: str) -> Choice:
    """The model with one part of it changed; raises SettingsError where that part is none."""
    if name not in ("model", "model_url"):
        raise SettingsError(f"{name} is set by {now.variables()[name]}; only model, model_url and key are saved")
    if now.fixed_by:
        raise SettingsError(f"{now.fixed_by} is set, and goes before what is saved; unset it first")
    model, url = now.model, now.model_url
    if name == "model_url":
        url = None if value == DEFAULT else value
        model = EMBEDDED if url is None and now.model_url else model
    elif value in (EMBEDDED, DEFAULT):
        model, url = EMBEDDED, None
    else:
        model = value
    return Choice(model, url)


def _choose(now: Settings, choice: Choice) -> str:
    """Save it, by the running page where there is one, which then loads it; what came of it."""
    body = {"model": choice.model, "model_url": choice.model_url}
    if (said := _told_page(now, body)) is not None:
        return said
    write_choice(now.choice_path, choice)
    return "saved; a running page takes it when it is started again"


def _keep_key(now: Settings, *, forget: bool) -> str:
    holder = Holder.of(now)
    if holder is None:
        raise SettingsError("the model that is chosen takes no key that could be kept; choose the model first")
    if forget:
        holder.forget()
        return "forgotten; a running page keeps it until its model is changed"
    if sys.stdin.isatty():
        key = typer.prompt(f"Key for {holder.account}", hide_input=True, err=True)
    else:
        key = sys.stdin.readline()
    holder.keep(key.strip())
    chosen = {"model": now.model, "model_url": now.model_url}
    said = None if now.fixed_by else _told_page(now, chosen)
    return said or "kept in the system's keyring"


def _told_page(now: Settings, body: dict[str, Any]) -> str | None:
    """What the running pages made of it; None where none runs, or where they leave that to us."""
    told = [_told(page, body) for page in announced(now)]
    return "saved; the running page uses it from now on" if any(told) else None


def _told(page: httpx.Client, body: dict[str, Any]) -> bool:
    """Whether a page took it; raises SettingsError with what it says of a model that cannot be used."""
    try:
        answer = page.patch("/api/settings", json=body, timeout=LOADING_SECONDS)
        said = answer.json().get("error", "")
    except (httpx.HTTPError, ValueError, AttributeError) as error:
        raise SettingsError(f"the running page did not answer ({error}); stop it, or try again") from error
    if answer.status_code in (httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND):
        return False
    if said:
        raise SettingsError(said)
    return True


def _say(line: str) -> None:
    print(line, file=sys.stderr)
