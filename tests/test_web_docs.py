"""/docs shows every route in Swagger UI, from this machine alone, with examples that can be sent as they are."""

import hashlib
import json
import re

import httpx
import jsonschema
import pytest

from qa.web.reference import WRITTEN, Schema, names_in, operations

SWAGGER_UI = "4b5a9b35a1adf37f00d39c0bae23cdb37007e2946240ef035137cc85b4d55349"  # as swagger-ui-dist 5.32.6 has it


@pytest.fixture(scope="module")
def schema(client: httpx.Client) -> Schema:
    schema: Schema = client.get("/openapi.json").json()
    return schema


@pytest.fixture(scope="module")
def written() -> Schema:
    written: Schema = json.loads(WRITTEN.read_text())
    return written


def test_every_route_says_what_it_does(schema: Schema, written: Schema) -> None:
    paths = schema["paths"]
    assert {"/api/ask", "/api/search", "/api/articles", "/api/conversations", "/v1/chat/completions"} <= set(paths)
    for name, operation in operations(schema):
        assert name in written["routes"], f"{name} has no place in {WRITTEN.name}"
        assert operation["summary"] == written["routes"][name]["summary"]
        assert operation["description"]


def test_every_parameter_and_field_that_is_sent_is_described(schema: Schema) -> None:
    models, without = schema["components"]["schemas"], list[str]()
    for name, operation in operations(schema):
        without += [f"{name} {p['name']}" for p in operation.get("parameters", ()) if not p.get("description")]
        sent, seen = names_in(operation.get("requestBody", {})), set[str]()
        while sent - seen:
            model = (sent - seen).pop()
            seen.add(model)
            sent |= names_in(models[model])
            without += [
                f"{model}.{f}" for f, a in models[model].get("properties", {}).items() if not a.get("description")
            ]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            fields = content["schema"].get("properties", {})
            without += [f"{name} {field}" for field, about in fields.items() if not about.get("description")]
    assert without == [], f"not described in {WRITTEN.name}"


def test_every_route_has_examples_and_its_errors(schema: Schema) -> None:
    for name, operation in operations(schema):
        codes = {code[0] for code in operation["responses"]}
        assert codes == {"2", "4", "5"}, name
        for code, response in operation["responses"].items():
            assert any("example" in content for content in response["content"].values()), (
                f"{name}: {code} has no example"
            )
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body:
            models = [schema["components"]["schemas"][model] for model in names_in(body["schema"])] + [body["schema"]]
            assert "example" in body or any(model.get("examples") for model in models), f"{name} takes no example"


def test_every_example_is_what_its_type_says(schema: Schema) -> None:
    for name, operation in operations(schema):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            content = body.get("content", {}).get("application/json", {})
            if "example" in content and "schema" in content:
                whole = {**content["schema"], "components": schema["components"]}
                errors = list(jsonschema.Draft202012Validator(whole).iter_errors(content["example"]))
                assert errors == [], f"{name}: {errors[0].message if errors else ''}"


def test_the_reference_tells_of_nothing_that_is_not_there(schema: Schema, written: Schema) -> None:
    assert written["routes"].keys() <= dict(operations(schema)).keys()
    assert written["models"].keys() <= schema["components"]["schemas"].keys()


def test_the_page_holds_no_script_and_loads_nothing_from_elsewhere(client: httpx.Client) -> None:
    response = client.get("/docs")
    assert "script-src 'self';" in f"{response.headers['content-security-policy']};"
    assert re.findall(r"<script[^>]*>([^<]+)</script>", response.text) == []
    links = re.findall(r'(?:href|src)="([^"]+)"', response.text)
    assert len(links) == 4
    for link in links:
        assert link.startswith("/")
        assert client.get(link).status_code == 200


def test_its_script_is_the_one_that_swagger_published(client: httpx.Client) -> None:
    script = client.get("/page/swagger/swagger-ui-bundle.js")
    assert hashlib.sha256(script.content).hexdigest() == SWAGGER_UI
    assert script.headers.get("cache-control") is None


def test_the_schema_describes_answers_passages_and_articles(client: httpx.Client) -> None:
    schema = client.get("/openapi.json").json()
    kinds = schema["components"]["schemas"]
    assert {"Answer", "Sentence", "Citation", "Evidence", "ArticleInfo", "ShownArticle", "AddReport"} <= set(kinds)
    answer = schema["paths"]["/api/ask"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/Answer"}


@pytest.mark.parametrize("path", ["/api/ask", "/api/search", "/api/suggest", "/v1/chat/completions"])
def test_an_example_can_be_sent_as_it_is(client: httpx.Client, path: str) -> None:
    schema = client.get("/openapi.json").json()
    body = schema["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    (example,) = schema["components"]["schemas"][body.rpartition("/")[2]]["examples"]
    assert client.post(path, json=example).status_code == 200


def test_an_error_has_the_form_that_is_told(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/api/ask", "/v1/chat/completions"):
        responses = paths[path]["post"]["responses"]
        assert set(responses) == {"200", "4XX", "5XX"}
        told = responses["4XX"]["content"]["application/json"]["example"]["error"]
        error = client.post(path, json={"question": 1}).json()["error"]
        assert type(error) is type(told)
        assert not isinstance(error, dict) or set(told) <= set(error)
