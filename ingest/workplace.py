"""Where files are read: here, or, as `ingest.cluster` has it, on the machines of a cluster."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ingest.load import Reading, load
from ingest.load.found import Upload
from ingest.load.raw import Step

File = Path | Upload


class Workplace(Protocol):
    """Does what one file costs, without the library: that is with the run alone, which stores what is found."""

    def load(self, files: Sequence[File], columns: Mapping[str, str], step: Step) -> Iterator[Iterator[Reading]]:
        """What each file holds, as `ingest.load.load` reads it, the files in this order; each is gone through, or left,
        before the next is asked for.

        Articles may come embedded. Raises ClusterError where the work cannot be done.
        """


class Here:
    """This process reads one file after the other, and the run embeds what is new of them, a batch at a time."""

    def load(self, files: Sequence[File], columns: Mapping[str, str], step: Step) -> Iterator[Iterator[Reading]]:
        return (load(file, columns, step) for file in files)


HERE = Here()
