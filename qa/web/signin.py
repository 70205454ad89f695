"""GET and POST /signin and POST /signout: plain HTML that needs no script."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from qa.errors import UserError
from qa.web.auth import COOKIE, SESSION_SECONDS, Access
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
        html = render_sign_in(user=access.user(request.headers) or "", has_users=bool(access.users()))
        return HTMLResponse(html, headers=HEADERS)

    @router.post("/signin")
    async def signed_in(request: Request) -> Response:
        async with request.form(max_files=0) as form:
            name, password = (str(form.get(field, "")) for field in ("name", "password"))
        address = request.client.host if request.client else ""
        try:
            session = await access.sign_in(name, password, address)
        except UserError as error:
            return HTMLResponse(render_sign_in(one_line(error), name), HTTPStatus.UNAUTHORIZED, HEADERS)
        except TooManyError as error:
            headers = HEADERS | {"Retry-After": str(error.retry_after)}
            return HTMLResponse(render_sign_in(one_line(error), name), HTTPStatus.TOO_MANY_REQUESTS, headers)
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, session, SESSION_SECONDS, httponly=True, samesite="lax", secure=secure)
        return response

    @router.post("/signout")
    async def signed_out(request: Request) -> Response:
        access.sign_out(request.headers)
        response = RedirectResponse("/signin", HTTPStatus.SEE_OTHER)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response

    return router
