from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.ui import branding, navigation


class BusinessConfig(AppConfig):
    name = "rung.business"
    label = "business"

    def ready(self) -> None:
        # Below: it needs models, which are not loaded when this module is.
        from rung.business.access import our_brand

        branding.told_by(our_brand)
        theirs = "settings.business"
        navigation.add(
            "settings",
            _("Business data"),
            "business:description",
            "company",
            order=5,
            permission=theirs,
            group="house",
            about=_("Our name, address and language, as customers see them."),
        )
        navigation.add(
            "settings",
            _("Working hours"),
            "business:calendars",
            "clock",
            order=16,
            permission=theirs,
            group="house",
            about=_("When we work, holidays, and who is away."),
        )
        navigation.add(
            "account", _("Away"), "business:away", "calendar", order=20, about=_("Until when you are not here.")
        )
