"""Who asks."""

from starlette.requests import HTTPConnection


def user_of(request: HTTPConnection) -> str:
    """The name of the user who sent a request; empty where there is no sign-in."""
    return str(getattr(request.state, "user", ""))
