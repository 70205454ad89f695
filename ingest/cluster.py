"""Files read and embedded on the machines of a Ray cluster, by Ray Data.

The run that asked stays the only writer: it alone holds the library and its lock, takes the articles in the order of
the files, and stores them. What is fetched is fetched by it, too: there is one machine whose network decides which
addresses are private, one memory of when a host was asked last and of what its robots.txt says.

Ray does again what a lost worker did not finish, and gives each result once, in order. Back-pressure is its own: files
are opened no faster than the workers read them, and read no faster than the run stores them.
"""

import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, redirect_stdout
from dataclasses import replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ingest.embedded import Encoder
from ingest.load import Reading, raw_of
from ingest.load.found import FeedFile
from ingest.load.raw import Raw, Step
from ingest.pieces import Worker, pieces
from ingest.ray_head import connect, while_it_answers
from ingest.workplace import File
from qa.errors import ArticleQAError, ClusterError
from qa.library import Library, Shelf
from qa.models.cores import keep_to
from qa.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa
    from ray.data import Dataset

FILES_AT_ONCE = 32  # opened by one task
PIECES_AT_ONCE = 8  # read and embedded together
BLOCK = 64_000  # bytes that a task gathers before others can go on with them; a large file is one of its own
AHEAD = 500_000_000  # bytes that may wait between the machines
PIECE, NUMBER, READINGS = "piece", "number", "readings"  # the columns: all but the number is pickled


class Cluster:
    """A Ray cluster while it is used: one that runs, by its address, or with `local` one of this machine's cores.

    `load_encoder` is called on the workers. Raises ClusterError where Ray is not installed or the cluster not there.
    """

    def __init__(self, address: str, library: Library, load_encoder: Callable[[], Encoder]) -> None:
        self._address = address
        self._library = library
        self._load_encoder = load_encoder
        self._stack = ExitStack()

    def __enter__(self) -> "Cluster":
        with ExitStack() as stack:
            nowhere = stack.enter_context(open(os.devnull, "w"))
            stack.enter_context(redirect_stdout(nowhere))  # Ray tells there which workers were lost
            ray = connect(self._address)
            stack.callback(ray.shutdown)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def load(self, files: Sequence[File], columns: Mapping[str, str], step: Step) -> Iterator[Iterator[Reading]]:
        if not files:
            return
        groups = groupby(self._rows([_lying(raw_of(file, columns)) for file in files]), itemgetter(0))
        group = next(groups, None)
        for number in range(len(files)):
            if group and group[0] == number:
                yield _readings(group[1])
                group = next(groups, None)
            else:  # a file of many articles with none
                yield iter(())

    def _rows(self, raws: Sequence[Raw]) -> "Iterator[tuple[int, Reading | FeedFile]]":
        """What the files hold, in order, each with the number of its file."""
        from ray.exceptions import RayError

        worker = partial(Worker, self._load_encoder, Shelf.beside(self._library).digests())
        try:
            for row in while_it_answers(_dataset(raws, worker).iter_rows()):
                readings = pickle.loads(row[READINGS])
                if isinstance(readings, ClusterError):
                    raise readings
                for reading in readings:
                    yield row[NUMBER], reading
        except (RayError, RuntimeError, OSError) as error:
            raise ClusterError(
                f"the Ray cluster failed ({type(error).__name__}); its logs say why: /tmp/ray/session_latest/logs"
            ) from error


def worker_encoder(embeddings: str) -> Encoder:
    """The embedding model of that name, from where the settings of this machine keep models."""
    from qa.models.embeddings import load_embeddings

    return load_embeddings(replace(Settings.from_env(), embeddings=embeddings))


def _lying(raw: Raw) -> Raw:
    """Found by a process that runs in another folder."""
    return replace(raw, content=raw.content.absolute()) if isinstance(raw.content, Path) else raw


def _readings(rows: "Iterator[tuple[int, Reading | FeedFile]]") -> Iterator[Reading]:
    for _, reading in rows:
        if isinstance(reading, FeedFile):
            raise reading
        yield reading


def _dataset(raws: Sequence[Raw], worker: Callable[[], Worker]) -> "Dataset":
    """A file a row -> its pieces, made on this machine, where the files are -> what they hold, made on all."""
    import ray
    from ray.data import ActorPoolStrategy, DataContext, ExecutionResources, TaskPoolStrategy

    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.target_max_block_size = BLOCK
    context.execution_no_progress_timeout_s = -1  # a feed between two files may take an hour to fetch
    context.execution_options.preserve_order = True
    context.execution_options.resource_limits = ExecutionResources.for_limits(object_store_memory=AHEAD)
    here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
    rows = [{NUMBER: number, PIECE: pickle.dumps(raw)} for number, raw in enumerate(raws)]
    cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
    return (
        ray.data.from_items(rows, override_num_blocks=-(-len(rows) // FILES_AT_ONCE))
        .flat_map(_opened, num_cpus=0, label_selector=here, compute=TaskPoolStrategy(2))
        .map_batches(
            _Actor,
            fn_constructor_args=(worker,),
            batch_size=PIECES_AT_ONCE,
            batch_format="pyarrow",
            num_cpus=1,
            compute=ActorPoolStrategy(min_size=1, initial_size=cores),
        )
    )


def _opened(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for piece in pieces(pickle.loads(row[PIECE])):
        yield {NUMBER: row[NUMBER], PIECE: pickle.dumps(piece)}


class _Actor:
    """A worker on one core."""

    def __init__(self, worker: Callable[[], Worker]) -> None:
        keep_to(1)
        self._worker = worker()

    def __call__(self, table: "pa.Table") -> "pa.Table":
        import pyarrow as pa

        batch = [pickle.loads(piece) for piece in table[PIECE].to_pylist()]
        done: Sequence[list[Reading | FeedFile] | ClusterError]
        try:
            done = self._worker.work(batch)
        except ArticleQAError as error:  # Ray would bury it
            done = [ClusterError(f"a machine of the cluster cannot do its work: {error}")] * len(batch)
        column = pa.array([pickle.dumps(readings) for readings in done], pa.large_binary())
        return pa.table({NUMBER: table[NUMBER], READINGS: column})
