from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "rung.imports"
    label = "imports"

    def ready(self) -> None:
        from rung.ui import navigation

        navigation.add(
            "settings",
            _("Import"),
            "imports:imports",
            "plus",
            order=52,
            permission="customers.import",
            group="customers",
            about=_("People, companies and orders from a file."),
        )
