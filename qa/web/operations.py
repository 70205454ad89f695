"""What the page of the routes tells: operations, and the objects that they take and give."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a body or an answer."""

    name: str
    kind: str
    is_required: bool
    about: str


@dataclass(frozen=True)
class Operation:
    """What a route does with what it is given."""

    method: str
    path: str
    about: str
    parameters: tuple[Field, ...]
    body: str
    answer: str


@dataclass(frozen=True)
class Shape:
    """An object that is sent or answered."""

    name: str
    about: str
    fields: tuple[Field, ...]
