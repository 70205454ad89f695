"""Every prompt of the project, and nothing else.

The model is asked for its most likely answer and is given no way out: offered one, small models refuse
a third of what they could answer. Whether an answer is shown is decided by code, in `qa.answer`.
"""

from langchain_core.prompts import ChatPromptTemplate

_SYSTEM = (
    "You answer a question from numbered passages of articles. Give the most likely answer in one short sentence, "
    "in the passages' own words, names and numbers."
)
_QUESTION = "{passages}\n\nQuestion: {question}"

ANSWER = ChatPromptTemplate([("system", _SYSTEM), ("user", _QUESTION)])

# Begins like ANSWER, so that a model which keeps what it read reads the passages only once.
ANSWERABLE = ChatPromptTemplate(
    [
        ("system", _SYSTEM),
        ("user", _QUESTION + "\nCan this question be answered from the passages alone? Reply Yes or No."),
    ]
)
