from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatternsConfig(AppConfig):
    name = "rung.patterns"
    label = "patterns"

    def ready(self) -> None:
        from rung.ui import navigation

        # No place of its own in the menu: on a phone an eleventh would not fit. The page of the numbers leads here.
        navigation.add(
            "shortcut", _("Patterns"), "patterns:patterns", "trend", order=55, permission="numbers.see", key="g t"
        )
