"""One request to a language model that helps to measure; what it reads stands in tags that it cannot forge."""

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from qa.models.provider import provider_errors


def instruct(model: BaseChatModel, name: str, task: str, request: str) -> str:
    """The reply as text; raises ProviderError."""
    with provider_errors(name):
        return model.invoke([SystemMessage(task), HumanMessage(request)]).text


def untagged(text: str) -> str:
    """Without the brackets that tags are made of."""
    return text.replace("<", "‹").replace(">", "›")
