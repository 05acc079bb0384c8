"""What a role may allow: the named permissions, in the order and groups in which they are ticked, and what the three
built-in roles allow until somebody changes them. It knows no agent.

What one sees of the work is not a permission but a scope: it narrows every list, count and file, see `access.scope`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Permission:
    """`label` completes "may …"; `about` says what follows, for whoever ticks it."""

    name: str
    label: Any
    about: Any


@dataclass(frozen=True)
class Group:
    label: Any
    permissions: tuple[Permission, ...]


GROUPS = (
    Group(
        _("With customers"),
        (
            Permission(
                "answers.write",
                _("write to customers"),
                _("Answer, begin a conversation, ask somebody beside it. Without it they read, note and sort."),
            ),
            Permission(
                "customers.see",
                _("see every customer"),
                _("Without it only those whose conversations they may see, or with whom nobody has spoken yet."),
            ),
            Permission(
                "customers.change",
                _("change what is known of customers"),
                _("Names, addresses, companies, wishes and consents."),
            ),
            Permission(
                "customers.merge", _("merge customers, and part them"), _("Two records of one person become one.")
            ),
            Permission(
                "customers.forget",
                _("forget customers"),
                _("Every word of a person goes, for everybody and for good; the numbers stay."),
            ),
            Permission(
                "customers.import",
                _("import customers, companies and orders"),
                _("From a file, many at once."),
            ),
        ),
    ),
    Group(
        _("Numbers and letters"),
        (
            Permission("numbers.see", _("see the numbers and the ladder"), _("Of the work they may see.")),
            Permission(
                "training.lead",
                _("see training opportunities of colleagues"),
                _("Of whom they see the work, and only once these have seen them; and log trainings."),
            ),
            Permission("exports.take", _("download tables"), _("What they may see, as a file that leaves the desk.")),
            Permission(
                "letters.see",
                _("see how letters arrived and left"),
                _("Originals, what was refused or held back, deliverability; of the work they may see."),
            ),
            Permission("audit.see", _("see the audit list"), _("Who changed what, and who signed in.")),
        ),
    ),
    Group(
        _("Settings"),
        (
            Permission(
                "settings.words",
                _("change shared words"),
                _("Tags, everybody's canned answers and macros, fields, shared views."),
            ),
            Permission(
                "settings.rules",
                _("change the rules"),
                _("What is done by itself, in every conversation, whoever may see it; and the log of it."),
            ),
            Permission("settings.surveys", _("change the surveys"), _("Who is asked what and when.")),
            Permission(
                "settings.ladder",
                _("estimate the ladder anew"),
                _("And publish it; have patterns and opportunities worked out, draw journeys."),
            ),
            Permission("settings.repair", _("try again what failed"), _("The list of what was left undone.")),
            Permission("settings.mailboxes", _("change mailboxes"), _("Addresses, servers, closing lines, spam.")),
            Permission(
                "settings.business",
                _("change business data and working hours"),
                _("The company's name and address, calendars, holidays."),
            ),
            Permission(
                "settings.team",
                _("change agents, teams and roles"),
                _("Nobody gives a role that allows more than their own."),
            ),
            Permission(
                "settings.providers",
                _("change identity providers"),
                _("Whoever may do this can come in as anybody: a provider of their own would vouch for them."),
            ),
        ),
    ),
)
PERMISSIONS = {permission.name: permission for group in GROUPS for permission in group.permissions}

_AGENT = ("answers.write", "customers.see", "customers.change", "customers.merge", "numbers.see", "exports.take")
BUILT_IN: dict[str, tuple[str, ...]] = {
    "agent": _AGENT,
    "lead": (
        *_AGENT,
        *("customers.import", "letters.see", "training.lead"),
        *("settings.words", "settings.rules", "settings.surveys", "settings.ladder", "settings.repair"),
    ),
    # Always everything, also what later versions add: somebody has to be able to open every door.
    "administrator": tuple(PERMISSIONS),
}


def in_order(names: Iterable[str]) -> list[str]:
    """These permissions, each once, in the order of the list; names that no longer mean anything are left out."""
    given = set(names)
    return [name for name in PERMISSIONS if name in given]
