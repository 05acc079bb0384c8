"""Where the facts of a KPI come from, for whoever finds nothing to count: what to do, and the screen to do it on."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as lazy

from rung.insight.kpi import Text


@dataclass(frozen=True, slots=True)
class Remedy:
    """`place`: the name of the screen's address, for who has the `permission`; empty where it is done everywhere."""

    words: Text
    place: str = ""
    permission: str = ""


_ASKING = Remedy(
    lazy("Customers are asked after a resolution, once surveys are on. How many are asked what is said there."),
    "surveys:settings",
    "settings.surveys",
)
_CALLS = Remedy(
    lazy("Calls are counted once the telephone system announces them: it sends a request when it rings."),
    "phone:telephones",
    "settings.mailboxes",
)
_ORDERS = Remedy(
    lazy("Orders are needed: bring those of the shop in from a table."), "imports:imports", "customers.import"
)

REMEDIES: dict[str, Remedy] = {
    "overall_satisfaction": _ASKING,
    "customer_effort_score": _ASKING,
    "net_promoter_score": Remedy(
        lazy("A number of customers, drawn by lot, are asked whenever somebody starts it."),
        "surveys:settings",
        "settings.surveys",
    ),
    "abandonment": _CALLS,
    "service_level": _CALLS,
    "speed_of_answer": _CALLS,
    "conversion_rate": _ORDERS,
    "repeat_rate": _ORDERS,
    "customer_health": _ORDERS,
    "sla_attainment": Remedy(
        lazy("A target of service says how soon what is owed to whom."), "promises:targets", "settings.business"
    ),
    "promise_kept_rate": Remedy(
        lazy("Promises are noted beside a conversation, with the day they are due, under “Note a promise”.")
    ),
    "complaint_escalation_rate": Remedy(lazy("Complaints are noted in a conversation, under “What this tells us”.")),
    "failure_demand": Remedy(lazy("The cause is noted in a conversation, under “What this tells us”.")),
}
