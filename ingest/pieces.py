"""The work of a file in pieces: what is done where it lies, and what any machine can do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from ingest.embedded import Encoder, embed, texts_of
from ingest.identity import compose
from ingest.load import COUNTS, Reading, kind_of, load_part, load_raw, read_raw
from ingest.load.found import Failure, FeedFile, Found
from ingest.load.raw import Raw
from ingest.split import split
from qa.errors import LoadError
from qa.library import Digests

Piece = Reading | FeedFile | Callable[[], Iterator[Reading]]


def pieces(raw: Raw) -> Iterator[Piece]:
    """A file as pieces that need it no longer, made where it lies.

    Of one that may hold many articles those that are read already, or their bytes; of any other its bytes.
    """
    kind = kind_of(raw)
    try:
        if kind and kind not in COUNTS:
            yield partial(load_raw, replace(raw, content=raw.data()))
        else:
            for part in read_raw(raw):
                yield partial(load_part, part) if isinstance(part, Raw) else part
    except FeedFile as feed:
        yield feed
    except (LoadError, OSError) as error:
        yield Failure.of(raw.item, error)


class Worker:
    """Reads pieces and embeds what they hold, but for the articles that are known.

    The model is loaded once there is something to embed.
    """

    def __init__(self, load_encoder: Callable[[], Encoder], known: Digests) -> None:
        self._encoder = cache(load_encoder)
        self._known = known

    def work(self, batch: Sequence[Piece]) -> list[list[Reading | FeedFile]]:
        """What each piece holds."""
        done = [list(self._read(piece)) for piece in batch]
        waiting = [
            (readings, place, texts)
            for readings in done
            for place, reading in enumerate(readings)
            if isinstance(reading, Found) and (texts := self._texts(reading))
        ]
        if waiting:
            made = embed([texts for _, _, texts in waiting], self._encoder())
            for (readings, place, _), embedded in zip(waiting, made, strict=True):
                found = readings[place]
                assert isinstance(found, Found)
                readings[place] = replace(found, embedded=embedded)
        return done

    def _read(self, piece: Piece) -> Iterator[Reading | FeedFile]:
        if not callable(piece):
            yield piece
            return
        try:
            yield from piece()
        except FeedFile as feed:
            yield feed

    def _texts(self, found: Found) -> list[str]:
        """What the model has to read of an article; nothing where it is stored already, or is none."""
        try:
            article = compose(found)
        except LoadError:  # the run tells of it
            return []
        return [] if article.sha256 in self._known else texts_of(article, split(article))
