"""Article -> passages that keep their offsets, short enough for the embedding model."""

from langchain_text_splitters import RecursiveCharacterTextSplitter

from qa.types import Article, Passage

# About 130 words: title and passage together stay below the 256 tokens the embedding model sees.
PASSAGE_CHARACTERS = 800
OVERLAP_CHARACTERS = 120

_splitter = RecursiveCharacterTextSplitter(
    chunk_size=PASSAGE_CHARACTERS,
    chunk_overlap=OVERLAP_CHARACTERS,
    separators=["\n\n", "\n", r"(?<=[.!?][”\"’)])\s+|(?<=[.!?])\s+", r"\s+", ""],
    is_separator_regex=True,
    keep_separator="end",
    add_start_index=True,
)


def split(article: Article) -> list[Passage]:
    """Passages in order, cut at paragraph, line and sentence borders where possible."""
    passages = []
    for number, document in enumerate(_splitter.create_documents([article.text])):
        start, text = document.metadata["start_index"], document.page_content
        passages.append(Passage(article.id, number, start, start + len(text), text))
    return passages
