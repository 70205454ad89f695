"""Every prompt of the project, and nothing else.

The model is asked for its most likely answer and is given no way out: offered one, small models refuse
a third of what they could answer. Whether an answer is shown is decided by code, in `qa.answer`.
"""

from collections.abc import Sequence
from itertools import groupby

from langchain_core.prompts import ChatPromptTemplate

from qa.types import Evidence

_SYSTEM = (
    "You answer a question from numbered passages of articles. Give the most likely answer in one short sentence, "
    "in the passages' own words, names and numbers."
)
_QUESTION = "{passages}\n\nQuestion: {question}"

# Two examples in which somebody else in the same passage would be the wrong answer: they halve that mistake, and
# cost nothing with a model that keeps the beginning of its prompt.
_EXAMPLES = (
    (
        "[1] The 1966 World Cup final\nThe final was played at Wembley on 30 July 1966 before 96,924 people. "
        "Alf Ramsey managed England, Helmut Schön West Germany. England won 4–2 after extra time.\n\n"
        "[2] The 1970 World Cup\nThe tournament was held in Mexico. Mário Zagallo managed Brazil, who beat Italy 4–1.",
        "Who was West Germany's coach in the 1966 final?",
        "Helmut Schön managed West Germany in the 1966 final.",
    ),
    (
        "[1] The flight of Apollo 11\nOn 9 January 1969 NASA announced that Armstrong would command the flight. "
        "Collins stayed in orbit while Aldrin walked on the Moon with him.\n\n"
        "[2] The flight of Apollo 12\nApollo 12 was struck by lightning after launch. "
        "Charles Conrad was its commander.",
        "Whom did NASA make commander of Apollo 11?",
        "NASA announced that Armstrong would command Apollo 11.",
    ),
)
_BEGINNING = [
    ("system", _SYSTEM),
    *(
        message
        for passages, question, answer in _EXAMPLES
        for message in (("user", _QUESTION.format(passages=passages, question=question)), ("assistant", answer))
    ),
]

ANSWER = ChatPromptTemplate([*_BEGINNING, ("user", _QUESTION)])

# Begins like ANSWER, so that a model which keeps what it read reads the passages only once.
ANSWERABLE = ChatPromptTemplate(
    [
        *_BEGINNING,
        ("user", _QUESTION + "\nCan this question be answered from the passages alone? Reply Yes or No."),
    ]
)


def variables(question: str, excerpts: Sequence[Evidence]) -> dict[str, str]:
    """What both prompts are filled with: the excerpts, numbered by article, and the question."""
    articles = groupby(excerpts, key=lambda excerpt: (excerpt.article_id, excerpt.title))
    passages = (
        f"[{number}] {title}\n" + " … ".join(" ".join(excerpt.text.split()) for excerpt in group)
        for number, ((_, title), group) in enumerate(articles, 1)
    )
    return {"passages": "\n\n".join(passages), "question": question}
