"""Errors in the form that whoever asked expects: OpenAI's under /v1, one line elsewhere."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from qa.errors import (
    ArticleNotFound,
    ConversationNotFound,
    EvaluationError,
    EvaluationNotFound,
    FilterError,
    GoldError,
    NotFollowed,
    QuestionError,
    SettingsError,
    TagError,
)
from qa.web.engine import one_line
from qa.web.limits import TooManyError

OPENAI = "/v1/"
LONGEST_PLACE = 200  # characters of the name of a field
KINDS = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
}
FAULTS: dict[type[Exception], HTTPStatus] = {
    QuestionError: HTTPStatus.UNPROCESSABLE_ENTITY,
    FilterError: HTTPStatus.UNPROCESSABLE_ENTITY,
    SettingsError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TagError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ArticleNotFound: HTTPStatus.NOT_FOUND,
    ConversationNotFound: HTTPStatus.NOT_FOUND,
    GoldError: HTTPStatus.UNPROCESSABLE_ENTITY,
    EvaluationError: HTTPStatus.CONFLICT,
    EvaluationNotFound: HTTPStatus.NOT_FOUND,
    NotFollowed: HTTPStatus.NOT_FOUND,
    TooManyError: HTTPStatus.TOO_MANY_REQUESTS,
}


def problem(path: str, status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response that tells what went wrong; what of it cannot be written down is a question mark."""
    message = message.encode("utf-8", "replace").decode()
    if path.startswith(OPENAI):
        return JSONResponse(openai_error(status, message), status, headers)
    return JSONResponse({"error": message}, status, headers)


def openai_error(status: int, message: str) -> dict[str, Any]:
    """An error as OpenAI's clients read it."""
    kind = "server_error" if status >= 500 else KINDS.get(HTTPStatus(status), "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


def status_of(error: Exception) -> HTTPStatus:
    """A bad question or an unknown id is the client's fault, all others are the server's."""
    return FAULTS.get(type(error), HTTPStatus.SERVICE_UNAVAILABLE)


def failed(request: Request, error: Exception) -> JSONResponse:
    status = status_of(error)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooManyError) else None
    return problem(request.url.path, status, one_line(error), headers)


def _told(own: Any, servers: Any) -> dict[int | str, dict[str, Any]]:
    """How the schema of the routes tells of errors: of whoever asks, and of the server."""
    about = {"4XX": ("What is wrong, and what to do about it.", own), "5XX": ("What cannot be done just now.", servers)}
    return {
        code: {"description": said, "content": {"application/json": {"example": {"error": error}}}}
        for code, (said, error) in about.items()
    }


def invalid(request: Request, error: Exception) -> JSONResponse:
    """What was sent has not the form it should have."""
    assert isinstance(error, RequestValidationError)
    path, first = request.url.path, error.errors()[0]
    if first["type"] == "json_invalid":
        return problem(path, HTTPStatus.BAD_REQUEST, "the body is not valid JSON")
    where = ".".join(str(part) for part in first["loc"])[:LONGEST_PLACE]
    status = HTTPStatus.BAD_REQUEST if path.startswith(OPENAI) else HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(path, status, f"{where}: {first['msg']}")


def refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(request.url.path, error.status_code, error.detail, error.headers)


_LOADING = "still loading the models; try again in a moment"
TOLD = _told("question: it is empty", _LOADING)
OPENAI_TOLD = _told(
    openai_error(HTTPStatus.BAD_REQUEST, "messages: the list is empty")["error"],
    openai_error(HTTPStatus.SERVICE_UNAVAILABLE, _LOADING)["error"],
)
