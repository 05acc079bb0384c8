from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldsConfig(AppConfig):
    name = "rung.fields"
    label = "fields"

    def ready(self) -> None:
        from rung.ui import navigation

        navigation.add(
            "settings",
            _("Fields"),
            "fields:fields",
            "form",
            order=44,
            permission="settings.words",
            group="words",
            about=_("What you want to know beyond what is known already."),
        )
