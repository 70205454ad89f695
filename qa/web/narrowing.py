"""What the page restricts a question to and how long an answer is wanted, as its scripts send it."""

from pydantic import ValidationError

from qa.errors import QuestionError
from qa.web.api import Restriction, Wanted
from qa.web.fields import Line
from qa.web.texts import Texts


class Narrowing(Restriction, Wanted):
    """A restriction, with the title of its one article, which is only shown; and what answer is wanted."""

    title: Line = ""

    @property
    def how(self) -> str:
        """What sets the answer that is wanted apart from others, as the page's texts call it; may be empty."""
        return "more" if self.without else "detailed" if self.length == "detailed" else ""

    def chips(self, t: Texts) -> list[str]:
        """One line for each part of it."""
        parts = {
            "article": self.article_id and (self.title or self.article_id),
            "source": self.source,
            "tag": self.tag,
            "since": self.since and t.date(self.since.isoformat()),
            "until": self.until and t.date(self.until.isoformat()),
        }
        return [t(f"chip.{name}", value=value) for name, value in parts.items() if value]


def read_narrowing(sent: str, t: Texts) -> Narrowing:
    """What static/narrow.js wrote; raises QuestionError where it is something else."""
    try:
        return Narrowing.model_validate_json(sent or "{}")
    except ValidationError as error:
        raise QuestionError(t("narrow.unreadable")) from error
