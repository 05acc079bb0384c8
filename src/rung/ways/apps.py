from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WaysConfig(AppConfig):
    name = "rung.ways"
    label = "ways"

    def ready(self) -> None:
        from rung.ui import navigation

        # No place of its own in the menu, as patterns have none: the ladder leads here.
        navigation.add(
            "shortcut", _("Journeys"), "ways:journeys", "arrow-right", order=45, permission="numbers.see", key="g j"
        )
