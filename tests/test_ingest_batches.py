"""Batches: bounded, resumed after an interruption, embedded by one model only."""

import json
from pathlib import Path

import numpy as np
import pytest

from ingest import batch
from ingest.pipeline import Stopped, add, reembed
from qa.errors import IndexMismatch
from qa.library import Library
from qa.models.embeddings import load_embeddings
from qa.settings import Settings
from tests.test_ingest_pipeline import FakeEncoder, Recorder, library, never, offline, run, src, texts

__all__ = ["library", "src"]  # fixtures


def test_batches_are_bounded_and_progress_reaches_the_end(
    library: Library, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BATCH_ARTICLES", 2)
    (src / "a.jsonl").write_text("".join(json.dumps({"text": f"Text {n}."}) + "\n" for n in range(5)) + "broken\n")
    encoder, recorder = FakeEncoder(), Recorder()
    report = add([str(src)], library, lambda: encoder, recorder, fetcher=offline)
    assert len(report.added) == 5
    assert [len(call) for call in encoder.calls] == [2, 2, 1]
    assert recorder.steps[-1] == (6, 6, 5)
    assert [done for done, _, _ in recorder.steps] == sorted(done for done, _, _ in recorder.steps)


def test_many_passages_end_a_batch_too(library: Library, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "BATCH_PASSAGES", 3)
    for name in "abc":
        (src / f"{name}.txt").write_text(f"The {name} cab ran back. " * 100)
    encoder = FakeEncoder()
    run(library, src, encoder=encoder)
    assert len(encoder.calls) == 3


def test_an_interrupted_run_is_resumed(library: Library, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "BATCH_ARTICLES", 2)
    for number in range(5):
        (src / f"{number}.txt").write_text(f"Text {number}.")
    with pytest.raises(Stopped) as stopped:
        run(library, src, encoder=FakeEncoder(stop_in_call=2))
    assert stopped.value.report.added == ("0", "1")
    assert set(texts(library)) == {"0", "1"}

    encoder = FakeEncoder()
    report = run(library, src, encoder=encoder)
    assert report.unchanged == ("0", "1")
    assert report.added == ("2", "3", "4")
    assert encoder.texts == ["2\nText 2.", "3\nText 3.", "4\nText 4."]


def test_two_models_are_never_mixed(library: Library, src: Path) -> None:
    (src / "a.txt").write_text("One.")
    run(library, src)
    (src / "b.txt").write_text("Two.")
    with pytest.raises(IndexMismatch, match="python -m ingest rebuild"):
        run(library, src, encoder=FakeEncoder("other"))
    assert set(texts(library)) == {"a"}


def test_another_model_embeds_everything_anew_and_resumes(
    library: Library, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "BATCH_ARTICLES", 2)
    for name in "abc":
        (src / f"{name}.txt").write_text(f"Text {name}.")
    run(library, src)
    with pytest.raises(KeyboardInterrupt):
        reembed(library, FakeEncoder("other", stop_in_call=2), Recorder())
    encoder, recorder = FakeEncoder("other"), Recorder()
    assert reembed(library, encoder, recorder) == 1
    assert encoder.texts == ["C\nText c."]
    assert recorder.steps == [(1, 1, 1)]
    assert library.stats().models == ("other",)
    report = add([str(src)], library, never, Recorder(), fetcher=offline)
    assert report.unchanged == ("a", "b", "c")  # where they came from is still known


@pytest.mark.e2e
def test_the_real_model_places_a_question_near_its_article(library: Library, src: Path) -> None:
    (src / "bridge.txt").write_text("The Varga bridge opened in 1931. It is 412 metres long.")
    (src / "ferry.txt").write_text("The Lomond ferry carries 9,300 people a day.")
    embeddings = load_embeddings(Settings.from_env())
    assert add([str(src)], library, lambda: embeddings, Recorder(), fetcher=offline).added == ("bridge", "ferry")
    question = np.array(embeddings.embed_query("How many passengers use the boat?"), np.float32)
    bridge, ferry = (float(library.vectors(name)[0].vector @ question) for name in ("bridge", "ferry"))
    assert ferry > bridge + 0.1
    assert library.embedded_otherwise(embeddings.identity) == ()
