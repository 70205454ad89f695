"""The packaged embedding model for real."""

import hashlib
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from qa.errors import ModelError
from qa.models.embeddings import ADAPTER, FORMER_IDENTITIES, SentenceEmbeddings, load_embeddings
from qa.models.manifest import EMBEDDER_SHA256, EMBEDDING_MODEL
from qa.models.quantise import adapted, read
from qa.settings import Settings


@pytest.fixture(scope="module")
def embeddings() -> SentenceEmbeddings:
    return load_embeddings(Settings())


@pytest.mark.e2e
def test_what_means_the_same_is_near(embeddings: SentenceEmbeddings) -> None:
    query = np.array(embeddings.embed_query("Who bought the car?"))
    near, far = embeddings.encode_documents(["She purchased an automobile.", "Rain is expected in the mountains."])
    assert query @ near > query @ far + 0.2


@pytest.mark.e2e
def test_vectors_are_unit_float32_in_the_order_given(embeddings: SentenceEmbeddings) -> None:
    texts = ["a much longer sentence about the history of the railway in the north", "short", "", "cat " * 400]
    vectors = embeddings.encode_documents(texts)
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    alone = np.array(embeddings.embed_documents(["short"])[0])
    assert vectors[1] @ alone == pytest.approx(1.0)
    assert vectors[0] @ alone < 0.9


@pytest.mark.e2e
def test_nothing_to_embed_is_no_rows(embeddings: SentenceEmbeddings) -> None:
    assert embeddings.encode_documents([]).shape == (0, 384)


@pytest.mark.e2e
def test_progress_counts_up_to_all(embeddings: SentenceEmbeddings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.models.embeddings.SLICE", 4)
    done: list[int] = []
    embeddings.encode_documents(["word"] * 10, done.append)
    assert done == [4, 8, 10]


@pytest.mark.e2e
def test_threads_may_share_it(embeddings: SentenceEmbeddings) -> None:
    found: list[float] = []
    wanted = np.array(embeddings.embed_query("railway"))

    def embed() -> None:
        found.append(float(np.array(embeddings.embed_query("railway")) @ wanted))

    threads = [threading.Thread(target=embed) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == pytest.approx([1.0] * 8)


@pytest.mark.e2e
def test_identity_tells_models_apart(embeddings: SentenceEmbeddings) -> None:
    assert embeddings.identity == "all-minilm-l6-v2@86c364b15231"
    assert hashlib.sha256(ADAPTER.file.read_bytes()).hexdigest() == EMBEDDER_SHA256
    assert FORMER_IDENTITIES == ("all-minilm-l6-v2@53aa51172d14",)
    by_path = replace(Settings(), embeddings=str(Settings().models_dir / EMBEDDING_MODEL.name))
    one, two = load_embeddings(by_path), load_embeddings(by_path)
    assert one.identity == two.identity != embeddings.identity


@pytest.mark.e2e
def test_int8_vectors_stay_near_those_of_the_weights(embeddings: SentenceEmbeddings, tmp_path: Path) -> None:
    packaged = Settings().models_dir / EMBEDDING_MODEL.name
    joined = adapted(read(packaged / "model.safetensors"), read(ADAPTER.file))
    folder = Path(shutil.copytree(packaged, tmp_path / "joined", ignore=shutil.ignore_patterns("*.onnx*")))
    save_file(joined, folder / "model.safetensors", metadata={"format": "pt"})
    by_path = replace(Settings(), embeddings=str(folder))
    texts = ["The Varga bridge opened in 1931.", "Who designed it?", "a ferry " * 60]
    cosines = (embeddings.encode_documents(texts) * load_embeddings(by_path).encode_documents(texts)).sum(axis=1)
    assert cosines.min() > 0.98


@pytest.mark.e2e
def test_the_packaged_model_needs_no_torch() -> None:
    code = """
import sys
import qa.models.quantise
from qa.models.embeddings import load_embeddings
from qa.settings import Settings
load_embeddings(Settings()).embed_query("railway")
print([name for name in ("torch", "transformers", "sentence_transformers") if name in sys.modules])
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_a_named_model_without_torch_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)  # as if it were not installed
    with pytest.raises(
        ModelError, match=r"needs sentence_transformers, .*pip install .*\.\[torch\].*ARTICLE_QA"
    ) as error:
        load_embeddings(Settings(embeddings="BAAI/bge-small-en-v1.5"))
    assert "\n" not in str(error.value)


def test_a_model_that_cannot_be_had_is_said_in_one_line() -> None:
    with pytest.raises(ModelError, match=r"/no/such/model could not be loaded .*ARTICLE_QA_EMBEDDINGS") as failure:
        load_embeddings(Settings(embeddings="/no/such/model"))
    assert "\n" not in str(failure.value)


@pytest.mark.e2e
def test_a_word_is_what_the_tokenizer_has_a_piece_for_or_a_form_of_it(embeddings: SentenceEmbeddings) -> None:
    assert all(map(embeddings.is_word, ("government", "norwich", "petitioning")))
    assert not any(map(embeddings.is_word, ("governmnt", "norwhich", "petiton")))
