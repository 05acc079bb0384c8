from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.doors import Door, add_door


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
