"""Training on rows and with models small enough to check by eye."""

import json
import random
from pathlib import Path

import pytest
import torch
from onnxruntime import InferenceSession
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel, PreTrainedTokenizerFast

from qa.models.quantise import export as exported_with
from qa.types import Turn
from training.data import Example, Miner, examples, read_rows
from training.export import checkpoints, export
from training.followups import Row, fit, matrix
from training.loss import marked, taught
from training.measure import measured, questions
from training.model import NONE, Extractor, Logits, Reader, Teacher, read

BRIDGE = {
    "id": "1",
    "title": "Varga",
    "question": "When did the Varga bridge open?",
    "passage": "The Varga bridge was long disputed. It opened in 1931. Since then it has carried people to Kovin.",
    "answers": ["1931"],
    "answerable": True,
}
FERRY = {
    "id": "2",
    "title": "Lomond",
    "question": "When did the Lomond ferry open?",
    "passage": "The Lomond ferry carries people where no bridge is. Its captain is Ian Reid, who never leaves.",
    "answers": [],
    "answerable": False,
}


def test_examples_answer_where_they_say_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "squad.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (BRIDGE, FERRY)))
    rows = read_rows(tmp_path)
    seen = set()
    for seed in range(40):
        for example in (e for group in examples(rows, Miner(rows), random.Random(seed)) for e in group):
            marked = None if example.start is None else example.window[example.start : example.end]
            assert marked == ("1931" if example.answers else None)
            is_asked = example.question.rstrip(" ?") == "When did the Varga bridge open"
            assert example.answers or not is_asked or "1931" not in example.window
            seen.add((example.answers, "Varga" in example.question, "Lomond ferry" in example.window))
    assert {(True, True, False), (False, False, True), (False, True, True)} <= seen, "an answer, none, one of elsewhere"


def test_the_last_checkpoint_is_the_one_of_most_steps(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="train first"):
        checkpoints(tmp_path)
    for step in (1500, 200):
        (tmp_path / f"reader-{step:05}.pt").touch()
    (tmp_path / "extractor-01050.safetensors").touch()
    assert checkpoints(tmp_path)[-1].name == "reader-01500.pt"
    assert checkpoints(tmp_path, "extractor")[-1].name == "extractor-01050.safetensors"


WORDS = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    *"When did the Varga bridge open ? It opened in 1931 . Lomond ferry a".split(),
]
SIZES = {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32, "num_hidden_layers": 2, "vocab_size": 50}
ASKED = "When did the Varga bridge open?"
OPENED = Example(ASKED, "Varga", "It opened in 1931.", True, 13, 17)
FERRIED = Example(ASKED, "", "In 1931 the Lomond ferry did open the bridge.", False)


def save(model: torch.nn.Module, folder: Path, separators: str) -> Path:
    """A model with a tokenizer that puts these separators between question and window."""
    model.save_pretrained(folder)  # type: ignore[operator]
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair=f"<s> $A {separators} $B:1 </s>:1", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>").save_pretrained(folder)
    return folder


@pytest.fixture
def mpnet(tmp_path: Path) -> Path:
    torch.manual_seed(3)
    return save(MPNetModel(MPNetConfig(**SIZES), add_pooling_layer=False), tmp_path / "mpnet", "</s> </s>")


def test_what_models_say_is_laid_out_alike_whatever_their_tokenizers(mpnet: Path, tmp_path: Path) -> None:
    bert = save(BertModel(BertConfig(**SIZES), add_pooling_layer=False), tmp_path / "bert", "</s>")
    for model in (Teacher(mpnet).eval(), Reader(bert).eval()):
        said, places = read(model, [OPENED, FERRIED], "cpu")
        assert places == {0: (5, 5)}, "Varga It opened in 1931, after the column for nowhere"
        assert said.start.shape == said.end.shape == (2, 1 + 10)
        assert (said.start[0] == NONE).tolist() == [False] * 7 + [True] * 4
        assert not (said.end[1] == NONE).any()


def said(graph: Path, ids: torch.Tensor) -> list[torch.Tensor]:
    """What an ONNX file gives for one batch without padding."""
    session = InferenceSession(graph, providers=["CPUExecutionProvider"])
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
    named = {each.name: inputs[each.name].numpy() for each in session.get_inputs()}
    return [torch.tensor(output) for output in session.run(None, named)]


def test_a_reader_is_exported_as_it_is(tmp_path: Path) -> None:
    model = Reader(save(BertModel(BertConfig(**SIZES), add_pooling_layer=False), tmp_path / "bert", "</s>")).eval()
    ids = torch.randint(4, 50, (2, 9))
    export(model, tmp_path / "reader.onnx")
    with torch.no_grad():
        expected = model(ids, torch.ones_like(ids), torch.zeros_like(ids))
    torch.testing.assert_close(tuple(said(tmp_path / "reader.onnx", ids)), expected, atol=1e-5, rtol=1e-5)


def logits(answers: list[float], start: list[list[float]]) -> Logits:
    return Logits(torch.tensor(answers), torch.tensor(start), torch.tensor(start))


def test_the_loss_is_small_where_the_right_window_and_place_are_told() -> None:
    right = logits([6.0, -6.0], [[-6.0, 0.0, 9.0], [9.0, 0.0, 0.0]])
    groups, places = [[OPENED, FERRIED]], {0: (2, 2)}
    assert marked(right, places, groups) < 0.01
    elsewhere = logits([6.0, -6.0], [[-6.0, 9.0, 0.0], [9.0, 0.0, 0.0]])
    assert marked(elsewhere, places, groups) == pytest.approx(4.5, abs=0.1), "9 in one of two windows"
    assert marked(elsewhere, {}, groups) < 0.01, "nothing is marked"
    other = logits([6.0, 6.0], [[-6.0, 0.0, 9.0], [-6.0, 0.0, 9.0]])
    assert marked(other, places, groups) > marked(right, places, groups) + 3.0


def test_a_student_that_says_what_the_teacher_says_has_nothing_to_learn() -> None:
    teacher = logits([2.0], [[0.0, 3.0, 1.0]])
    shorter = Logits(teacher.answers, teacher.start[:, :2], teacher.end[:, :2])
    least = taught(teacher, teacher)
    assert least == pytest.approx(
        float(torch.nn.functional.binary_cross_entropy(*[torch.sigmoid(teacher.answers)] * 2))
    )
    assert taught(teacher, shorter) == pytest.approx(float(least)), "a column of one alone does not count"
    assert taught(logits([2.0], [[3.0, 0.0, 1.0]]), teacher) > least + 1.0


def test_what_is_held_out_is_answered_by_its_own_window_or_by_none(tmp_path: Path, mpnet: Path) -> None:
    lakes = [
        BRIDGE | {"id": f"{n}", "passage": f"Lake {n} has no bridge that did open.", "answers": [], "answerable": False}
        for n in range(6)
    ]
    (tmp_path / "squad.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (BRIDGE, *lakes)))
    rows = read_rows(tmp_path)
    test = questions(rows, Miner(rows))
    assert [[example.answers for example in group] for group in test] == [[True, False, False, False, False]]
    found = measured(Teacher(mpnet), test, "cpu")
    assert set(found) == {"exact", "guess", "auc"}
    assert found["exact"] <= found["guess"]


def test_what_is_kept_of_the_extractor_reads_as_it_did(tmp_path: Path, mpnet: Path) -> None:
    trained = Extractor(mpnet).float().eval()
    ids = torch.randint(4, 50, (2, 9))
    before = trained(ids, torch.ones_like(ids))
    for name, parameter in trained.named_parameters():
        if name.endswith(".up"):
            torch.nn.init.normal_(parameter, std=0.2)
    trained.keep(tmp_path / "extractor-00001")
    exported_with(mpnet, tmp_path / "extractor.onnx", tmp_path / "extractor-00001.safetensors")
    after, read = trained(ids, torch.ones_like(ids)), said(tmp_path / "extractor.onnx", ids)
    for untrained, expected, given in zip(before, after, read, strict=True):
        torch.testing.assert_close(given, expected, atol=0.02, rtol=0.02)
        assert not torch.allclose(untrained, expected, atol=0.05), "the updates count"
    again = Extractor(mpnet).float().eval()
    again.take_up(tmp_path / "extractor-00001.safetensors")
    torch.testing.assert_close(again(ids, torch.ones_like(ids)), after, atol=0.02, rtol=0.02)


def test_what_points_back_weighs_for_a_rewrite_and_a_name_against_it() -> None:
    turns = (Turn("When did the Varga viaduct open?", "The Varga viaduct opened in 1931."),)
    follow_ups = [Row("a", "changed by people", "How long is it?", turns, True, 1.0)] * 5
    alone = [Row("b", "written by people", "How long is the Varga viaduct?", turns, False, 1.0)] * 5
    known, x = matrix([*follow_ups, *alone, Row("c", "changed by people", "And when?", turns, True, 1.0)])
    assert "has it" in known
    assert "has and" not in known, "it is seen once"
    assert x.shape == (11, len(known))
    weights = dict(zip(known, fit([*follow_ups, *alone], x[:10]), strict=True))
    assert weights["has it"] > 0 > weights["names"]
