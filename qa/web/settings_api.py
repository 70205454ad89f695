"""GET and PATCH /api/settings: which model answers, for whoever runs the server, and what else is set."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, SecretStr, StringConstraints
from starlette.exceptions import HTTPException

from qa.choice import LONGEST
from qa.errors import SettingsError
from qa.models.keys import PROVIDERS, Holder, Origin
from qa.models.overview import Fact, overview
from qa.models.trial import Trial
from qa.settings import UNCHOSEN, Settings
from qa.web.auth import Access, address_of, asker_of, user_of
from qa.web.engine import Engine
from qa.web.guard import is_loopback
from qa.web.model_choice import ModelChoice
from qa.web.owner import Owner

Part = Annotated[str, StringConstraints(max_length=LONGEST)]


class ModelBody(BaseModel):
    """What is to be another one; parts that are left out stay.

    `model` is `embedded`, `provider:name`, or the name of a server's model. `model_url` is the address of a server that
    speaks OpenAI's protocol, wherever you choose. `key` goes into the keyring of the system.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"model": "openai:gpt-5"}]})

    model: Part = "embedded"
    model_url: Part | None = None
    key: SecretStr | None = None

    @property
    def changes(self) -> dict[str, str | None]:
        """What of the model is changed."""
        return {name: getattr(self, name) for name in UNCHOSEN if name in self.model_fields_set}


@dataclass(frozen=True)
class Known:
    """A provider, whether its package is installed, and where its key is."""

    name: str
    installed: bool
    package: str
    variable: str
    key: Origin | None


@dataclass(frozen=True)
class Told:
    """What is set.

    may_change  whether whoever asks may change the model; `why` not, if not, and then nothing else is told
    in_use      how the model is called that answers; empty while it is loaded, and `problem` is why it could not be
    fixed_by    the variable that fixes the model
    key         where the key of the model is, and `variable` the one that may hold it
    """

    may_change: bool
    why: str = ""
    model: str = ""
    model_url: str | None = None
    in_use: str = ""
    problem: str = ""
    fixed_by: str = ""
    key: Origin | None = None
    variable: str = ""
    providers: tuple[Known, ...] = ()
    facts: tuple[Fact, ...] = ()


def routes(engine: Engine, choice: ModelChoice, access: Access, owner: Owner) -> APIRouter:
    """The routes of the Settings view."""
    router = APIRouter(prefix="/api/settings", tags=["Settings"])

    def check(request: Request) -> None:
        if why := _refusal(request, access, owner):
            raise HTTPException(403, why)

    def told(request: Request) -> Told:
        if why := _refusal(request, access, owner):
            return Told(False, why)
        return _told(engine, choice.settings)

    @router.get("")
    async def shown(request: Request) -> Told:
        """What is set and where it comes from; keys are never told."""
        return await asyncio.to_thread(told, request)

    @router.patch("")
    async def changed(body: ModelBody, request: Request) -> Told:
        """Choose the language model. It is loaded first, and the one before stays where that fails."""
        check(request)
        await choice.change(body.changes, body.key)
        return await asyncio.to_thread(told, request)

    @router.post("/test")
    async def tested(body: ModelBody, request: Request) -> Trial:
        """Ask a model a short question without choosing it, or say what keeps it; it takes 20 seconds at most."""
        check(request)
        try:
            return await choice.test(body.changes, body.key, asker_of(request))
        except SettingsError as error:
            return Trial(problem=str(error))

    @router.delete("/keys/{provider}")
    async def forgotten(provider: str, request: Request) -> Told:
        """Take the key of a provider out of the keyring; what answers now keeps it until the model is changed."""
        check(request)
        if provider not in PROVIDERS:
            raise HTTPException(404, "there is no such provider")
        await asyncio.to_thread(Holder(provider, PROVIDERS[provider].variable).forget)
        return await asyncio.to_thread(told, request)

    return router


def _refusal(request: Request, access: Access, owner: Owner) -> str:
    """Why whoever asks may not change the model; empty where they may: they run the server, as far as can be told."""
    if access.is_needed:
        is_owner = user_of(request) == ""  # who came with the token that lies beside the data
    else:
        is_owner = owner.may_have_sent(request) and is_loopback(address_of(request))
    return "" if is_owner else "whoever runs the server chooses its model, with `python -m qa settings`"


def _told(engine: Engine, settings: Settings) -> Told:
    holder = Holder.of(settings)
    facts = tuple(overview(settings))
    parts = {fact.name: fact.value for fact in facts if fact.name in UNCHOSEN}
    return Told(
        True,
        model=str(parts["model"]),
        model_url=str(parts["model_url"]) if parts["model_url"] else None,
        in_use=engine.loaded.model_name if engine.loaded else "",
        problem=engine.problem,
        fixed_by=settings.fixed_by,
        key=holder.origin() if holder else None,
        variable=holder.variable if holder else "",
        providers=tuple(
            Known(p.name, p.is_installed, p.package.replace("_", "-"), p.variable, _origin(p.name, p.variable))
            for p in PROVIDERS.values()
        ),
        facts=tuple(fact for fact in facts if fact.name not in (*UNCHOSEN, "key")),
    )


def _origin(provider: str, variable: str) -> Origin | None:
    known = PROVIDERS[provider].is_installed and variable
    return Holder(provider, variable).origin() if known else None
