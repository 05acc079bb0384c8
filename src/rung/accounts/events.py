from dataclasses import field
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.journal.events import event

# What a fact calls them, and what a list that people read calls them; other fields are called as their columns are.
_FIELDS: dict[str, Any] = {
    "email": gettext_lazy("e-mail address"),
    "language": gettext_lazy("language of mail"),
    "time_zone": gettext_lazy("time zone"),
    "undo_s": gettext_lazy("time for taking an answer back"),
}
_REFUSALS: dict[str, Any] = {
    "closed": gettext_lazy("the seat is closed"),
    "clock": gettext_lazy("the provider's clock and ours differ"),
    "code": gettext_lazy("the provider did not take its own code back"),
    "denied": gettext_lazy("broken off at the provider"),
    "discovery": gettext_lazy("the provider does not publish what is needed"),
    "domain": gettext_lazy("the provider does not speak for that address"),
    "ended": gettext_lazy("nobody signs in with it any more"),
    "issuer": gettext_lazy("the answer came from another provider"),
    "no_email": gettext_lazy("the provider told no address"),
    "no_seat": gettext_lazy("nobody with that address has a seat"),
    "other_subject": gettext_lazy("another account there opens that seat"),
    "password_replaced": gettext_lazy("with a password that a provider has replaced"),
    "refused": gettext_lazy("the provider refused"),
    "secret": gettext_lazy("the provider does not know our client ID and secret"),
    "signature": gettext_lazy("the provider's signature is not right"),
    "state": gettext_lazy("not begun in that browser, or too long ago"),
    "token": gettext_lazy("the provider's answer is not right"),
    "unreachable": gettext_lazy("the provider did not answer"),
    "unverified": gettext_lazy("the provider has not verified the address"),
}


@event("agent.joined")
class AgentJoined:
    """Someone was given a seat at the desk, with a role."""

    agent: int
    role: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("gave a colleague a seat as %(role)s") % {"role": self.role}


@event("agent.changed")
class AgentChanged:
    """An agent's name, role, language, time zone, signature or password was changed; `changed` names the fields. `values`
    holds field, from and to of what they may do and where, and of the language they are written to: never of a password, nor
    of what a person says of themselves."""

    agent: int
    changed: list[str]
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed a seat: %(fields)s") % {"fields": ", ".join(str(_FIELDS.get(f, f)) for f in self.changed)}


@event("agent.left")
class AgentLeft:
    """An agent was deactivated: no sign-in any more, the history stays."""

    agent: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("closed a colleague's seat")


@event("agent.returned")
class AgentReturned:
    """A deactivated agent may sign in again."""

    agent: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("opened a colleague's seat again")


@event("agent.signed_in")
class AgentSignedIn:
    """Somebody came in, from an address of the network; empty when it is not known. `through` is the identity provider
    that vouched for them, by name; empty for a password."""

    agent: int
    came_from: str = ""
    through: str = ""
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.through:
            return _("signed in with %(provider)s") % {"provider": self.through}
        return _("signed in")


@event("agent.sign_in_failed")
class SignInFailed:
    """A wrong password, or an address without a seat: then `agent` is None. What was typed is not kept; it might be a
    password in the wrong field. `through` names the identity provider, if one was asked, and `reason`
    the kind of refusal."""

    agent: int | None
    came_from: str = ""
    through: str = ""
    reason: str = ""
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.through:
            did = _("tried to sign in with %(provider)s in vain") % {"provider": self.through}
        else:
            did = _("tried to sign in in vain")
        return f"{did} ({_REFUSALS.get(self.reason, self.reason)})" if self.reason else did


@event("export.taken")
class ExportTaken:
    """A table left the desk as a file; `what` names it as its address does."""

    what: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("downloaded a table: %(what)s") % {"what": self.what}


@event("team.formed")
class TeamFormed:
    """A team was created."""

    team: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("formed a team")


@event("team.renamed")
class TeamRenamed:
    """A team was given another name."""

    team: int
    values: list[list[str]] = field(default_factory=list)
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("renamed a team")


@event("team.joined")
class TeamJoined:
    """An agent became a member of a team."""

    team: int
    agent: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("added a colleague to a team")


@event("team.left")
class TeamLeft:
    """An agent left a team."""

    team: int
    agent: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took a colleague out of a team")


@event("role.formed")
class RoleFormed:
    """A role beside the built-in ones was made."""

    role: str
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("made the role “%(name)s”") % {"name": self.name}


@event("role.changed")
class RoleChanged:
    """What a role sees or allows was changed; `values` holds field, from and to."""

    role: str
    name: str
    values: list[list[str]]
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed the role “%(name)s”") % {"name": self.name or self.role}


@event("role.ended")
class RoleEnded:
    """A role that nobody had any more was taken off the list."""

    role: str
    name: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took the role “%(name)s” off the list") % {"name": self.name}


@event("second_step.begun")
class SecondStepBegun:
    """Somebody signs in in two steps from now on, with a code of their device."""

    agent: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("set up signing in in two steps")


@event("agent.signed_out")
class AgentSignedOut:
    """Every session of an agent was ended, on whatever device: by themselves, or by whoever administers seats."""

    agent: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("signed out everywhere")


@event("second_step.ended")
class SecondStepEnded:
    """Somebody needs no code of a device any more: they turned it off, or lost the device and were let begin again."""

    agent: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("took away the second step of signing in")


@event("second_step.demanded")
class SecondStepDemanded:
    """Whoever has a role has to sign in in two steps from now on, or need not any more."""

    role: str
    name: str
    demanded: bool
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        if self.demanded:
            return _("demands two steps of signing in from the role %(name)s") % {"name": self.name}
        return _("no longer demands two steps of signing in from the role %(name)s") % {"name": self.name}


@event("recovery_codes.made")
class RecoveryCodesMade:
    """Somebody made new recovery codes; the old ones open nothing any more."""

    agent: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("made new recovery codes")


@event("recovery_code.used")
class RecoveryCodeUsed:
    """Somebody came in with a recovery code instead of their device; `left`: how many are still good."""

    agent: int
    left: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("used a recovery code")


@event("identity_provider.added")
class IdentityProviderAdded:
    """Agents can sign in with one more identity provider."""

    provider: int
    name: str
    issuer: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("added the identity provider %(name)s (%(issuer)s)") % {"name": self.name, "issuer": self.issuer}


@event("identity_provider.changed")
class IdentityProviderChanged:
    """How agents sign in with a provider was changed; `values` holds field, from and to, never the secret: of that only
    `changed` tells."""

    provider: int
    name: str
    changed: list[str]
    values: list[list[str]]
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("changed how people sign in with %(name)s") % {"name": self.name}


@event("identity_provider.ended")
class IdentityProviderEnded:
    """Nobody signs in with a provider any more; `bound`: how many colleagues did."""

    provider: int
    name: str
    bound: int
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("ended signing in with %(name)s") % {"name": self.name}


@event("identity.bound")
class IdentityBound:
    """A provider's account belongs to a colleague's seat from now on."""

    agent: int
    through: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("tied their account at %(provider)s to their seat") % {"provider": self.through}


@event("identity.released")
class IdentityReleased:
    """A provider's account does not belong to a colleague's seat any more."""

    agent: int
    through: str
    personal: ClassVar[tuple[str, ...]] = ()

    def describe(self) -> str:
        return _("untied a colleague's account at %(provider)s") % {"provider": self.through}
