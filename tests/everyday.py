"""A library for the everyday questions: `python -m tests.everyday build --news DIR --data DATA`.

It holds corpus/ and those articles of DIR/articles.jsonl (one JSON object a line: id, title, source, published_at,
url, text) whose ids stand in tests/gold/everyday_news.txt, all under the ids that they have. Then
`ARTICLE_QA_DATA_DIR=DATA python -m qa evaluate tests/gold/everyday.jsonl` measures over it. With `--ids` and another
file of ids the library is one for another set: `everyday_late_news.txt` for ten questions of when all was finished,
`everyday_newest_news.txt` for fifty by somebody who saw neither the code nor the other sets, `everyday_last_news.txt`
for ten of when the last change of how kinds are told was finished, `everyday_fifth_news.txt` for seventy by somebody
else who saw neither, of when topics and points were judged by fitted models, `everyday_sixth_news.txt` for eighty by a
third who saw neither, of when reasons and lists were read closely, `everyday_seventh_news.txt` for eighty of when kinds
were told by a model of their own, `everyday_eighth_news.txt` and `everyday_ninth_news.txt` for eighty each of when
three signs told whether there is an answer, `everyday_tenth_news.txt` for ninety of when there were near misses to
learn from, and over the same articles `near_misses.jsonl`, plain facts and such as they only seem to tell.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from qa.library import Library
from qa.settings import Settings

ROOT = Path(__file__).parent.parent
NEWS_IDS = ROOT / "tests/gold/everyday_news.txt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made = parser.add_subparsers(required=True).add_parser("build", help="read the articles in")
    made.add_argument("--news", type=Path, required=True, metavar="DIR", help="where articles.jsonl lies")
    made.add_argument("--data", type=Path, required=True, help="the data folder to fill")
    made.add_argument("--ids", type=Path, default=NEWS_IDS, metavar="FILE", help="of which articles, an id a line")
    options = parser.parse_args()
    try:
        ids = options.ids.read_text("utf-8").split()
        count = build(options.news / "articles.jsonl", ids, options.data)
    except OSError as error:
        sys.exit(f"cannot read or write {error.filename}: {error.strerror}")
    except ValueError as error:
        sys.exit(str(error))
    print(f"{count} articles in {options.data}")


def build(news: Path, ids: Sequence[str], data: Path) -> int:
    """Read corpus/ and the named articles in, and count what the library holds; again it changes nothing.

    Raises ValueError where an article is missing, OSError where a file cannot be read or written.
    """
    data.mkdir(parents=True, exist_ok=True)
    chosen = data / "news.jsonl"  # it stays, since articles remember the file that they came from
    chosen.write_text("".join(f"{line}\n" for line in select(news, ids)), "utf-8")
    environment = {**os.environ, "ARTICLE_QA_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "ingest", "add", str(ROOT / "corpus"), str(chosen)]
    if subprocess.run(command, env=environment, check=False).returncode:
        raise ValueError("not every article was read in; the lines above say why")
    library = Library.open(Settings(data_dir=data).library_path)
    held = {info.id for info in library.articles()}
    library.close()
    if lost := sorted(set(ids) - held):
        raise ValueError(f"not read in, perhaps as copies of others: {', '.join(lost)}")
    return len(held)


def select(news: Path, ids: Sequence[str]) -> list[str]:
    """The lines of these articles, in the order of the ids, each once; raises ValueError where one is not there."""
    lines = {json.loads(line)["id"]: line for line in news.read_text("utf-8").split("\n") if line.strip()}
    if missing := sorted(set(ids) - lines.keys()):
        raise ValueError(f"{news} has no articles with the ids {', '.join(missing)}")
    return [lines[article_id] for article_id in dict.fromkeys(ids)]


if __name__ == "__main__":
    main()
