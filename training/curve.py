"""python -m training.curve GOLD: how well the reader orders passages after each checkpoint, as a Markdown table.

The questions are asked of the library in ARTICLE_QA_DATA_DIR, which needs the articles of the gold set.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from qa.evaluation.bootstrap import interval
from qa.evaluation.gold import Gold, read_gold
from qa.evaluation.run import asking, run
from qa.evaluation.summary import collect, ratio
from qa.models.reader import MODEL, load_reader
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from training.export import checkpoints, write

MEASURES = ("retrieval.hits@1", "retrieval.hits@4", "retrieval.mrr@10")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--run", type=Path, default=Path("training/run"), help="the folder that training wrote")
    options = parser.parse_args()
    kept, questions = checkpoints(options.run), [gold for gold in read_gold(options.gold) if gold.answerable]
    settings = Settings.from_env()
    retriever = HybridRetriever.open(settings)
    heads = ("checkpoint", *(name.partition(".")[2] for name in MEASURES))
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    print(_line("none", retriever.model_copy(update={"reader": None}), questions))
    with TemporaryDirectory() as scratch:
        for checkpoint in kept:
            model = Path(scratch) / f"{checkpoint.stem}.onnx"
            write(checkpoint, model)
            reader = load_reader(settings, model)
            print(_line(checkpoint.stem, retriever.model_copy(update={"reader": reader}), questions), flush=True)
    print(_line(MODEL.stem + " as shipped", retriever, questions))
    retriever.index.close()


def _line(name: str, retriever: HybridRetriever, questions: list[Gold]) -> str:
    found = collect(run(asking(retriever), questions))
    cells = []
    for measure in MEASURES:
        low, high = interval(found[measure]) or (0.0, 0.0)
        cells.append(f"{ratio(found[measure]):.3f} [{low:.3f}, {high:.3f}]")
    return f"| {' | '.join((name, *cells))} |"


if __name__ == "__main__":
    main()
