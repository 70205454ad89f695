"""How each kind of question is answered that is no plain fact; a kind without a plan is answered as a fact is."""

from collections.abc import Mapping

from qa.plans.catalogue import Catalogue
from qa.plans.greeting import Greeting
from qa.plans.opinion import Opinion
from qa.plans.plan import Plan
from qa.plans.summary import Summary
from qa.plans.timeline import Timeline
from qa.retrieval.retriever import HybridRetriever
from qa.types import Kind

__all__ = ["Plan", "plans"]


def plans(retriever: HybridRetriever) -> Mapping[Kind, Plan]:
    """The plan for each kind that has one."""
    return {
        "greeting": Greeting(retriever),
        "catalogue": Catalogue(retriever.library),
        "summary": Summary(retriever),
        "timeline": Timeline(retriever),
        "opinion": Opinion(retriever),
    }
