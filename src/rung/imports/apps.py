from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.customers.forgetting import add_memory


class ImportsConfig(AppConfig):
    name = "rung.imports"
    label = "imports"

    def ready(self) -> None:
        from rung.imports.verbs import forget_lines
        from rung.ui import navigation

        add_memory("imports", lambda people, by, at: forget_lines(people, by=by, at=at))

        navigation.add(
            "settings",
            _("Import and export"),
            "imports:imports",
            "plus",
            order=52,
            permission="customers.import",
            group="customers",
            about=_("People, companies and orders from a file, and as one."),
        )
