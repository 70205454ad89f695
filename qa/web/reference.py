"""What /docs tells beside the types: what each route is for, what is to be sent, and examples of what comes back."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI

WRITTEN = Path(__file__).with_name("reference.json")
Schema = dict[str, Any]


def describe(app: FastAPI) -> None:
    """Lets the schema of the routes tell what `reference.json` says of them."""
    bare = app.openapi

    @cache
    def told() -> Schema:
        schema = bare()
        written = json.loads(WRITTEN.read_text())
        _describe_models(schema, written)
        for key, operation in operations(schema):
            _describe_route(operation, written["routes"].get(key, {}), written)
        return schema

    app.openapi = told  # type: ignore[method-assign]


def operations(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Each route as "GET /api/articles", with what the schema says of it."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _describe_models(schema: Schema, written: Schema) -> None:
    models = schema["components"]["schemas"]
    for name in _sent(schema):
        _describe_fields(models[name], name, written["fields"])
    for name, example in written["models"].items():
        if name in models:
            models[name].setdefault("examples", [example])


def _sent(schema: Schema) -> set[str]:
    """The names of the models that bodies are made of."""
    bodies = [operation.get("requestBody", {}) for _, operation in operations(schema)]
    found, new = set[str](), names_in(bodies)
    while new := new - found:
        found |= new
        new = names_in([schema["components"]["schemas"][name] for name in new])
    return found


def names_in(part: Any) -> set[str]:
    """The models that a part of a schema refers to."""
    return {name.rpartition("/")[2] for name in re.findall(r'"\$ref": "([^"]+)"', json.dumps(part))}


def _describe_fields(model: Schema, name: str, fields: Schema) -> None:
    """Each by the words for it in this model, else by those that hold wherever it is sent."""
    for field, about in model.get("properties", {}).items():
        if said := fields.get(f"{name.rpartition('__')[2]}.{field}") or fields.get(field):
            about.setdefault("description", said)


def _describe_route(operation: Schema, route: Schema, written: Schema) -> None:
    if "summary" in route:
        operation["summary"] = route["summary"]
    for parameter in operation.get("parameters", ()):
        if said := written["fields"].get(parameter["name"]):
            parameter.setdefault("description", said)
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        _describe_fields(content["schema"], content["schema"].get("title", ""), written["fields"])
        if kind == "application/json" and "takes" in route:
            content["example"] = route["takes"]
    for code, response in operation["responses"].items():
        if code.startswith("2"):
            _give_example(response.setdefault("content", {}), route, written["models"])


def _give_example(content: Schema, route: Schema, models: Schema) -> None:
    """What comes back; where that is no JSON its type, and what a stream sends beside it."""
    if "text" in route:
        content.clear()
        content[route["type"]] = {"schema": {"type": "string"}, "example": route["text"]}
        return
    as_json = content.setdefault("application/json", {})
    example = route["gives"] if "gives" in route else _example_of(as_json.get("schema", {}), models)
    if example is not None:
        as_json["example"] = example
    if "stream" in route:
        content["text/event-stream"] = {"schema": {"type": "string"}, "example": route["stream"]}


def _example_of(schema: Schema, models: Schema) -> Any:
    name = (schema.get("items") or schema).get("$ref", "").rpartition("/")[2]
    example = models.get(name)
    return [example] if example and "items" in schema else example
