from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatternsConfig(AppConfig):
    name = "rung.patterns"
    label = "patterns"

    def ready(self) -> None:
        from rung.ui import navigation

        navigation.add(
            "main", _("Patterns"), "patterns:patterns", "trend", order=55, permission="numbers.see", key="g t"
        )
