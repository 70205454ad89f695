"""Greetings, thanks and questions to the program itself: what can be asked here."""

from qa.grounding.steps import Retrieved
from qa.language.text import content_words, spelt, stem
from qa.library import Library
from qa.plans.plan import Plan, laid_out, number_of
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer

EXAMPLES = 2  # articles that examples are made of


class Greeting(Plan):
    """One sentence, with questions that the articles answer."""

    searches = False

    def __init__(self, retriever: HybridRetriever) -> None:
        self._retriever = retriever

    @property
    def _library(self) -> Library:
        return self._retriever.library

    def answer(self, found: Retrieved) -> Answer:
        count = self._library.count(found.query.filters)
        lead = (
            f"You are welcome to ask about the {number_of(count, 'article')} here; every answer comes with its quotes."
        )
        asked = self._examples(found)
        return laid_out(found.answer, f"{lead[:-1]}, for example:" if asked else lead, asked)

    def _examples(self, found: Retrieved) -> list[str]:
        """To summarise the newest article, what others say on the next one's most telling word, and what is new."""
        ids = self._library.dated(EXAMPLES, found.query.filters)
        titles = [article.title for article in map(self._library.article, ids)]
        asked = [f"Summarise the article about {title}" for title in titles[:1]]
        asked += [f"Which articles mention {self._most_telling(title)}?" for title in titles[1:]]
        return [*asked, "What is the newest article?"] if asked else []

    def _most_telling(self, title: str) -> str:
        """The word of a title that stands in the fewest passages, as it is written there."""
        weights = self._retriever.weights(title)
        return spelt(title)[max(content_words(title), key=lambda word: weights.get(stem(word), 0.0))]
