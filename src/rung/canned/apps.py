from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CannedConfig(AppConfig):
    name = "rung.canned"
    label = "canned"

    def ready(self) -> None:
        from rung.ui import navigation

        navigation.add(
            "settings",
            _("Canned answers"),
            "canned:answers",
            "copy",
            order=40,
            group="words",
            about=_("What we write again and again, and macros that also act."),
        )
