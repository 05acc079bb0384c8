from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "rung.search"
    label = "search"

    def ready(self) -> None:
        from rung.ui import navigation

        navigation.add("main", _("Search"), "search:search", "search", order=30, key="g s")
        navigation.add("find", _("Search"), "search:search", "search", order=0)
        navigation.add("palette", _("Find or do"), "search:palette", "search", order=0)
