"""Summaries of articles, made once and kept beside them."""

from typing import Any

import sqlalchemy as sa

from qa.library.schema import articles, summaries
from qa.storage.database import Store
from qa.types import Article

s, a = summaries.c, articles.c


class Summaries(Store):
    """The summary of an article, as an answer in its public form; none of a text that was another."""

    def of(self, article_id: str) -> dict[str, Any] | None:
        """None where it was not made of the text that stands there now."""
        query = sa.select(s.answer).join(articles, (a.id == s.article_id) & (a.sha256 == s.sha256))
        with self._reading() as db:
            return db.scalar(query.where(s.article_id == article_id))

    def keep(self, article: Article, answer: dict[str, Any]) -> None:
        """Keep the one that was made of this text, unless the article is gone or another meanwhile."""
        with self._writing() as db:
            if db.scalar(sa.select(a.sha256).where(a.id == article.id)) != article.sha256:
                return
            db.execute(sa.delete(summaries).where(s.article_id == article.id))
            db.execute(sa.insert(summaries).values(article_id=article.id, sha256=article.sha256, answer=answer))
