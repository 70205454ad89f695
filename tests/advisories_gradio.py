"""Published advisories of Gradio, which the page is made with: what is sent, and what may come of it.

They are about versions long mended, and stay closed here whatever version is installed.
"""

from typing import Any

from tests.advisories import Tried

JOIN, PREDICT = "/gradio_api/queue/join", "/gradio_api/run/predict"


def call(*data: Any, number: int = 0, **other: Any) -> dict[str, Any]:
    return {"fn_index": number, "session_hash": "a-page", "data": list(data), **other}


def file(path: str, **other: Any) -> dict[str, Any]:
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **other}


GRADIO = [
    Tried("CVE-2023-51449", "path traversal and requests by /file", "GET", "/gradio_api/file=SECRET"),
    Tried("CVE-2023-51449", "the same without the prefix", "GET", "/file=SECRET"),
    Tried(
        "CVE-2024-0964",
        "a file by an undocumented input",
        "POST",
        PREDICT,
        call(file("SECRET"), None, ""),
        allowed=(422,),
    ),
    Tried(
        "CVE-2024-1561",
        "any method of a component is called",
        "POST",
        "/gradio_api/component_server",
        {"component_id": "13", "data": "SECRET", "fn_name": "move_resource_to_block_cache", "session_hash": "x"},
    ),
    Tried(
        "CVE-2024-1728",
        "a file that was never uploaded",
        "POST",
        JOIN,
        call([file("SECRET")], None, ""),
        allowed=(422,),
    ),
    Tried("CVE-2024-2206", "requests by /proxy", "GET", "/gradio_api/proxy=INSIDE"),
    Tried(
        "CVE-2024-4325",
        "an address in file data is fetched",
        "POST",
        JOIN,
        call(file("INSIDE", url="INSIDE"), None, ""),
        allowed=(422,),
    ),
    Tried(
        "CVE-2024-4941",
        "a file by the postprocessing of JSON",
        "POST",
        PREDICT,
        call(None, None, {"a": [file("SECRET")]}),
        allowed=(422,),
    ),
    Tried(
        "CVE-2024-34510", "credentials leak to a share by its path", "GET", "/gradio_api/file=//127.0.0.1/share/SECRET"
    ),
    Tried("CVE-2024-8021", "open redirect by /file", "GET", "/gradio_api/file=http://evil.example"),
    Tried(
        "CVE-2024-8966",
        "an upload's boundary without end",
        "POST",
        "/gradio_api/upload",
        b"x" * 500_000,
        {"Content-Type": "multipart/form-data; boundary=x"},
        (404, 415),
    ),
    Tried(
        "CVE-2024-10569",
        "a ZIP bomb in a data frame",
        "POST",
        PREDICT,
        call({"data": [["x"]], "headers": ["SECRET"]}, None, ""),
        allowed=(422,),
    ),
    Tried(
        "CVE-2024-10624",
        "a slow pattern in a date",
        "POST",
        JOIN,
        call("now - " + "9" * 150_000 + "s!", None, ""),
        allowed=(200,),
    ),
    Tried(
        "CVE-2024-10648",
        "the name of a file empties another",
        "POST",
        PREDICT,
        call({"path": "SECRET", "orig_name": "SECRET", "format": "/../../SECRET"}, None, ""),
        allowed=(422,),
    ),
    Tried("CVE-2024-12217", "Windows' streams pass by the blocked paths", "GET", "/gradio_api/file=SECRET::$DATA"),
    Tried(
        "CVE-2024-47084",
        "another site's requests bear no Origin that counts",
        "POST",
        PREDICT,
        call(number=7),
        {"Origin": "http://localhost.evil.example"},
        (403,),
    ),
    Tried(
        "CVE-2024-47164",
        "a path that only begins like an allowed one",
        "GET",
        "/static/../../../../SECRET",
        allowed=(400, 403, 404),
    ),
    Tried("CVE-2024-47164", "the same, encoded", "GET", "/static/..%2f..%2f..%2fSECRET", allowed=(400, 403, 404)),
    Tried("CVE-2024-47165", "the origin null is trusted", "POST", PREDICT, call(number=7), {"Origin": "null"}, (403,)),
    Tried(
        "CVE-2024-47166",
        "one level up by /custom_component",
        "GET",
        "/gradio_api/custom_component/1/client/../../../../SECRET/x",
    ),
    Tried(
        "CVE-2024-47167",
        "requests by the addresses of a video",
        "POST",
        JOIN,
        call({"video": {"path": "INSIDE"}}, None, ""),
        allowed=(422,),
    ),
    Tried("CVE-2024-47168", "monitoring that was switched off", "GET", "/monitoring"),
    Tried("CVE-2024-47168", "its summary", "GET", "/monitoring/summary"),
    Tried(
        "CVE-2024-47868",
        "a file by any component's data",
        "POST",
        JOIN,
        call({"value": file("SECRET")}, None, ""),
        allowed=(422,),
    ),
    Tried(
        "CVE-2024-47872",
        "a script is uploaded as HTML or SVG",
        "POST",
        "/gradio_api/upload",
        b"--x\r\n",
        {"Content-Type": "multipart/form-data; boundary=x"},
        (404, 415),
    ),
    Tried(
        "CVE-2024-48052",
        "requests by the download of a file",
        "POST",
        PREDICT,
        call("", None, file("INSIDE")),
        allowed=(422,),
    ),
    Tried(
        "CVE-2024-51751",
        "a file by an upload button's data",
        "POST",
        PREDICT,
        call([[file("SECRET")]], None, ""),
        allowed=(422,),
    ),
    Tried(
        "CVE-2025-0187",
        "a field of an upload without end",
        "POST",
        "/gradio_api/upload",
        b'--x\r\nContent-Disposition: form-data; name="' + b"x" * 900_000,
        {"Content-Type": "multipart/form-data; boundary=x"},
        (404, 415),
    ),
    Tried("CVE-2025-23042", "capitals pass by the blocked paths", "GET", "/gradio_api/FILE=SECRET"),
    Tried("CVE-2025-48889", "flagging copies any file", "POST", "/gradio_api/run/flag", {"data": [file("SECRET")]}),
    Tried(
        "CVE-2025-5320",
        "a name that only ends like this machine's",
        "GET",
        "/config",
        None,
        {"Host": "localhost.evil.example"},
        (403,),
    ),
    Tried("CVE-2026-27167", "a login that anybody may have", "GET", "/login/huggingface"),
    Tried("CVE-2026-28414", "a path from the root is none", "GET", "/static//etc/hostname", allowed=(400, 403, 404)),
    Tried("CVE-2026-28415", "open redirect after signing out", "GET", "/logout?_target_url=////evil.example"),
    Tried(
        "CVE-2026-28416",
        "requests by an address that a foreign page allows",
        "GET",
        "/gradio_api/proxy=http://169.254.169.254/latest",
    ),
    Tried(
        "GHSA-2mr9-9r47-px2g",
        "cookies pass from one proxied page to another",
        "GET",
        "/gradio_api/proxy=https://a.hf.space/x",
    ),
    Tried("GHSA-jmh7-g254-2cq9", "a configuration of others is loaded", "GET", "/?deep_link=../SECRET", allowed=(200,)),
    Tried("gradio#13593", "requests and redirects by /file", "GET", "/gradio_api/file=INSIDE"),
    Tried("gradio#13593", "the same by its other name", "GET", "/gradio_api/file/INSIDE"),
    Tried(
        "gradio: deep links", "a file as a kept state", "GET", "/config?deep_link=../../../../SECRET", allowed=(200,)
    ),
    Tried(
        "CVE-2024-47870",
        "the page takes a foreign host for its own",
        "GET",
        "/config",
        None,
        {"X-Forwarded-Host": "evil.example"},
        (200,),
    ),
    Tried("gradio: vibe mode", "a program is written over", "POST", "/gradio_api/vibe-code", {"code": "import os"}),
]
