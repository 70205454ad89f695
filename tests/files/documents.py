"""Documents of word processors and e-books, written part by part: ZIP files of XML, and RTF."""

import zipfile
from io import BytesIO

_ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing", "meta": "meta",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible", "number": "datastyle", "chart": "chart",
    }.items()
)  # fmt: skip
ODF_NAMES = (
    f'{_ODF} xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:math="http://www.w3.org/1998/Math/MathML"'
)
ODT_TYPE = "application/vnd.oasis.opendocument.text"


def zipped(parts: dict[str, str | bytes], stored: str = "mimetype") -> bytes:
    """Parts by name, in order; `stored` is not compressed."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED)
    return file.getvalue()


def changed(data: bytes, parts: dict[str, str | bytes]) -> bytes:
    """A document with other parts in the place of its own, or beside them."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()} | parts)


def odt(body: str, automatic: str = "", styles: str = "", masters: str = "", meta: str = "") -> bytes:
    """An OpenDocument text as LibreOffice packs it."""
    content = (
        f'<office:document-content {ODF_NAMES} office:version="1.3"><office:automatic-styles>{automatic}'
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": ODT_TYPE,
            "content.xml": f'<?xml version="1.0" encoding="UTF-8"?>\n{content}',
            "styles.xml": (
                f"<office:document-styles {ODF_NAMES}><office:styles>{styles}</office:styles>"
                f"<office:master-styles>{masters}</office:master-styles></office:document-styles>"
            ),
            "meta.xml": f"<office:document-meta {ODF_NAMES}><office:meta>{meta}</office:meta></office:document-meta>",
            "META-INF/manifest.xml": (
                '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT_TYPE}"/></manifest:manifest>'
            ),
        }
    )


def fodt(body: str, meta: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {ODF_NAMES} office:mimetype="{ODT_TYPE}">'
        f"<office:meta>{meta}</office:meta><office:body><office:text>{body}</office:text></office:body></office:document>"
    )


def epub(
    chapters: dict[str, str],
    metadata: str,
    manifest: str = "",
    spine: str = "",
    parts: dict[str, str | bytes] | None = None,
) -> bytes:
    """An e-book of XHTML files by their paths below OEBPS/, in order; what begins with "nav" is the navigation."""
    items = "".join(
        f'<item id="i{number}" href="{path}" media-type="application/xhtml+xml"'
        + (' properties="nav"/>' if path.startswith("nav") else "/>")
        for number, path in enumerate(chapters)
    )
    order = "".join(f'<itemref idref="i{number}"/>' for number in range(len(chapters)))
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="b">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        f"{metadata}</metadata><manifest>{items}{manifest}</manifest><spine>{order}{spine}</spine></package>"
    )
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": (
                '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
                '<rootfile full-path="OEBPS/package.opf" media-type="application/oebps-package+xml"/></rootfiles>'
                "</container>"
            ),
            "OEBPS/package.opf": package,
            **{f"OEBPS/{path}": text for path, text in chapters.items()},
            **(parts or {}),
        }
    )


def xhtml(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml"'
        f' xmlns:epub="http://www.idpf.org/2007/ops"><head><title>Chapter</title></head><body>{body}</body></html>'
    )
