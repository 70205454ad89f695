"""Articles are data: a sentence that plays a part of the conversation is neither read to the model nor quoted.

What only gives orders is an ordinary sentence: articles about law, cooking and machines are full of them. The support
model tells that an order states nothing (`training/support/`, "planted"), so that no answer is made of one.
"""

import re
import unicodedata
from functools import lru_cache

_PART = re.compile(
    # what marks the parts of a conversation, in chat templates and in plain text
    r"<\|[^|>]*\|>|\[/?INST\]|<</?SYS>>|</?s>|</?(?:system|assistant|user|instructions?)\b[^>]*>"
    r"|^\W*(?:system|assistant|user|human|developer|AI|instruction|response)(?: (?:message|prompt|note|override))?"
    r"\s*[:>\]]"
    # what stands for a part of our own prompts
    r"|^\W*(?:passage \d+\)? ?)?(?:perhaps|question|answer)\s*:"
    # what hides its words
    r"|(?-i:(?<![\w/+=.-])(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])(?=[A-Za-z+/]*[\d=])[A-Za-z0-9+]{24,}={0,2}(?![\w/+=.-]))",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"<\|[^|>\s]*\|>|\[/?INST\]|<</?SYS>>|\[\d+\]"  # of chat templates, and of the numbers that prompts give passages
    r"|<(script|style)\b.*?</\1\s*>|</?[a-z][^<>]*>|<!--.*?-->|!\[[^\]]*\](?:\([^)]*\))?",  # of pages
    re.IGNORECASE | re.DOTALL,
)


def visible(text: str) -> str:
    """Text without control, zero-width, bidirectional and tag characters."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))


def unmarked(text: str) -> str:
    """What can be seen of a text, without what stands for more than itself in a prompt or on a page."""
    return _MARK.sub(" ", visible(text))


def quoted_material(text: str) -> str:
    """A text as it is put before the model, on one line."""
    return " ".join(unmarked(text).split())


@lru_cache(maxsize=16_384)
def plays_a_part(sentence: str) -> bool:
    """Whether a sentence would be taken for another part of the prompt, or hides what it says."""
    return bool(_PART.search(unicodedata.normalize("NFKC", visible(sentence))))
