"""How each kind of question is answered; one without a plan of its own as a fact is."""

from collections.abc import Mapping

from qa.plans.catalogue import Catalogue
from qa.plans.fact import PlainFact
from qa.plans.greeting import Greeting
from qa.plans.in_parts import InParts
from qa.plans.more import More
from qa.plans.named import Named
from qa.plans.opinion import Opinion
from qa.plans.plan import REFUSAL, Plan, Steps, refused
from qa.plans.points import Points
from qa.plans.summary import Summary
from qa.plans.timeline import Timeline
from qa.plans.underspecified import Underspecified
from qa.plans.unread import Unread
from qa.types import Kind

__all__ = ["REFUSAL", "More", "PlainFact", "Plan", "Summary", "Unread", "plans", "refused"]


def plans(steps: Steps, fact: PlainFact) -> Mapping[Kind, Plan]:
    """The plan for each kind that has one."""
    retriever, points = steps.retriever, Points(steps, fact)
    summary, catalogue = Summary(retriever), Catalogue(retriever)
    return {
        "fact": Underspecified(steps, fact, summary),
        "explanation": Underspecified(steps, points, summary),
        "list": points,
        "comparison": InParts(steps, fact, summary, points, points),
        "calculation": InParts(steps, fact, summary, points, fact),
        "several": InParts(steps, fact, summary, points, points),
        "underspecified": Underspecified(steps, fact, summary),
        "greeting": Greeting(retriever),
        "catalogue": Named(steps, catalogue, catalogue.nearest),
        "summary": Named(steps, summary),
        "timeline": Named(steps, Timeline(retriever)),
        "opinion": Opinion(retriever, points),
    }
