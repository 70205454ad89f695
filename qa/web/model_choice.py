"""Which language model answers, chosen and tried while the server runs."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from qa.choice import Choice, write_choice
from qa.errors import ExtensionError, ModelError, SettingsError
from qa.models.chat import Patience, is_embedded, load_chat_model, model_name
from qa.models.conversion import is_converted
from qa.models.keys import Holder, hide
from qa.models.trial import SECONDS, Trial, tried
from qa.settings import Settings
from qa.web.engine import Engine, foreseen, one_line
from qa.web.limits import Rate, TooManyError

if TYPE_CHECKING:
    from qa.answer import Answerer

TRIALS = 20  # in a minute


class ModelChoice:
    """One change at a time: the new model is loaded beside the old one, which stays where that fails."""

    def __init__(self, engine: Engine, settings: Settings, factory: "Callable[[Settings], Answerer]") -> None:
        self.settings = settings
        self._engine = engine
        self._factory = factory
        self._changing = asyncio.Lock()
        self._rate = Rate(TRIALS, 60, f"that is more than {TRIALS} tests in a minute")

    async def change(self, changes: Mapping[str, str | None], key: SecretStr | None) -> None:
        """Load the model with these parts changed, save the choice, and answer with it from then on.

        Raises SettingsError, which begins with the name of the part that is wrong, NotReadyError, and TooManyError
        while another change is under way.
        """
        if self._changing.locked():
            raise TooManyError("the model is being changed already; wait until that is done", retry_after=5)
        async with self._changing:
            settings = self._with(changes)
            if self._engine.problem:  # nothing was loaded, so all of it is loaded anew
                await asyncio.to_thread(_keep, settings, key)
                self._engine.start(partial(self._factory, settings))
            elif settings == self.settings and is_embedded(settings):
                await asyncio.to_thread(_keep, settings, key)
            else:
                with foreseen():
                    before = self._engine.answerer()
                    self._engine.replace(await asyncio.to_thread(_succeeding, before, settings, key))
            self.settings = settings

    async def test(self, changes: Mapping[str, str | None], key: SecretStr | None, asker: str) -> Trial:
        """Ask a model a short question, without choosing it. Raises SettingsError and TooManyError."""
        settings = self._with(changes)
        self._rate.check(asker)
        self._rate.count(asker)
        load = partial(load_chat_model, settings, key, Patience(SECONDS, retries=0))
        if key:
            hide(key.get_secret_value())
        if is_embedded(settings):
            loaded = self._engine.loaded
            if not (loaded and is_embedded(self.settings)):
                return await asyncio.to_thread(_shelved, settings)
            load = partial(getattr, loaded, "model")
        return await asyncio.to_thread(tried, model_name(settings), load)

    def _with(self, changes: Mapping[str, str | None]) -> Settings:
        """What is set, with these parts changed. Raises SettingsError."""
        if not changes:
            return self.settings
        if self.settings.fixed_by:
            raise SettingsError(
                f"model: {self.settings.fixed_by} is set where the program was started, and goes before what is chosen"
            )
        now: dict[str, Any] = {"model": self.settings.model, "model_url": self.settings.model_url}
        return self.settings.choosing(Choice(**(now | dict(changes))))


def _succeeding(before: "Answerer", settings: Settings, key: SecretStr | None) -> "Answerer":
    """The same Answerer by another model, which is loaded and saved; nothing is changed where that fails."""
    try:
        new = before.with_model(load_chat_model(settings, key), model_name(settings))
        try:
            new.warm_up()
            _keep(settings, key)
        except BaseException:
            new.end_model()
            raise
    except (ModelError, ExtensionError) as error:
        raise SettingsError(f"model: {one_line(error)}") from error
    return new


def _keep(settings: Settings, key: SecretStr | None) -> None:
    if key:
        if (holder := Holder.of(settings)) is None:
            raise SettingsError("key: this model takes no key that could be kept here")
        holder.keep(key.get_secret_value())
    if not settings.fixed_by:
        write_choice(settings.choice_path, Choice(settings.model, settings.model_url))


def _shelved(settings: Settings) -> Trial:
    """The embedded model while another one answers: it is not loaded only to be tried."""
    if is_converted(settings.models_dir):
        return Trial(model=model_name(settings))
    return Trial(problem="the embedded model is not there yet; run `python -m qa models pull`")
