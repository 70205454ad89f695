"""What int8 costs: passages a second and hits among the nearest four, beside float32."""

import time
from collections.abc import Callable

import numpy as np

from ingest.split import split
from qa.evaluation import metrics
from qa.evaluation.gold import read_gold
from qa.models.embeddings import load_embeddings
from qa.models.manifest import EMBEDDING_MODEL
from qa.models.weights import ensure
from qa.settings import Settings
from qa.types import Evidence
from tests.bench.articles import ROOT, collection

NEAREST = 4

Encode = Callable[[list[str]], np.ndarray]


def vectors() -> None:
    articles, gold = collection()
    passages = [
        Evidence(a.id, a.title, None, None, None, p.start, p.end, p.text, 0.0) for a in articles for p in split(a)
    ]
    questions = [q for q in read_gold(gold) if q.answerable and q.evidence]
    print(f"\nvectors, {len(passages)} passages and {len(questions)} questions of {gold.relative_to(ROOT.parent)}")
    found = {}
    for name, encode in (("int8", _int8()), ("float32", _float32())):
        encode(["warm-up"])
        start = time.perf_counter()
        matrix = encode([f"{p.title}\n{p.text}" for p in passages])
        rate = len(passages) / (time.perf_counter() - start)
        nearest = np.argsort(-(encode([q.question for q in questions]) @ matrix.T), axis=1)[:, :NEAREST]
        pairs = zip(questions, nearest, strict=True)
        hits = float(np.mean([bool(metrics.first_hit([passages[at] for at in row], q)) for q, row in pairs]))
        print(f"  {name}: {rate:.0f} passages a second, hits@{NEAREST} {hits:.4f}", flush=True)
        found[name] = hits
    print(f"  int8 costs {found['float32'] - found['int8']:+.4f}", flush=True)


def _int8() -> Encode:
    return load_embeddings(Settings.from_env()).encode_documents


def _float32() -> Encode:
    import torch
    from sentence_transformers import SentenceTransformer

    weights = ensure(EMBEDDING_MODEL, Settings.from_env().models_dir)
    model = SentenceTransformer(str(weights), model_kwargs={"dtype": torch.float32})
    return lambda texts: model.encode(texts, show_progress_bar=False)
