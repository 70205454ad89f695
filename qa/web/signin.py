"""GET and POST /signin and POST /signout: plain HTML that needs no script; one sets the colours that were chosen."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from qa.errors import UserError, UserFileError
from qa.web.auth import BROWSER_COOKIE, BROWSER_SECONDS, COOKIE, SESSION_SECONDS, Access, address_of
from qa.web.engine import one_line
from qa.web.limits import TooManyError
from qa.web.render import render_sign_in

# Browsers name the origin of a form only to a page that lets them.
HEADERS = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}


def routes(access: Access) -> APIRouter:
    """The routes to sign in and out by."""
    router = APIRouter(include_in_schema=False)

    @router.get("/signin")
    async def page(request: Request) -> HTMLResponse:
        try:
            html = render_sign_in(user=access.user(request.headers) or "", has_users=bool(access.users()))
        except UserFileError as error:
            return _refusal(error, HTTPStatus.SERVICE_UNAVAILABLE)
        return HTMLResponse(html, headers=HEADERS)

    @router.post("/signin")
    async def signed_in(request: Request) -> Response:
        async with request.form(max_files=0) as form:
            name, password = (str(form.get(field, "")) for field in ("name", "password"))
        browser = request.cookies.get(BROWSER_COOKIE, "")
        try:
            entry = await access.sign_in(name, password, address_of(request), browser)
        except UserFileError as error:
            return _refusal(error, HTTPStatus.SERVICE_UNAVAILABLE, name)
        except UserError as error:
            return _refusal(error, HTTPStatus.UNAUTHORIZED, name)
        except TooManyError as error:
            refusal = _refusal(error, HTTPStatus.TOO_MANY_REQUESTS, name)
            refusal.headers["Retry-After"] = str(error.retry_after)
            return refusal
        response, secure = RedirectResponse("/", HTTPStatus.SEE_OTHER), request.url.scheme == "https"
        response.set_cookie(COOKIE, entry.session, SESSION_SECONDS, httponly=True, samesite="lax", secure=secure)
        response.set_cookie(
            BROWSER_COOKIE, entry.browser, BROWSER_SECONDS, "/signin", httponly=True, samesite="lax", secure=secure
        )
        return response

    @router.post("/signout")
    async def signed_out(request: Request) -> Response:
        await asyncio.to_thread(access.sign_out, request.headers)
        response = RedirectResponse("/signin", HTTPStatus.SEE_OTHER)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response

    return router


def _refusal(error: Exception, status: HTTPStatus, name: str = "") -> HTMLResponse:
    return HTMLResponse(render_sign_in(one_line(error), name), status, HEADERS)
