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
    Unmeasured(lazy("Handle time"), lazy("who has a conversation before them is shown, but not kept.")),
    Unmeasured(lazy("Occupancy and utilisation"), lazy("neither time at work nor time on the desk is recorded.")),
    Unmeasured(
        lazy("Cost per contact and cost to serve"), lazy("neither what service costs nor how long it takes is known.")
    ),
    Unmeasured(
        lazy("Employee net promoter score"), lazy("colleagues are not asked, and would have to be anonymously.")
    ),
    Unmeasured(lazy("Earned growth rate"), lazy("new customers are not asked what brought them here.")),
    Unmeasured(
        lazy("Repeated information, knowledge gaps and personalisation"),
        lazy("nobody recognises them in the text of conversations yet."),
    ),
)
