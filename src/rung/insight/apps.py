from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    name = "rung.insight"
    label = "insight"

    def ready(self) -> None:
        from rung.insight import checks
        from rung.ui import navigation

        assert checks.numbers_can_be_asked  # registered by being imported
        navigation.add(
            "main", _("Numbers"), "insight:overview", "chart", order=50, permission="numbers.see", key="g n",
            covers=("/patterns", "/training", "/reports"),
        )  # fmt: skip
