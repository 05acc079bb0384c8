from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.doors import Door, add_door


class LetterPostConfig(AppConfig):
    name = "rung.channels.letterpost"
    label = "letterpost"

    def ready(self) -> None:
        add_door(
            Door(
                kind="letter",
                label=_("Letter"),
                icon="letter",
                order=40,
                by_hand=True,
            )
        )
