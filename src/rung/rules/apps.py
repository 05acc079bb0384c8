from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    name = "rung.rules"
    label = "rules"

    def ready(self) -> None:
        from rung.rules import errands, reactions  # noqa: F401  # registers what the worker calls
        from rung.ui import navigation

        navigation.add(
            "settings",
            _("Rules"),
            "rules:rules",
            "robot",
            order=46,
            permission="settings.rules",
            group="words",
            about=_("What is done by itself when a letter comes in, and a log of it."),
        )
