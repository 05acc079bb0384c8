from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "rung.reports"
    label = "reports"

    def ready(self) -> None:
        from rung.ui import navigation

        navigation.add(
            "account", _("Reports by mail"), "reports:schedules", "letter", order=30, permission="numbers.see",
            about=_("Numbers that come to you by themselves."),
        )  # fmt: skip
