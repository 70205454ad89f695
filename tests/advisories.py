"""Published advisories of servers and applications like this one: what is sent, and what may come of it.

What such an application has and this one has not is asked for all the same: nothing may answer there.
"""

from dataclasses import dataclass, field
from typing import Any

ARTICLES = "/api/articles"
FORM = {"Content-Type": "multipart/form-data; boundary=x"}
PART = b'--x\r\nContent-Disposition: form-data; name="'
CODE = "open('SECRET.ran', 'w').write('x')"


@dataclass(frozen=True)
class Tried:
    """A request, and what may come of it; SECRET stands for a file of this machine, INSIDE for a server within."""

    advisory: str
    what: str
    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    allowed: tuple[int, ...] = (404,)


STARLETTE = [
    Tried(
        "CVE-2024-47874",
        "a field of a form without end",
        "POST",
        ARTICLES,
        PART + b'title"\r\n\r\n' + b"x" * 5_000_000 + b"\r\n--x--\r\n",
        FORM,
        (400,),
    ),
    Tried(
        "CVE-2026-54283",
        "the other kind of form has no limits",
        "POST",
        ARTICLES,
        b"a=&" * 300_000,
        {"Content-Type": "application/x-www-form-urlencoded"},
        (415,),
    ),
    Tried(
        "CVE-2026-48710",
        "the Host header says which path is asked for",
        "GET",
        ARTICLES,
        None,
        {"Host": "localhost/healthz?"},
        (400,),
    ),
    Tried("CVE-2026-48818", "Windows fetches a file from another machine", "GET", "/page/%5C%5Cevil.example%5Cx"),
]

# python-multipart, which reads what is uploaded
MULTIPART = [
    Tried(
        "CVE-2024-24762",
        "a slow pattern in the type of a form",
        "POST",
        ARTICLES,
        b"--x--\r\n",
        {"Content-Type": 'multipart/form-data; !="' + "\\" * 2000},
        (400,),
    ),
    Tried(
        "CVE-2024-53981",
        "every byte after a form is logged",
        "POST",
        ARTICLES,
        PART + b'a"\r\n\r\n\r\n--x--\r\n' + b"\r\n" * 500_000,
        FORM,
        (422,),
    ),
    Tried("CVE-2026-40347", "a form begins after a million bytes", "POST", ARTICLES, b"\r\n" * 500_000, FORM, (422,)),
    Tried(
        "CVE-2026-42561",
        "the head of a part without end",
        "POST",
        ARTICLES,
        PART + b'a"\r\n' + b"X-More: and more\r\n" * 50_000 + b"\r\n\r\n--x--\r\n",
        FORM,
        (400,),
    ),
]

LANGFLOW = [
    Tried(
        "CVE-2025-3248",
        "code is run to see whether it is right",
        "POST",
        "/api/v1/validate/code",
        {"code": f"@exec({CODE!r})\ndef f(): pass"},
    ),
    Tried(
        "CVE-2026-33017",
        "code is run as part of a public flow",
        "POST",
        "/api/v1/build_public_tmp/x/flow",
        {"data": {"nodes": [{"data": {"node": {"template": {"code": {"value": CODE}}}}}]}},
    ),
    Tried(
        "CVE-2025-34291",
        "any site may send requests with the cookies of this one",
        "OPTIONS",
        "/api/conversations",
        None,
        {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    ),
    Tried(
        "CVE-2025-34291",
        "and is answered",
        "POST",
        "/api/conversations",
        {"title": "x"},
        {"Origin": "https://evil.example"},
        (403,),
    ),
    Tried("CVE-2026-33497", "path traversal by the folder of a picture", "GET", "/page/..%2f..%2f..%2f..%2f..SECRET"),
]

LIBRECHAT = [
    Tried("CVE-2026-31949", "a body of another form ends the server", "DELETE", "/api/conversations/x", {"arg": None}),
    Tried("CVE-2026-31949", "the same without a body", "DELETE", "/api/conversations/x"),
]

OPEN_WEBUI = [
    Tried(
        "CVE-2024-12537",
        "code without end is formatted for anybody",
        "POST",
        "/api/v1/utils/code/format",
        {"code": "x" * 2_000_000},
        allowed=(413,),
    ),
]

OTHERS = [*STARLETTE, *MULTIPART, *LANGFLOW, *LIBRECHAT, *OPEN_WEBUI]
