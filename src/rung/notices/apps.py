from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "rung.notices"
    label = "notices"

    def ready(self) -> None:
        from rung.channels.email.looking import when_held_is_seen
        from rung.notices.access import Kind, bell_of
        from rung.notices.verbs import read_notices_of_kind
        from rung.ui import navigation

        # Also where they came to it by another way than the notice.
        when_held_is_seen(lambda agent, by, at: read_notices_of_kind(Kind.BRAKE, agent=agent, by=by, at=at))
        navigation.add("bell", _("Notices"), "notices:notices", "bell", order=0, key="g b", badge=bell_of)
        navigation.add(
            "account", _("What you are told"), "notices:ways", "bell", order=20,
            about=_("Of what others do, here and by mail, and when."),
        )  # fmt: skip
