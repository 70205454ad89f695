"""Items -> articles in the library: load, clean, split, embed, store, a batch at a time.

An article is stored whole or not at all, and what is stored already is skipped: a run that was
interrupted is resumed by running it again.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import batch
from ingest.batch import Pending, store
from ingest.embedded import Encoder
from ingest.load import NO_COLUMNS
from ingest.load.found import Upload
from ingest.lock import writing
from ingest.report import AddReport, CutOff, Duplicate, GaveWay, Reporter, Stopped, Unwritable
from ingest.run import Run
from ingest.split import split
from ingest.workplace import HERE, Workplace
from qa.errors import ClusterError, LibraryError
from qa.library import Library

if TYPE_CHECKING:
    from ingest.fetch import Fetcher

__all__ = [
    "AddReport",
    "CutOff",
    "Duplicate",
    "Encoder",
    "GaveWay",
    "Reporter",
    "Stopped",
    "Unwritable",
    "Upload",
    "add",
    "reembed",
]


def add(
    items: Sequence[str | Upload],
    library: Library,
    encoder: Callable[[], Encoder],
    reporter: Reporter,
    *,
    fetcher: Callable[[], "Fetcher"],
    limit: int | None = None,
    prune: Sequence[Path] = (),
    columns: Mapping[str, str] = NO_COLUMNS,
    left_out: Callable[[str], bool] | None = None,
    is_wanted: Callable[[], bool] = lambda: False,
    workplace: Workplace = HERE,
) -> AddReport:
    """Bring the library up to date with files, folders, addresses and feeds; one bad item never stops the others.

    `encoder` and `fetcher` are called once there is something to embed or to fetch. Of each feed only the newest
    `limit` entries are read. What the library holds of the files and folders `prune` and is gone from there is removed.
    `columns` of CSV and JSON files are read as the facts whose public names they stand under. With `left_out`
    an address where no feed lies is a failure, and the entries are left out of whose keys it says so. `is_wanted` says
    whether somebody waits for the library. `workplace` is where the files are read.
    Raises IndexMismatch where the library was embedded by another model, Stopped on Ctrl-C, Unwritable where the
    library takes no more, as on a full disk, CutOff where the cluster is lost that the files are read on, and GaveWay
    where somebody waits: what is stored by then is kept.
    """
    with writing(library, reporter.warn), ExitStack() as stack:
        run = Run(
            library,
            encoder,
            reporter,
            lambda: stack.enter_context(fetcher()),
            limit,
            columns,
            left_out,
            is_wanted,
            workplace,
        )
        try:
            run.work(items)
            run.prune(prune)
        except KeyboardInterrupt:
            raise Stopped(run.report()) from None
        except LibraryError as error:
            raise Unwritable(str(error), run.report()) from error
        except ClusterError as error:
            raise CutOff(str(error), run.report()) from error
        return run.report()


def reembed(library: Library, encoder: Encoder, reporter: Reporter) -> int:
    """Split and embed again what another model embedded; the number of articles. Resumes where it stopped."""
    done, passages = 0, 0
    with writing(library, reporter.warn):
        stale, origins = library.embedded_otherwise(encoder.identity), library.origins()
        for start in range(0, len(stale), batch.BATCH_ARTICLES):
            articles = [library.article(article_id) for article_id in stale[start : start + batch.BATCH_ARTICLES]]
            pending = [Pending(article, split(article), origins[article.id], article.id) for article in articles]
            for stored in store(pending, library, lambda: encoder):
                done, passages = done + 1, passages + len(stored.passages)
                reporter.progress(done, len(stale), passages)
    return done
