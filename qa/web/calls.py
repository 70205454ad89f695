"""What the page may call of Gradio: its own functions, with plain values of the types that they declare.

Gradio takes more than the page sends, and what looks like a file it copies or fetches wherever it stands in the data.
So a call is read here, and what was checked is handed on, in a new form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import NoneType
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.exceptions import HTTPException

from qa.web.fields import Line, Text

JOIN, PREDICT = "/gradio_api/queue/join", "/gradio_api/run/predict"
PAGE = r"[A-Za-z0-9_-]{1,64}"  # Gradio's name for an open page
VALUES: dict[str, type] = {
    "state": NoneType,
    "textbox": str,
    "button": str,
    "html": str,
}  # what a component sends, by Gradio's name for it
MOST_VALUES = 16


class Asked(BaseModel):
    """The data of the event "ask": a question that the conversation offers, and what it is restricted to."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: Text
    narrowed: Text


class Opened(BaseModel):
    """The data of the event "open": the conversation to show, a new one where it is empty."""

    model_config = ConfigDict(extra="forbid", strict=True)

    conversation: Line


EVENTS: dict[str, type[BaseModel]] = {"ask": Asked, "open": Opened}  # those that bring data


class Call(BaseModel):
    """A call as the page sends it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    fn_index: int
    session_hash: Annotated[str, StringConstraints(pattern=rf"^{PAGE}\z")]
    data: Annotated[list[Text | None], Field(max_length=MOST_VALUES)]
    trigger_id: int | None = None
    event_data: Asked | Opened | None = None


@dataclass(frozen=True)
class Function:
    """A function of the page: where it is called, which components call it, with which types of values and data."""

    path: str
    triggers: frozenset[int | None]
    values: tuple[type, ...]
    data: type[BaseModel] | None = None

    def check(self, call: Call, path: str) -> None:
        """Raises HTTPException where the page would not call it so."""
        values = tuple(type(value) for value in call.data)
        as_declared = (path, values, type(call.event_data)) == (self.path, self.values, self.data or NoneType)
        if not as_declared or call.trigger_id not in self.triggers:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "the page does not call this function so")


def functions_of(blocks: Any) -> dict[int, Function]:
    """What the page calls, by number; raises KeyError where it has a component whose values are not known here."""
    found: dict[int, Function] = {}
    for number, function in blocks.fns.items():
        triggers = frozenset({None, *(component for component, _ in function.targets)})
        values = tuple(VALUES[component.get_block_name()] for component in function.inputs)
        data = {EVENTS.get(event) for _, event in function.targets}
        if len(data) > 1:
            raise ValueError(f"{function.api_name} is called with data and without")
        found[number] = Function(JOIN if function.queue else PREDICT, triggers, values, *data)
    return found


def check_call(functions: Mapping[int, Function], call: Call, path: str) -> None:
    """Raises HTTPException where it is no call of the page's."""
    if call.fn_index not in functions:
        raise HTTPException(HTTPStatus.NOT_FOUND, "the page has no such function")
    functions[call.fn_index].check(call, path)
