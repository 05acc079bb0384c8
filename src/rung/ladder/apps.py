from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.ui import navigation


class LadderConfig(AppConfig):
    name = "rung.ladder"
    label = "ladder"

    def ready(self) -> None:
        # Journeys have no place of their own in the menu: the ladder leads to them.
        navigation.add(
            "main", _("Ladder"), "ladder:ladder", "ladder", order=40, permission="numbers.see", key="g r",
            covers=("/journeys",),
        )  # fmt: skip
