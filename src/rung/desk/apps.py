from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "rung.desk"
    label = "desk"

    def ready(self) -> None:
        from rung.desk.pages.queue.standing import VIEWS
        from rung.ui import navigation

        navigation.add("main", _("Home"), "desk:home", "home", order=5, key="g h")
        navigation.add("main", _("Queue"), "desk:queue", "inbox", order=10, key="g q", covers=("/conversations",))
        navigation.add("calls", _("Calls"), "desk:present_calls", "phone", order=0)
        navigation.add("shortcut", _("Calls"), "desk:calls", "phone", order=55, key="g p")
        navigation.add("main", _("Customers"), "desk:customers", "users", order=20, key="g c", covers=("/companies",))
        navigation.add(
            "settings",
            _("Saved views"),
            "desk:saved_views",
            "bookmark",
            order=46,
            group="words",
            about=_("Ways of looking at the queue, everybody's and your own."),
        )
        navigation.add(
            "settings",
            _("Tags"),
            "desk:tags_there_are",
            "tag",
            order=42,
            permission="settings.words",
            group="words",
            about=_("Words by which conversations of a kind are found together."),
        )
        navigation.add(
            "settings",
            _("Audit list"),
            "desk:audit",
            "eye",
            order=85,
            permission="audit.see",
            group="care",
            about=_("Who changed what, who came in, what left as a file."),
        )
        navigation.add(
            "settings",
            _("Left undone"),
            "desk:unfinished",
            "warning",
            order=82,
            permission="settings.repair",
            group="care",
            about=_("What should have followed from something, and failed."),
        )
        navigation.add("shortcut", _("My conversations"), "desk:queue_mine", "user", order=30, key="g m")
        writes = "answers.write"
        navigation.add(
            "shortcut", _("New conversation"), "desk:new_conversation", "edit", order=40, permission=writes, key="c"
        )
        navigation.add("shortcut", _("Log a call or visit"), "desk:log_contact", "phone", order=50, key="l")
        for order, view in enumerate(VIEWS.values(), start=61):
            key = "g m" if view.key == "mine" else ""
            navigation.add("view", view.label, "desk:queue_view", "inbox", order=order, key=key, args=(view.key,))
