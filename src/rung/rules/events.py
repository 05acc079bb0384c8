from dataclasses import field
from typing import ClassVar

from django.utils.translation import gettext as _

from rung.journal.events import event


@event("rule.made")
class RuleMade:
    """There is a new rule; it does nothing before it is switched on."""

    rule: int
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("made the rule “%(name)s”") % {"name": self.name}


@event("rule.changed")
class RuleChanged:
    """A rule says something else from now on; `values` holds field, from and to, in words."""

    rule: int
    name: str
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed the rule “%(name)s”") % {"name": self.name}


@event("rule.moved")
class RuleMoved:
    """A rule runs earlier or later among the rules from now on; `place` counts from 1."""

    rule: int
    name: str
    place: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("made the rule “%(name)s” number %(place)s") % {"name": self.name, "place": self.place}


@event("rule.switched")
class RuleSwitched:
    """A rule was switched on or off; `why` where it switched itself off."""

    rule: int
    name: str
    on: bool
    why: str = ""
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.on:
            return _("switched on the rule “%(name)s”") % {"name": self.name}
        if self.why:
            return _("switched off the rule “%(name)s”: %(why)s") % {"name": self.name, "why": self.why}
        return _("switched off the rule “%(name)s”") % {"name": self.name}


@event("rule.deleted")
class RuleDeleted:
    """A rule is no more; what it did stays in its log."""

    rule: int
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("deleted the rule “%(name)s”") % {"name": self.name}


@event("rule.ran")
class RuleRan:
    """A rule met this conversation; what it did there is told by the facts beside this one, and by its log. `run`: the row
    of the log."""

    conversation: int
    rule: int
    name: str
    run: int
    result: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("met it") if self.result != "refused" else _("met it, and could not do it all")


@event("rule.told")
class RuleTold:
    """A rule tells some of us, `agents`, of this conversation, in the words of whoever made the rule."""

    conversation: int
    rule: int
    name: str
    agents: list[int]
    words: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("told colleagues of it: %(words)s") % {"words": self.words or "–"}


@event("rule.held")
class RuleHeld:
    """A brake holds a rule back, or it failed; those of us who may change it, `agents`, are told once an hour."""

    conversation: int
    rule: int
    name: str
    agents: list[int]
    why: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("was held back: %(why)s") % {"why": self.why}
