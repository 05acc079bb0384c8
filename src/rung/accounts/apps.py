from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.ui import navigation


class AccountsConfig(AppConfig):
    name = "rung.accounts"
    label = "accounts"

    def ready(self) -> None:
        navigation.add("settings", _("Agents"), "accounts:agents", "users", order=10, permission="settings.team")
        navigation.add("settings", _("Teams"), "accounts:teams", "team", order=20, permission="settings.team")
        navigation.add("settings", _("Roles"), "accounts:roles", "lock", order=25, permission="settings.team")
        navigation.add("account", _("Your profile"), "accounts:profile", "user", order=10)
