"""How a prompt is made: a task, examples of what is asked and replied, and what is asked now."""

from collections.abc import Iterable

from langchain_core.prompts import ChatPromptTemplate


def few_shot(task: str, examples: Iterable[tuple[str, str]], asked: str) -> ChatPromptTemplate:
    """A template of messages; `asked` may have fields in braces.

    >>> [m.type for m in few_shot("Translate.", [("oui", "yes")], "{word}").format_messages(word="non")]
    ['system', 'human', 'ai', 'human']
    """
    shown = [message for said, reply in examples for message in (("user", said), ("assistant", reply))]
    return ChatPromptTemplate([("system", task), *shown, ("user", asked)])
