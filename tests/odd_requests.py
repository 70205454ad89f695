"""Requests such as nobody sends by accident: what each route expects, with something odd in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from tests.gradio_app import EVENT_DATA, called

FILE = {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}
STRINGS = [
    "",
    "bridge",
    "When did the Varga bridge open?",
    "What was reported last week?",
    "What happened in the last 99999999999999999999 days?",
    "What was written 999999999 years ago?",
    "What was it before 1 January 0000?",
    "How many million million trillion trillion " + "trillion " * 60,
    "9" * 1_500,
    "\ud800",
    "x\udfff?",
    "\x00",
    "\u202e\ufeff",
    "q " * 1_500,
    "x" * 250_000,
    "../../etc/passwd",
    "/etc/passwd",
    "http://127.0.0.1:1/",
    "https://[",
    "http://[::1]:99999/",
    "file:///etc/passwd",
    "0001-01-01",
    "9999-12-31",
    "2025-03-01",
    "NaN",
    '" OR 1=1 --',
    "* NEAR( AND NOT",
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} %s {0}",
    "up",
    "json",
    "user",
    "text",
]
JSON_TEXTS = [
    b"",
    b"{",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"\xff\xfe",
    b"1" * 5_000,
    b'{"question": "x?", "k": 1e999}',
    b'{"question": "x?", "k": ' + b"9" * 5_000 + b"}",
    b'{"question": NaN}',
    b'{"question": "a?", "question": "b?"}',
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"]
HEADERS = {
    "Host": [
        "localhost",
        "127.0.0.1",
        "[",
        "evil.example",
        "localhost:99999999",
        "[::1]:80",
        "a@localhost",
        "\xff",
        "",
    ],
    "Origin": ["null", "http://[", "http://localhost", "http://evil.example", "\xff", "://"],
    "Content-Type": [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "multipart/form-data; boundary=x; charset=undefined",
        "text/plain",
        "\xff",
    ],
    "Accept-Language": ["de", "xx-YY;q=nan, *", ",;=", "\xff" * 50, "a" * 5_000],
    "Accept": ["text/html", "text/event-stream", "\xff"],
    "Accept-Encoding": ["br", "gzip", "identity;q=0, *;q=0", "\xff"],
    "Authorization": ["Bearer wrong", "Bearer", "Basic \xff", "\xff"],
    "Cookie": ["article_qa_session=a.b.c.d", "article_qa_session=YQ.9e9.x.y", "=;;=\xff", 'a="\\400\\777"'],
    "X-Forwarded-For": ["1.2.3.4", "[", "\xff"],
    "X-Forwarded-Host": ["evil.example", "[", "http://["],
    "X-Forwarded-Proto": ["https", "\xff"],
    "X-Gradio-Server": ["http://[", "http://evil.example"],
    "Sec-Fetch-Site": ["cross-site", "same-origin", "\xff"],
    "Range": ["bytes=0-", "bytes=-1", "bytes=9-1,1-2", "\xff"],
    "If-None-Match": ["*", "\xff"],
    "If-Modified-Since": ["Thu, 01 Jan 1970 00:00:00 GMT", "0000", "\xff"],
    "Upgrade": ["websocket", "h2c"],
}
UPLOADS = [
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="%b"\r\n\r\n%b\r\n--x--\r\n' % named
    for named in [
        (b"a.txt", b"The quay has nine steps, and the mill grinds wheat."),
        (b"\xff.md", b"---\ntitle: [\n---\nNothing."),
        (b"../../x.jsonl", b'{"id": "\\ud800", "text": "The quay \\ud800 has steps."}\nnot json'),
        (b"", b""),
        (b"a.csv", b"text,published_at\nOne.,0001-01-01\nTwo.,99999-99-99"),
        (b"a.bin", b"\x00\xff" * 100),
    ]
] + [b"--x", b"--x--", b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--\r\n"]

strings = st.one_of(
    st.sampled_from(STRINGS), st.text(max_size=40), st.text(st.characters(categories=["Cs", "Cc", "L"]))
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(), st.sampled_from([0, 1, 5, FILE]), strings
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strings, inner, max_size=4), max_leaves=8
)


@dataclass(frozen=True)
class Request:
    """What is sent, as bytes that no client library has made harmless."""

    method: str
    target: bytes
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def to_bytes(self) -> bytes:
        lines = [f"{name}: {value}".encode("latin-1") for name, value in self.headers]
        length = [f"Content-Length: {len(self.body)}".encode()] if self.body else []
        head = [self.method.encode() + b" " + self.target + b" HTTP/1.1", *lines, *length, b"Connection: close"]
        return b"\r\n".join(head) + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Operation:
    """A route: its path with {places}, its parameters by name, and the schema of its body, if it has one."""

    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None


def requests(
    operation: Operation, shapes: dict[str, Any], places: list[str], keys: list[str]
) -> st.SearchStrategy[Request]:
    """Mostly what the route expects, with something odd in it; `places` are what its path may hold."""
    often = st.integers(0, 9)
    body = value_of(operation.body, shapes) if operation.body else values
    return st.builds(
        _built,
        operation=st.just(operation),
        method=often.flatmap(lambda n: st.sampled_from(METHODS) if n == 0 else st.just(operation.method)),
        places=st.lists(st.sampled_from(places) | strings, min_size=4, max_size=4),
        query=st.fixed_dictionaries(
            {}, optional={name: value_of(kind, shapes) for name, kind in operation.query.items()}
        ),
        extra=st.dictionaries(st.sampled_from(["lang", "deep_link", "page", "q"]) | strings, strings, max_size=1),
        headers=often.flatmap(lambda n: _headers if n < 3 else st.just({})),
        body=often.flatmap(lambda n: st.sampled_from([*JSON_TEXTS, *UPLOADS]) if n == 0 else body),
        key=st.sampled_from(keys),
    )


def calls(config: dict[str, Any]) -> Iterator[Operation]:
    """What the page calls of Gradio."""
    for function in called(config):
        right = [value if value is None else "When did the Varga bridge open?" for value in function.data]
        kinds = {
            "fn_index": {"const": function.number},
            "session_hash": {"enum": ["one", "two", "three"]},
            "data": {"enum": [right, right, function.data, [FILE, *right[1:]], [[FILE]], {"a": FILE}, [*right, ""]]},
            "trigger_id": {"enum": [*function.triggers]},
            "event_data": {"enum": [function.event_data, function.event_data, *EVENT_DATA.values(), None, FILE]},
        }
        required = ["fn_index", "session_hash", "data", "event_data"]
        yield Operation("POST", function.path, body={"type": "object", "properties": kinds, "required": required})


def _built(
    operation: Operation,
    method: str,
    places: list[str],
    query: dict[str, Any],
    extra: dict[str, str],
    headers: dict[str, str],
    body: Any,
    key: str,
) -> Request:
    path = operation.path
    for place in places:
        head, brace, tail = path.partition("{")
        path = head + _quoted(place) + tail.partition("}")[2] if brace else path
    given = "&".join(f"{_quoted(str(name))}={_quoted(str(value))}" for name, value in {**query, **extra}.items())
    target = f"{path}?{given}" if given else path
    kind = "application/json"
    if isinstance(body, bytes):
        sent, kind = body, "multipart/form-data; boundary=x" if body.startswith(b"--x") else kind
    elif operation.path.startswith("/sign"):
        sent, kind = f"name={_quoted(str(body))}&password=%ff".encode(), "application/x-www-form-urlencoded"
    else:
        sent = json.dumps(body).encode() if method in ("POST", "PUT", "PATCH") else b""
    usual = {"Host": "localhost", "Authorization": f"Bearer {key}", "Content-Type": kind}
    return Request(method, target.encode(), tuple({**usual, **headers}.items()), sent[:900_000])


_headers = st.dictionaries(st.sampled_from(sorted(HEADERS)), st.integers(0, 100), min_size=1, max_size=3).map(
    lambda chosen: {name: HEADERS[name][number % len(HEADERS[name])] for name, number in chosen.items()}
)


def operations(schema: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            query = {p["name"]: p["schema"] for p in operation.get("parameters", []) if p["in"] == "query"}
            content = operation.get("requestBody", {}).get("content", {})
            yield Operation(method.upper(), path, query, content.get("application/json", {}).get("schema"))


def value_of(schema: dict[str, Any], shapes: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Nine times of ten what the schema asks for, as far as its kind goes."""
    return st.integers(0, 9).flatmap(lambda n: values if n == 0 else _fitting(schema, shapes))


def _fitting(schema: dict[str, Any], shapes: dict[str, Any]) -> st.SearchStrategy[Any]:
    match schema:
        case {"$ref": str(reference)}:
            return value_of(shapes[reference.rpartition("/")[2]], shapes)
        case {"anyOf": list(kinds)}:
            return st.one_of([value_of(kind, shapes) for kind in kinds])
        case {"enum": list(allowed)}:
            return st.sampled_from(allowed)
        case {"const": value}:
            return st.just(value)
        case {"type": "object", "properties": dict(properties)}:
            required = schema.get("required", [])
            parts = {name: value_of(kind, shapes) for name, kind in properties.items()}
            return st.fixed_dictionaries(
                {name: part for name, part in parts.items() if name in required},
                optional={name: part for name, part in parts.items() if name not in required},
            )
        case {"type": "array", "items": dict(items)}:
            return st.lists(value_of(items, shapes), max_size=3)
        case {"type": "integer"}:
            return st.integers(-1, 10) | st.integers()
        case {"type": "boolean"}:
            return st.booleans()
        case {"type": "null"}:
            return st.none()
        case {"format": "date"}:
            return st.dates().map(str) | st.sampled_from(["0001-01-01", "9999-12-31", "2025-03-01"])
        case _:
            return strings


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass")[:20_000], safe="")
