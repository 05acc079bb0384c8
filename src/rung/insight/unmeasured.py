"""The KPIs that cannot be told yet, and what is missing: a number one does not have is named, not guessed."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as lazy

from rung.insight.kpi import Text


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A KPI without facts. `missing`: the end of "Not yet measured, because …" """

    title: Text
    missing: Text


UNMEASURED = (
    Unmeasured(
        lazy("Right first time"),
        lazy(
            "of a delivery it is kept that it was sent, delivered or returned, and not that it had a defect, was done again"
            " or credited. The share of contacts that a failure of ours caused is told, as failure demand."
        ),
    ),
    Unmeasured(
        lazy("Revenue churn"),
        lazy("there are no contracts: an order says what was paid, and nothing says what would have been paid again."),
    ),
    Unmeasured(
        lazy("Handle time"),
        lazy(
            "of a call only the talk is kept and not the work after it, and of letters nobody keeps how long somebody worked"
            " on them: who has a conversation before them is shown, and forgotten."
        ),
    ),
    Unmeasured(
        lazy("Occupancy and utilisation"),
        lazy(
            "signing in is recorded, going home is not; so neither time at work nor time at the desk is known, nor handle"
            " time, which both are shares of."
        ),
    ),
    Unmeasured(
        lazy("Cost per contact and cost to serve"),
        lazy("neither what an hour of service costs is entered anywhere, nor is it known how many a contact takes."),
    ),
    Unmeasured(
        lazy("Employee net promoter score"),
        lazy("colleagues are not asked; and only where nobody can tell who answered what would they answer freely."),
    ),
    Unmeasured(
        lazy("Earned growth rate"),
        lazy(
            "what last year’s customers spent this year is known from orders, but new customers are not asked whether a"
            " recommendation or an advertisement brought them here."
        ),
    ),
    Unmeasured(
        lazy("Repeated information, knowledge gaps and personalisation"),
        lazy(
            "nobody notes that a customer had to say something twice, that we did not know the answer, or that what we knew"
            " of them was used; and nothing recognises it in the text yet."
        ),
    ),
)
