"""What may be sent: text that can be written down, of a bounded length, and days that can be counted from."""

import json
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, StringConstraints, ValidationError
from starlette.exceptions import HTTPException

from qa.language.days import FIRST_DAY

# In characters. A string with a bound is read as Unicode, so that one with half a surrogate pair is refused.
LONGEST_TEXT = 200_000
LONGEST_LINE = 2_000
LONGEST_LIST = 2_000  # items

Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]  # what is said: a question, an answer, a message
Line = Annotated[str, StringConstraints(max_length=LONGEST_LINE)]  # a name, an id, an address, what is looked for
Day = Annotated[date, Field(ge=FIRST_DAY)]
Bounded = Field(max_length=LONGEST_LIST)

Body = TypeVar("Body", bound=BaseModel)


def read_body(kind: type[Body], sent: bytes) -> Body:
    """A JSON body that FastAPI does not read itself, with the errors that it would raise."""
    try:
        value: Any = json.loads(sent)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "the body is not valid JSON") from error
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
