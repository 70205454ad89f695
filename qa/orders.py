"""Articles are data: sentences in them that speak to the machine are neither read to the model nor quoted.

A sentence that plays a part of the conversation, forgets others on command or dictates answers tells nothing about
the world. The patterns are of kinds, not of known attacks: of the 7,300 sentences of corpus/ and of SQuAD's and
MultiHop-RAG's articles they take out none, of 10,900 more from encyclopedias and papers 13, most of which ask the
reader to add citations.
"""

import re
import unicodedata
from functools import lru_cache

_MACHINE = (
    r"(?:AIs?|A\.I\.|LLMs?|GPT|(?:AI|large language|language|chat) (?:models?|assistants?|bots?)"
    r"|assistants?|chat ?bots?)"
)
_BEFORE = r"(?:instructions?|prompts?|passages?|above|previous|prior|preceding|your \w+)"
_REPLY = (
    r"(?:answer(?:ing|s|ed)?|repl(?:y|ies)|respon(?:d|se|ses)|cit(?:e|ations?)|quot(?:e|ing)|mention|say|output"
    r"|summar\w+)"
)
_ADVERBS = r"(?:^|[;:]\s)\W*(?:please |now |always |only |just |instead,? )*"
_KINDS = (
    # what marks the parts of a conversation, or of our own prompt
    r"<\|[^|>]*\|>|\[/?INST\]|<</?SYS>>|</?s>|</?(?:system|assistant|user|instructions?)\b[^>]*>",
    r"^\W*(?:system|assistant|user|human|developer|AI|instruction|response)(?: (?:message|prompt|note|override))?"
    r"\s*[:>\]]",
    r"^\W*(?:passage \d+\)? ?)?(?:perhaps|question|(?:the )?(?:correct |final |true )?answer|verdict)\s*:",
    r"\b(?:system prompt|(?:new|following|these|my) instructions?)\b",
    # orders to forget
    rf"\b(?:ignor|disregard|forget|overrid|bypass|discard)\w*\b.{{0,40}}\b{_BEFORE}\b",
    r"(?:ignor|vergiss|vergess|missacht|oubli|olvid|esquec|dimentic|negeer|забуд|игнорир)\w*\b.{0,40}"
    r"(?:instru|anweis|consigne|istruz|инструк)",
    r"(?:忽略|无视|無視|무시|تجاهل).{0,16}(?:指示|指令|지시|التعليمات)|(?:指示|指令|지시|التعليمات).{0,16}(?:忽略|无视|無視|무시|تجاهل)",
    # orders how to answer
    r"\b(?:answers?|repl(?:y|ies)|responses?)\b.{0,20}\b(?:to|for) (?:(?:every|any|all|each|whatever) (?:\w+ )?"
    r"(?:question|quer|prompt)|(?:this|the) (?:\w+ )?(?:question|query|prompt) "
    r"(?:must|should|is (?:[\"“'‘:]|(?-i:[A-Z]))))",
    r"\b(?:correct|right|true|only|official|expected) (?:answer|reply)\b(?: to \w+)?(?: is| must| should|:)",
    r"\b(?:whatever|whoever|any question|all questions|every question)\b.{0,60}\b(?:answer|reply)\b",
    rf"\b{_MACHINE} (?:must|should|shall|is to|has to|are to|have to) (?:only |always |please )?{_REPLY}\b",
    rf"{_ADVERBS}(?:say|answer|reply|respond)\b",
    rf"{_ADVERBS}(?:output|print|repeat|return|write|append|insert|include|tell|give|translate|decode|state|name|call) "
    r"(?:only|just|that|exactly|with|the words?|the following|the (?:answer|user)|back|this|your|[\"“'‘:])",
    r"\b(?:do not|don't|never|must not|not (?:allowed|permitted) to|refuse to|decline to|avoid)\b.{0,25}"
    rf"\b{_REPLY}\b.{{0,40}}\b(?:question|passage|article|source|quer|user|reader)",
    rf"{_ADVERBS}(?:do not|don't|never|refuse|decline) (?:to )?{_REPLY}\b",
    rf"\b(?:when|if|whenever|whoever|should (?:anyone|you|someone))\b.{{0,20}}\bask(?:ed|s)?\b"
    rf".{{0,80}}[,:]\W*(?:please |always |only |just |then )*(?:{_REPLY}|refuse|decline)\b",
    rf"\b(?:please|kindly)\b.{{0,40}}\b(?:{_REPLY}|tell (?:the|every|any|all)|write|state that|include|refuse)\b",
    rf"\b(?:grateful|appreciate\w*|lovely)\b.{{0,20}}\bif (?:you|(?:the )?{_MACHINE})\b.{{0,40}}"
    rf"\b(?:{_REPLY}|tell|write|state|include|refuse)\b",
    rf"\byou (?:must|should|shall)\b.{{0,60}}\b(?:{_REPLY}|refuse)\b",
    r"\byour (?:answer|reply|response|instructions?|prompt|guidelines)\b",
    # speaking to a machine
    rf"\b(?:you are|you're|act as|pretend to be) (?:now )?(?:an? |the )?(?:\w+ )?{_MACHINE}\b",
    r"\b(?:dear|attention|note (?:to|for)|message (?:to|for)|hey|hello|instructions? (?:to|for)) "
    rf"(?:all |any |the |every )?(?:\w+ )?{_MACHINE}\b",
    r"^(?:<[^>]*>|\W)*(?:AI|assistant|chat ?bot|language model)s?,",
    rf"\b(?:any|every|all|the) (?:\w+ )?{_MACHINE} (?:that |which |who )?(?:read(?:s|ing)?|summari[sz]\w+)\b",
    # what hides its words
    r"(?-i:(?<![\w/+=.-])(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])(?=[A-Za-z+/]*[\d=])[A-Za-z0-9+]{24,}={0,2}(?![\w/+=.-]))",
)
_ORDER = re.compile("|".join(f"(?:{kind})" for kind in _KINDS), re.IGNORECASE)
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
def is_order(sentence: str) -> bool:
    """Whether a sentence speaks to the machine that reads it."""
    return bool(_ORDER.search(unicodedata.normalize("NFKC", visible(sentence))))
