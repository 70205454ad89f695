"""How fast a Ray cluster reads articles in, beside one process."""

import json
import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from tests.bench.articles import write_articles
from tests.bench.child import run
from tests.cluster_runner import started

ARTICLES = 1_000


def cluster(folder: Path) -> None:
    """The runs alone, without the start of the commands, of Ray and of its nodes.

    The nodes are on this machine, and each is lent one of its cores. One process embeds on all of them, so that on two
    cores two nodes can be no faster: what they cost is what is seen here, and how two of them compare with one.
    """
    if find_spec("ray") is None:
        print("reading on a Ray cluster: Ray is not installed")
        return
    print(f"reading {ARTICLES:,} files in, on {os.cpu_count()} cores")
    source = folder / "files"
    source.mkdir()
    write_articles(source / "all.jsonl", ARTICLES)
    for line in (source / "all.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        text = f"---\ntitle: {article['title']}\n---\n{article['text']}\n"
        (source / f"{article['id']}.md").write_text(text, encoding="utf-8")
    (source / "all.jsonl").unlink()
    _add("one process", folder / "here", source, environment=os.environ)
    for count in (1, 2):
        with started(count) as (address, environment, _):
            name = f"{count} node{'s' * (count > 1)} of one core"
            _add(name, folder / f"nodes-{count}", source, "--ray", address, environment=environment)


def _add(name: str, data: Path, source: Path, *options: str, environment: Mapping[str, str]) -> None:
    environment = {**environment, "ARTICLE_QA_DATA_DIR": str(data)}
    report = json.loads(run("-m", "ingest", "add", str(source), "--json", *options, environment=environment).out)
    assert len(report["added"]) == ARTICLES
    print(f"  {name}: {report['seconds']:.1f} s, {ARTICLES / report['seconds']:.1f} articles a second", flush=True)
