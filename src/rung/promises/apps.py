from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.customers.belongings import add_belonging
from rung.customers.forgetting import add_memory


class PromisesConfig(AppConfig):
    name = "rung.promises"
    label = "promises"

    def ready(self) -> None:
        from rung.promises.verbs import forget_promised
        from rung.ui import navigation

        add_belonging("promises.Promise")
        add_memory("promises", lambda people, by, at: forget_promised(people, by=by, at=at))
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
