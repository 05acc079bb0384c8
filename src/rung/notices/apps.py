from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "rung.notices"
    label = "notices"

    def ready(self) -> None:
        from rung.notices.access import bell_of
        from rung.ui import navigation

        navigation.add("bell", _("Notices"), "notices:notices", "bell", order=0, key="g b", badge=bell_of)
        navigation.add(
            "account", _("What you are told"), "notices:ways", "bell", order=20,
            about=_("Of what others do, here and by mail, and when."),
        )  # fmt: skip
