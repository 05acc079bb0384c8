from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "rung.surveys"
    label = "surveys"

    def ready(self) -> None:
        from rung.ui import navigation

        navigation.add(
            "settings", _("Surveys"), "surveys:settings", "survey", order=40, roles=("lead", "administrator")
        )
