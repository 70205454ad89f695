"""/docs tells of every route, with nothing from elsewhere."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.test_web_api import ready, served, wait_until
from tests.web_fake import FakeAnswerer


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with served(lambda _: FakeAnswerer(), tmp_path_factory.mktemp("data")) as client:
        wait_until(lambda: ready(client))
        yield client


def test_every_route_is_told_with_what_it_does(client: httpx.Client) -> None:
    page = client.get("/docs").text
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/ask", "/api/search", "/api/articles", "/api/conversations", "/v1/chat/completions"} <= set(paths)
    for path, methods in paths.items():
        for method, operation in methods.items():
            assert f'<span class="method">{method.upper()}</span> <code>{path}</code>' in page
            assert operation["description"]


def test_it_needs_no_script_and_no_other_host(client: httpx.Client) -> None:
    response = client.get("/docs")
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert "<script" not in response.text
    links = re.findall(r'(?:href|src)="([^"]+)"', response.text)
    assert links
    for link in links:
        assert link.startswith("/")
        assert client.get(link).status_code == 200


def test_the_schema_describes_answers_passages_and_articles(client: httpx.Client) -> None:
    schema = client.get("/openapi.json").json()
    kinds = schema["components"]["schemas"]
    assert {"Answer", "Sentence", "Citation", "Evidence", "ArticleInfo", "Article", "AddReport"} <= set(kinds)
    answer = schema["paths"]["/api/ask"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert answer == {"$ref": "#/components/schemas/Answer"}
    page = client.get("/docs").text
    assert "list of Citation" in page
    assert "<code>{&#34;error&#34;: …}</code>" in page
    assert "Response " not in page
    assert "Takes AskBody." in page
    assert "Takes AddBody or files. Answers with AddReport." in " ".join(page.split())
