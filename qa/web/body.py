"""The body of a request comes in time, or the request is over."""

import asyncio
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

BODY_SECONDS = 20.0  # that may be waited for a body in all, and
BYTES_A_SECOND = 20_000  # one more for each so many bytes of it that have come


def in_time(receive: Receive) -> Receive:
    """Hands the body on as it comes, then what comes after it; raises HTTPException (408) where it comes too slowly."""
    left, is_whole = BODY_SECONDS, False

    async def timely() -> Message:
        nonlocal left, is_whole
        if is_whole:
            return await receive()
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(left):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(
                HTTPStatus.REQUEST_TIMEOUT, "the body comes too slowly; send it again", {"Connection": "close"}
            ) from error
        left += len(message.get("body", b"")) / BYTES_A_SECOND - (asyncio.get_running_loop().time() - started)
        is_whole = not message.get("more_body", False)
        return message

    return timely
