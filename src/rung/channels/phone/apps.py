from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.customers.belongings import add_belonging
from rung.customers.forgetting import add_memory
from rung.touchpoints.doors import Door, add_door
from rung.ui import navigation


class PhoneConfig(AppConfig):
    name = "rung.channels.phone"
    label = "phone"

    def ready(self) -> None:
        add_door(
            Door(
                kind="phone",
                label=_("Phone"),
                icon="phone",
                order=20,
                by_hand=True,
                both_speak=True,
                asks_duration=True,
            )
        )
        navigation.add(
            "settings",
            _("Telephones"),
            "phone:telephones",
            "phone",
            order=32,
            permission="settings.mailboxes",
            group="ways",
            about=_("Telephone systems that announce calls, and whose extension is whose."),
        )
        # Two people who turn out to be one have called under both names.
        add_belonging("phone.Call")

        from rung.channels.phone.verbs import forget_calls

        add_memory("phone", lambda people, by, at: forget_calls(people, by=by, at=at))
