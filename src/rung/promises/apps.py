from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.customers.belongings import add_belonging


class PromisesConfig(AppConfig):
    name = "rung.promises"
    label = "promises"

    def ready(self) -> None:
        from rung.ui import navigation

        add_belonging("promises.Promise")
        navigation.add(
            "settings",
            _("Targets of service"),
            "promises:targets",
            "clock",
            order=17,
            permission="settings.business",
            group="house",
            about=_("Within which time we mean to reply and to settle."),
        )
