"""GET /docs: the routes as a page of our own, made from the schema; it needs no script and no network."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from qa.web.operations import Field, Operation, Shape
from qa.web.render import render_docs


def add_docs(app: FastAPI) -> None:
    """Serve the page; the schema itself is at /openapi.json."""

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        schema = app.openapi()
        return HTMLResponse(render_docs(tuple(_operations(schema)), tuple(_shapes(schema))))


def _operations(schema: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            parameters = operation.get("parameters", [])
            answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            yield Operation(
                method.upper(),
                path,
                operation.get("description", operation["summary"]),
                tuple(_field(p["name"], p["schema"], p["required"], p.get("description", "")) for p in parameters),
                _kinds(operation.get("requestBody", {})),
                _kinds(answers[0]) if answers else "",
            )


def _shapes(schema: dict[str, Any]) -> Iterator[Shape]:
    for name, shape in sorted(schema.get("components", {}).get("schemas", {}).items()):
        required = shape.get("required", [])
        fields = (_field(n, f, n in required, f.get("description", "")) for n, f in shape.get("properties", {}).items())
        yield Shape(name, shape.get("description", ""), tuple(fields))


def _field(name: str, schema: dict[str, Any], is_required: bool, about: str) -> Field:
    return Field(name, _kind(schema), is_required, about)


def _kinds(content: dict[str, Any]) -> str:
    """The kinds of a body, one for each media type that says more than that it is JSON."""
    return " or ".join(_kind(media["schema"]) for media in content.get("content", {}).values() if media.get("schema"))


def _kind(schema: dict[str, Any]) -> str:
    """A kind in a few words: `list of Evidence`, `text or null`."""
    match schema:
        case {"$ref": str(reference)}:
            return reference.rpartition("/")[2]
        case {"anyOf": list(kinds)}:
            return " or ".join(map(_kind, kinds))
        case {"enum": list(values)}:
            return " or ".join(f"“{value}”" for value in values)
        case {"const": value}:
            return f"“{value}”"
        case {"type": "object", "title": str(title)} if not title.startswith(
            "Response "
        ):  # as FastAPI calls all others
            return title
        case {"type": "array", "items": dict(items)}:
            return f"list of {_kind(items)}"
        case _:
            kind = str(schema.get("type", "any"))
            return {"string": "text", "boolean": "true or false"}.get(kind, kind)
