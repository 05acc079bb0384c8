from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.ui import navigation


class AccountsConfig(AppConfig):
    name = "rung.accounts"
    label = "accounts"

    def ready(self) -> None:
        team = "settings.team"
        navigation.add(
            "settings",
            _("Agents"),
            "accounts:agents",
            "users",
            order=10,
            permission=team,
            group="house",
            about=_("Who works here, their role, and their way in."),
        )
        navigation.add(
            "settings",
            _("Teams"),
            "accounts:teams",
            "team",
            order=12,
            permission=team,
            group="house",
            about=_("Who shares a queue with whom."),
        )
        navigation.add(
            "settings",
            _("Roles"),
            "accounts:roles",
            "lock",
            order=14,
            permission=team,
            group="house",
            about=_("What each may see and do."),
        )
        navigation.add(
            "settings",
            _("Signing in"),
            "accounts:sign_in",
            "shield",
            order=15,
            permission=team,
            group="house",
            about=_("Identity providers, and who has to sign in in two steps."),
        )
        navigation.add("shortcut", _("Settings"), "accounts:settings", "settings", order=90)
        navigation.add(
            "account",
            _("How you sign in"),
            "accounts:ways_in",
            "lock",
            order=11,
            about=_("Your password, your device, your accounts elsewhere."),
        )
        navigation.add(
            "account",
            _("Signing in in two steps"),
            "accounts:second_step",
            "shield",
            order=12,
            about=_("A code of your device beside the password."),
        )
        navigation.add(
            "account",
            _("Your profile"),
            "accounts:profile",
            "user",
            order=10,
            about=_("Your name, closing lines, time zone."),
        )
