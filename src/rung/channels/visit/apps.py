from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.doors import Door, add_door


class VisitConfig(AppConfig):
    name = "rung.channels.visit"
    label = "visit"

    def ready(self) -> None:
        add_door(
            Door(
                kind="visit",
                label=_("Visit"),
                icon="visit",
                order=30,
                by_hand=True,
                both_speak=True,
                asks_duration=True,
                asks_place=True,
            )
        )
