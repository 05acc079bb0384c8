from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "rung.imports"
    label = "imports"

    def ready(self) -> None:
        from rung.ui import navigation

        navigation.add("settings", _("Import"), "imports:imports", "plus", order=44, permission="customers.import")
