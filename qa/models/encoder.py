"""A small encoder as an ONNX file: each text runs alone, as many at once as there are cores."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import WeightsError
from qa.models.cores import cores

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from tokenizers import Encoding

Outputs = tuple["npt.NDArray[np.float32]", ...]


class OnnxEncoder:
    """Texts, or pairs of texts, through an ONNX file whose inputs are named as transformers names them.

    Alone a text needs no padding, fits the caches, and, in int8, whose scales are shared by all that runs together,
    comes out the same every time: batches sorted by length were slower by a tenth and less accurate.
    Safe to share by threads; memory stays flat, however many the texts.
    """

    def __init__(self, model: Path, tokenizer: Path, max_tokens: int) -> None:
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        options = SessionOptions()
        options.intra_op_num_threads = 1
        options.enable_mem_pattern = False  # would keep a plan for each length that ever came
        options.log_severity_level = 3
        self._session = InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._inputs = [declared.name for declared in self._session.get_inputs()]

    def tokenize(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> "list[Encoding]":
        """Token ids with the offsets they came from, cut to what the encoder reads."""
        return list(self._tokenizer.encode_batch(list(texts)))

    def pieces(self, text: str) -> list[str]:
        """The pieces that its tokenizer knows a text by."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).tokens)

    def run(self, encodings: "Sequence[Encoding]") -> list[Outputs]:
        """What the model says of each text, in the order given: its outputs without the axis of the batch."""
        return cores().map(self._one, encodings)

    def _one(self, encoding: "Encoding") -> Outputs:
        import numpy as np

        known = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        tensors = {name: np.array([known[name]], np.int64) for name in self._inputs}
        return tuple(output[0] for output in self._session.run(None, tensors))


def load_encoder(model: Path, tokenizer: Path, max_tokens: int, mend: Callable[[], None]) -> OnnxEncoder:
    """The encoder in these files; where they cannot be read, `mend` looks into them and they are tried again.

    Raises WeightsError, and what `mend` raises.
    """
    try:
        return OnnxEncoder(model, tokenizer, max_tokens)
    except Exception:  # the errors of onnxruntime and tokenizers have no common base
        mend()
    try:
        return OnnxEncoder(model, tokenizer, max_tokens)
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise WeightsError(
            f"{model} is as it should be and cannot be loaded ({reason}); free some memory and try again"
        ) from error
