"""A small encoder as an ONNX file: texts of like length are run together, on every core."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from tokenizers import Encoding

BATCH_TOKENS = 512  # what fits the caches: eight times as many, at once, took a third longer
TOKENS_AXIS = "tokens"

Outputs = tuple["npt.NDArray[np.float32]", ...]


class OnnxEncoder:
    """Texts, or pairs of texts, through an ONNX file whose inputs are named as transformers names them.

    The file's axes are `batch` and `tokens`. Safe to share by threads; memory stays flat, however many the texts.
    """

    def __init__(self, model: Path, tokenizer: Path, max_tokens: int) -> None:
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        options = SessionOptions()
        options.enable_mem_pattern = False  # would keep a plan for each shape that ever came
        options.log_severity_level = 3
        self._session = InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._inputs = [declared.name for declared in self._session.get_inputs()]
        self._by_token = [TOKENS_AXIS in declared.shape for declared in self._session.get_outputs()]

    def tokenize(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> "list[Encoding]":
        """Token ids with the offsets they came from, cut to what the encoder reads."""
        return list(self._tokenizer.encode_batch(list(texts)))

    def run(self, encodings: "Sequence[Encoding]") -> list[Outputs]:
        """What the model says of each text, in the order given; outputs by token are as long as their text."""
        outputs: list[Outputs] = [()] * len(encodings)
        for batch in _batches(encodings):
            values = self._session.run(None, self._padded([encodings[at] for at in batch]))
            for row, at in enumerate(batch):
                length = len(encodings[at])
                outputs[at] = tuple(
                    value[row, :length] if by_token else value[row]
                    for value, by_token in zip(values, self._by_token, strict=True)
                )
        return outputs

    def _padded(self, encodings: "list[Encoding]") -> "dict[str, npt.NDArray[np.int64]]":
        """The first is the longest. Padding is zero in every input, the mask among them."""
        import numpy as np

        tensors = {name: np.zeros((len(encodings), len(encodings[0])), np.int64) for name in self._inputs}
        for row, encoding in enumerate(encodings):
            values: dict[str, Any] = {
                "input_ids": encoding.ids,
                "attention_mask": encoding.attention_mask,
                "token_type_ids": encoding.type_ids,
            }
            for name, tensor in tensors.items():
                tensor[row, : len(encoding)] = values[name]
        return tensors


def _batches(encodings: "Sequence[Encoding]") -> Iterator[list[int]]:
    """Positions from long to short, so many that their padded tokens stay within BATCH_TOKENS."""
    batch: list[int] = []
    longest = 0
    for at in sorted(range(len(encodings)), key=lambda at: -len(encodings[at])):
        if batch and longest * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        longest = longest if batch else len(encodings[at])
        batch.append(at)
    if batch:
        yield batch
