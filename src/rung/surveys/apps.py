from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.customers.belongings import add_belonging
from rung.customers.forgetting import add_memory


class SurveysConfig(AppConfig):
    name = "rung.surveys"
    label = "surveys"

    def ready(self) -> None:
        add_belonging("surveys.Invitation")
        add_belonging("surveys.Refusal", only_one=True)

        from rung.surveys.verbs import forget_comments
        from rung.ui import navigation

        add_memory("surveys", lambda people, by, at: forget_comments(people, by=by, at=at))
        navigation.add(
            "settings",
            _("Surveys"),
            "surveys:settings",
            "survey",
            order=50,
            permission="settings.surveys",
            group="customers",
            about=_("Who is asked what, when, after a matter is settled."),
        )
