"""Pages that stand in for an article: not found, a check of the browser, a sign-in, a way on to another page."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from qa.errors import LoadError

SHORT = 600  # characters; what is longer is an article, whatever its title says
_VERY_SHORT = 200
_WAITING = 3  # words, as in "Loading …"
_SAVE = "save it from the browser and add that file"
# A title or heading that is made of these words alone, and holds one of the first, is that of such a page.
_GONE = frozenset(
    "403 404 410 500 502 503 denied exist exists available forbidden found gateway gone maintenance missing unavailable"
    " gefunden vorhanden trouvée introuvable existe encontrada disponible".split()
)
_AROUND_GONE = frozenset(
    "a access an are bad be been can cannot code could couldn do does doesn error find for has have http internal is"
    " isn it longer looking moved no not oops ooops page requested s seems server service site sorry status t"
    " temporarily that the this to under url was we website were you"
    " die diese es fehler ist leider mehr nicht seite tut uns leid wurde"
    " cette désolé erreur est la n pas plus esta ha lo página se sentimos sido".split()
)
_CHECK = frozenset(
    "moment browser human robot robots captcha security javascript cookies ddos verification sicherheitsprüfung"
    " vérification verificación".split()
)
_AROUND_CHECK = frozenset(
    "a an and are attention before bot check checking complete continue disabled enable enabled error is just more"
    " need not on one or our please prove protection required requires step supported the this to turn verify verifying"
    " wait we you your bitte einen un instant un momento".split()
)
_SIGN_IN = frozenset(
    "login log sign signin anmelden anmeldung einloggen connexion connecter connectez sesión acceder".split()
)
_AROUND_SIGN_IN = frozenset(
    "a account an continue in into my on or please register the to up your bitte se vous iniciar inicia".split()
)
_SPOKEN_OF = ("javascript", "cookies", "captcha", "robot", "are human", "you're human", "you’re human")
_NAMED = "concat(@id, ' ', @class, ' ', @src, ' ', @action)"
_CHALLENGE = (
    f"boolean(//*[contains(translate({_NAMED}, 'ACHP', 'achp'), 'captcha') or contains({_NAMED}, 'challenge-')])"
)
_REFRESH = "//meta[translate(@http-equiv, 'EFHRS', 'efhrs') = 'refresh']/@content"
_SEPARATORS = str.maketrans("–—·", "|||")
_SAID_TO_BE_ONE = (
    "boolean(//meta[@property='og:type'][@content='article'] | //meta[@property='article:published_time']"
    " | //script[@type='application/ld+json'][contains(., '\"datePublished\"')])"
)


def check(page: HtmlElement, text: str) -> Iterator[str]:
    """Notes of doubt about what was read; raises LoadError where it stands in for an article."""
    gone = next(
        (" ".join(heading.split()) for heading in _headings(page) if _consists_of(heading, _GONE, _AROUND_GONE)), None
    )
    reason = _gone(gone, text) or _refused(page, text)
    if reason and not page.xpath(_SAID_TO_BE_ONE):
        raise LoadError(reason)
    if reason or gone:
        yield f"may be no article: {reason or f'its heading is “{gone}”'}"


def _gone(heading: str | None, text: str) -> str | None:
    if heading and len(text) <= SHORT:
        return f"says “{heading}”; look up its address, or if the browser shows the article, {_SAVE}"
    return None


def _refused(page: HtmlElement, text: str) -> str | None:
    if len(text) > SHORT:
        return None
    refresh = next(iter(page.xpath(_REFRESH)), "")
    speaks = any(word in text.lower() for word in _SPOKEN_OF)
    is_bare = len(text) <= _VERY_SHORT and page.xpath("boolean(//script) and not(//h1 | //article)")
    headed = any(_consists_of(heading, _CHECK, _AROUND_CHECK) for heading in _headings(page))
    signs = [speaks, is_bare, headed, bool(page.xpath(_CHALLENGE)), bool(refresh)]
    if (is_bare and len(text.split()) <= _WAITING) or (sum(signs) > 1 and (speaks or headed)):
        return f"asks for a browser instead of showing its text; {_SAVE}"
    _, _, address = refresh.partition("=")
    if address and len(text) <= _VERY_SHORT:
        return "only leads on to another page; add the address that the browser then shows"
    asks = any(_consists_of(heading, _SIGN_IN, _AROUND_SIGN_IN) for heading in _headings(page))
    if asks and page.xpath("boolean(//input[@type='password'])"):
        return f"asks to sign in; do so in the browser, {_SAVE}"
    return None


def _headings(page: HtmlElement) -> Iterator[str]:
    """The parts of its title, of which one may be the site's name, and its main headings."""
    for title in page.xpath("//title[not(ancestor::svg)]/text()"):
        yield from title.translate(_SEPARATORS).replace(" - ", "|").split("|")
    yield from (heading.text_content() for heading in page.xpath("//h1"))


def _consists_of(heading: str, telling: frozenset[str], others: frozenset[str]) -> bool:
    words = set("".join(c if c.isalnum() else " " for c in heading.lower()).split())
    return not words.isdisjoint(telling) and words <= telling | others
