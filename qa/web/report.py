"""The latest evaluation, where `evaluate --out` left it among the data: its main figures and the whole report."""

import json
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from qa.evaluation.runs import main_measures
from qa.web.guard import script_sources

WITHOUT = "answers.f1"  # /api/report has never told it
# The report is a file that somebody made: it may draw itself and do nothing else, as if it came from another site.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src {scripts}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-scripts"
)


def routes(folder: Path) -> APIRouter:
    """The routes of the page's Quality view."""
    router = APIRouter()

    @router.get("/api/report")
    def measured() -> dict[str, Any] | None:
        """The main figures of the latest evaluation; null where there is none yet, which is no error."""
        if not (folder / "run.json").exists():
            return None
        try:
            run = json.loads((folder / "run.json").read_bytes())
            measures = [asdict(measure) for measure in main_measures(run) if measure.name != WITHOUT]
            return {"made_at": run["made_at"], "gold": run["gold"], "measures": measures}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise HTTPException(
                HTTPStatus.INTERNAL_SERVER_ERROR, f"{folder / 'run.json'} cannot be read; run `evaluate --out` again"
            ) from error

    @router.get("/report")
    def whole() -> HTMLResponse:
        """The latest evaluation as a page, as `evaluate --out` drew it."""
        try:
            page = (folder / "report.html").read_bytes()
        except OSError as error:
            raise HTTPException(HTTPStatus.NOT_FOUND, "no evaluation has been made yet") from error
        return sandboxed(page)

    return router


def sandboxed(page: bytes) -> HTMLResponse:
    """A report, with the policy that confines it."""
    scripts = " ".join(script_sources(page)) or "'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY.format(scripts=scripts)})
