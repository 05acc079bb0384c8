from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from rung.customers.belongings import add_belonging
from rung.customers.forgetting import add_memory
from rung.touchpoints.doors import Door, add_door
from rung.ui import navigation


class EmailConfig(AppConfig):
    name = "rung.channels.email"
    label = "email"

    def ready(self) -> None:
        from rung.channels.email.letterhead import letterhead, ours
        from rung.channels.email.passages import passages_of
        from rung.channels.email.progress import progress_of
        from rung.channels.email.verbs.forgetting import forget_letters
        from rung.channels.email.verbs.sender import shut_out

        email = Door(
            kind="email",
            label=_("E-mail"),
            icon="email",
            order=10,
            writes=True,
            ours=ours,
            letterhead=letterhead,
            progress=progress_of,
            shut_out=shut_out,
            passages=passages_of,
        )
        add_door(email)
        add_belonging("email.PersonKey")
        add_memory("email", lambda people, by, at: forget_letters(people, by=by, at=at))
        navigation.add("main", _("Letters"), "email:letters", "letter", order=60, permission="letters.see", key="g l")
        navigation.add(
            "settings",
            _("Mailboxes"),
            "email:mailboxes",
            "mailbox",
            order=30,
            permission="settings.mailboxes",
            group="ways",
            about=_("Addresses of ours, their servers, spam and closing lines."),
        )
        navigation.add(
            "settings",
            _("Deliverability"),
            "email:deliverability",
            "outbox",
            order=35,
            permission="letters.see",
            group="ways",
            about=_("Whether our letters arrive, and what DNS says of us."),
        )
        navigation.add(
            "settings",
            _("Held back"),
            "email:held",
            "outbox",
            order=80,
            permission="letters.see",
            group="care",
            about=_("Automatic letters that wait for a word of yours."),
        )
