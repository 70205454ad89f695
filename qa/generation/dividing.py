"""The prompt by which the model divides a question into the plain questions that it is made of."""

from collections.abc import Mapping

from langchain_core.messages import BaseMessage
from langchain_core.prompts import ChatPromptTemplate

from qa.generation.few_shot import few_shot
from qa.types import Kind

# A question of the kind, what is to be done with the answers of its parts, and the parts.
_EXAMPLES: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    "comparison": (
        ("Which river is longer, the Elbe or the Oder?", "larger", "How long is the Elbe?", "How long is the Oder?"),
        (
            "what's the difference between the Welsh and the Scottish school system",
            "compare",
            "the Welsh school system",
            "the Scottish school system",
        ),
        ("who reigned earlier, Alfred or Canute?", "earlier", "When did Alfred reign?", "When did Canute reign?"),
        (
            "is the tower in Ware taller than the spire?",
            "larger",
            "How tall is the tower in Ware?",
            "How tall is the spire?",
        ),
        (
            "Which race had fewer runners, Leith 2010 or Perth 1998?",
            "smaller",
            "How many runners did the race in Leith in 2010 have?",
            "How many runners did the race in Perth in 1998 have?",
        ),
        ("Compare the two Tay bridges.", "compare", "the first Tay bridge", "the second Tay bridge"),
        (
            "Do Norway and Iceland both use the euro?",
            "same",
            "Does Norway use the euro?",
            "Does Iceland use the euro?",
        ),
        ("Is Ada Brook older than Tom Hale?", "earlier", "When was Ada Brook born?", "When was Tom Hale born?"),
        (
            "red squirrels in Kent and grey squirrels in Essex, how do the two differ?",
            "compare",
            "red squirrels in Kent",
            "grey squirrels in Essex",
        ),
    ),
    "calculation": (
        (
            "How many years after the fire of 1842 was the town hall rebuilt?",
            "difference",
            "In which year was the fire of 1842?",
            "In which year was the town hall rebuilt after the fire?",
        ),
        (
            "By how many votes did Hale win the second round?",
            "difference",
            "How many votes did Hale get in the second round?",
            "How many votes were against Hale in the second round?",
        ),
        (
            "How old was Ada Brook when she won the cup?",
            "difference",
            "When was Ada Brook born?",
            "When did Ada Brook win the cup?",
        ),
        (
            "how much did a loaf go up in cents from March to June 2010?",
            "difference",
            "What did a loaf cost in March 2010?",
            "What did a loaf cost in June 2010?",
        ),
        (
            "what did the two Tay bridges cost together",
            "total",
            "What did the first Tay bridge cost?",
            "What did the second Tay bridge cost?",
        ),
        (
            "By how many seconds did Brook beat Hale's record?",
            "difference",
            "In what time did Brook beat the record?",
            "What time was Hale's record?",
        ),
        (
            "What share of the members of the Tyne club voted?",
            "share",
            "How many members of the Tyne club voted?",
            "How many members does the Tyne club have?",
        ),
        (
            "how many years lie between Kent's first census and its last?",
            "difference",
            "In which year was Kent's first census?",
            "In which year was Kent's last census?",
        ),
    ),
    "several": (
        (
            "Who founded the zoo in Leipzig and when did it move?",
            "each",
            "Who founded the zoo in Leipzig?",
            "When did the zoo in Leipzig move?",
        ),
        ("When was Ware mill sold? Who bought it?", "each", "When was Ware mill sold?", "Who bought Ware mill?"),
        (
            "when was the peace of Ware made, and who was bishop then",
            "each",
            "When was the peace of Ware made?",
            "Who was bishop when the peace of Ware was made?",
        ),
        (
            "Did Hale resign? And if so why?",
            "each",
            "Did Hale resign?",
            "Why did Hale resign?",
        ),
    ),
}
_TASK: Mapping[Kind, str] = {
    "comparison": "Write first what is asked for: larger, smaller, earlier, later, same, or compare for anything else.",
    "calculation": "Write first what is to be done with their answers: difference, total or share.",
    "several": "Write first: each.",
}


def _prompt(kind: Kind) -> ChatPromptTemplate:
    task = (
        "You split a question into the plain questions whose answers together answer it. "
        f"{_TASK[kind]} Then write one question a line, in the words of the question, with all that is needed to "
        "understand it alone."
    )
    examples = ((question, "\n".join(parts)) for question, *parts in _EXAMPLES[kind])
    return few_shot(task, examples, "{question}")


DIVIDING = {kind: _prompt(kind) for kind in _EXAMPLES}


def in_parts(question: str, kind: Kind) -> list[BaseMessage]:
    """Asks for the plain questions that a question of this kind is made of, below what is done with their answers."""
    return DIVIDING[kind].format_messages(question=question)
