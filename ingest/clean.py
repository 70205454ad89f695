"""Text as it should be stored: normalised, and without the furniture of the page it was copied from."""

import re
import unicodedata

# Invisible characters: control, soft hyphen, zero-width, bidirectional and tag characters, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
# The (non-)joiner is spelling in Arabic and Indic scripts and holds emoji together; elsewhere it is noise.
_JOINER = re.compile("(?<![\u0600-\u0dff\u2600-\u27bf\ufe0f\U0001f300-\U0001faff])[\u200c\u200d]")
_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
_ODD_SPACE = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")

_READERS = r"join thought-provoking conversations, follow other .{0,40} ?readers and see their replies"
_SITE = r"(?:facebook|twitter|x|x \(formerly twitter\)|instagram|linkedin|whatsapp|telegram|youtube|tiktok|threads)"
_PERIODICAL = r"(?:free |daily |weekly |morning |evening |e-?mail )*"
_THING = r"(?:article|story|page|post)"

# Each must match a whole line. They are anchored on the fixed phrases of page furniture, so that a sentence
# which merely speaks of comments, cookies or newsletters is never taken for one.
_PHRASES = (
    # bookmarks
    r"bookmark(?: popover)?|(?:removed from|added to|add to) bookmarks",
    rf"(?:save|bookmark) (?:this )?{_THING}(?: for later)?",
    # comments
    rf"join our commenting forum|{_READERS}|join the (?:conversation|discussion)",
    r"(?:(?:view|show|see|hide|read)(?: all)? )?(?:\(?\d+\)? )?comments?(?: \(?\d+\)?)?",
    r"(?:leave|post|add|write) a (?:comment|reply)",
    # cookies
    r"(?:accept|reject|allow|manage)(?: all)? cookies|cookie (?:settings|preferences|policy|notice)",
    r"(?:we|this (?:web)?site)(?: and our partners)? uses? cookies(?: and similar technologies)? to"
    r" .{0,80}\b(?:experience|(?:web)?site|traffic|ads|advertising|content|services?)\b.{0,100}",
    r"by (?:continuing to (?:use|browse)|using) (?:this|our) (?:web)?site,? you (?:agree|consent) to .{0,140}",
    # newsletters
    rf"(?:sign up|subscribe) (?:for|to) our {_PERIODICAL}newsletters?\b.{{0,120}}",
    rf"(?:sign up|subscribe) (?:for|to) (?:the|this) {_PERIODICAL}newsletter(?: (?:today|now|here))?",
    r"(?:sign up|subscribe|get) .{0,90} (?:delivered|sent|straight|direct|directly) to your inbox",
    r"(?:enter )?your e-?mail(?: address)?|thank(?:s| you) for (?:signing up|subscribing)",
    r"i would like to be e-?mailed about offers, events and updates from .{0,100}",
    # lists of other pages
    r"(?:read|see|find out|learn) more|related(?: (?:articles?|stories|topics|content))?",
    r"more on this (?:story|topic)|recommended(?: (?:for you|articles?|stories|reading))?",
    r"most (?:popular|read|viewed|shared|commented)|trending(?: now)?|editor[’']s picks?",
    r"you (?:may|might) (?:also )?(?:like|be interested in)",
    r"back to top|skip (?:to (?:main )?content|to navigation|advertisement|ad)",
    # sharing and following
    rf"share(?: this)?(?: {_THING})?(?: (?:on|via) (?:{_SITE}|e-?mail))?|(?:print|e-?mail) this {_THING}",
    rf"copy link|link copied|follow us(?: on(?: {_SITE}(?:(?:, | and |, and | or ){_SITE})*)?)?",
    # advertisements
    r"(?:advertisement|sponsored|promoted)(?: content)?|remove ads",
    r"(?:advertisement - )?(?:story|article) continues (?:below|after)(?: (?:this )?(?:ad|advertisement))?",
)
_POINTER = r"(?:read more|read also|also read|see also|related): .{1,160}(?<![.”\"])"  # to another page, not a sentence
_FURNITURE = re.compile(rf"(?:{'|'.join(_PHRASES)})[.!…]*|{_POINTER}", re.IGNORECASE)
_LONGEST_FURNITURE = 240
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_EDGES = " \t#>*_-–—•·|:›»→<"


def clean(text: str) -> str:
    """The article's text, normalised, without page furniture; paragraphs stay as they are."""
    lines = (line.rstrip() for line in normalise(text).split("\n"))
    kept = "\n".join(line for line in lines if not is_furniture(line))
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def clean_line(text: str) -> str:
    """A fact such as a title, normalised, on one line."""
    return " ".join(normalise(text).split())


def normalise(text: str) -> str:
    """NFC, plain spaces and newlines, and nothing invisible."""
    text = _NEWLINE.sub("\n", text).replace("\u2029", "\n\n")
    text = _JOINER.sub("", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", _ODD_SPACE.sub(" ", text))


def is_furniture(line: str) -> bool:
    """Whether the whole line is a fixed phrase of page furniture, perhaps as a list item, heading or link."""
    if not line or len(line) > _LONGEST_FURNITURE:
        return False
    return _FURNITURE.fullmatch(_LINK.sub(r"\1", line).strip(_EDGES)) is not None
