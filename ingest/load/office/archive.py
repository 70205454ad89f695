"""Documents that are XML in a ZIP file: what would unpack to a bomb is refused, and no entity is resolved."""

import zipfile
import zlib
from io import BytesIO

from lxml import etree
from lxml.etree import _Element

from ingest.load.archives.zipped import most
from qa.errors import LoadError

MOST_ENTRIES = 10_000
MOST_UNPACKED = 500_000_000

_LIMIT = "ERR_RESOURCE_LIMIT"


class Archive:
    """The parts of a document by their names; `kind` is what it is called to the user, such as "a Word file".

    Raises LoadError where it is damaged, a bomb or locked.
    """

    def __init__(self, data: bytes, kind: str) -> None:
        self._damaged = LoadError(f"is damaged and cannot be read as {kind}; save it again and add that")
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError) as error:
            raise self._damaged from error
        entries = self._zip.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if len(entries) > MOST_ENTRIES or unpacked > min(MOST_UNPACKED, most(len(data))):
            raise LoadError("unpacks to far more than a document holds; it may be a zip bomb and is not opened")

    def names(self) -> list[str]:
        return self._zip.namelist()

    def read(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is none of that name."""
        try:
            return self._zip.read(name)
        except KeyError:
            return None
        except RuntimeError as error:
            raise LoadError("is protected by a password; save a copy without one and add that") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise self._damaged from error

    def xml(self, name: str) -> _Element | None:
        """The root of a part; None where there is none of that name."""
        data = self.read(name)
        return None if data is None else self.parsed(data)

    def parsed(self, data: bytes) -> _Element:
        try:
            return parse_xml(data)
        except etree.XMLSyntaxError as error:
            raise self._damaged from error


def parse_xml(data: bytes) -> _Element:
    """The root, without comments; raises XMLSyntaxError, and LoadError for entities and for nesting beyond reason."""
    if b"<!ENTITY" in data:
        raise LoadError("declares XML entities, which no document needs and some do harm with; it is not read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if any(entry.type_name == _LIMIT for entry in parser.error_log):
            raise LoadError("is nested too deeply to be read; save its text as .txt and add that") from error
        raise
    return root
