from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.customers.forgetting import add_memory
from rung.touchpoints.doors import Door, add_door
from rung.ui import navigation

KIND = "inhouse"


class InHouseConfig(AppConfig):
    name = "rung.channels.inhouse"
    label = "inhouse"

    def ready(self) -> None:
        from rung.channels.inhouse import reactions  # noqa: F401  # registers what the worker calls
        from rung.channels.inhouse.verbs import forget_requests

        add_memory("inhouse", lambda people, by, at: forget_requests(people, by=by, at=at))
        add_door(Door(kind=KIND, label=_("Within the house"), icon="team", order=90, writes=True))
        navigation.add(
            "settings",
            _("Waiting for teams"),
            "inhouse:waits",
            "clock",
            order=64,
            permission="numbers.see",
            group="care",
            about=_("What teams were asked for the sake of customers, and how long those waited for it."),
        )
