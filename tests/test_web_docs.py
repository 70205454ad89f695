"""/docs shows every route in Swagger UI, from this machine alone, with examples that can be sent as they are."""

import hashlib
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.test_web_api import ready, served, wait_until
from tests.web_fake import FakeAnswerer

SWAGGER_UI = "4b5a9b35a1adf37f00d39c0bae23cdb37007e2946240ef035137cc85b4d55349"  # as swagger-ui-dist 5.32.6 has it


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with served(lambda _: FakeAnswerer(), tmp_path_factory.mktemp("data")) as client:
        wait_until(lambda: ready(client))
        yield client


def test_every_route_says_what_it_does(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/ask", "/api/search", "/api/articles", "/api/conversations", "/v1/chat/completions"} <= set(paths)
    for methods in paths.values():
        assert all(operation["description"] for operation in methods.values())


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
    assert {"Answer", "Sentence", "Citation", "Evidence", "ArticleInfo", "Article", "AddReport"} <= set(kinds)
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
        assert set(responses) == {"200", "4XX"}
        told = responses["4XX"]["content"]["application/json"]["example"]["error"]
        error = client.post(path, json={"question": 1}).json()["error"]
        assert type(error) is type(told)
        assert not isinstance(error, dict) or set(told) <= set(error)
