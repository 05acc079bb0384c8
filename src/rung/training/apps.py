from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "rung.training"
    label = "training"

    def ready(self) -> None:
        from rung.ui import navigation

        navigation.add(
            "account", _("My training"), "training:mine", "up", order=25,
            about=_("What could go better for you, seen by you first."),
        )  # fmt: skip
        navigation.add(
            "shortcut", _("Training opportunities"), "training:opportunities", "up", order=56,
            permission="training.lead", key="g o",
        )  # fmt: skip
