"""What administrators type about a mailbox's servers, cleaned."""

import ssl
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rung.channels.email.checking import Finding, check_default, check_incoming, check_outgoing
from rung.channels.email.connecting import PLAIN, Server, tls_context
from rung.channels.email.consenting import ConsentFailed
from rung.channels.email.models import Incoming, Mailbox, OnceKept, Outgoing, Security, SignIn
from rung.channels.email.providers import PROVIDERS, first_settings, provider_named, provider_of
from rung.channels.email.sealing import SealBroken, unseal
from rung.channels.email.verbs.consent import access_token_for
from rung.core.actor import SYSTEM
from rung.core.fetching import is_own_machine
from rung.ui.stamped import StampedForm

# What is needed only when letters are fetched, or answers sent, in that way.
_IMAP_ONLY = (
    "provider",
    "sign_in",
    "imap_host",
    "imap_port",
    "imap_security",
    "imap_user",
    "imap_password",
    "folders",
    "once_kept",
)
_SMTP_ONLY = ("smtp_host", "smtp_port", "smtp_security", "smtp_user", "smtp_password")
# For whom a password was given.
_WHERE = ("host", "port", "user")
_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class ServersForm(StampedForm):
    """A mailbox's servers. A password that is left empty stays as it is, unless the server it is for becomes another or the
    line to it an open one."""

    # What is kept as it is shown; passwords are not shown, and lists are kept in another shape.
    stamped = ("incoming", "imap_host", "imap_port", "imap_security", "imap_user", "outgoing", "smtp_host", "smtp_port")

    # The fields of a way that is not taken are hidden, and a browser cannot complain about what it does not show.
    use_required_attribute = False

    provider = forms.ChoiceField(
        label=_("Provider"),
        choices=[(each.key, each.label) for each in PROVIDERS.values()],
    )
    sign_in = forms.ChoiceField(
        label=_("How we sign in"),
        choices=SignIn.choices,
        initial=SignIn.PASSWORD,
        widget=forms.RadioSelect,
    )
    incoming = forms.ChoiceField(
        label=_("How letters reach us"), choices=Incoming.choices, initial=Incoming.IMAP, widget=forms.RadioSelect
    )
    imap_host = forms.CharField(label=_("IMAP server"), max_length=253)
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    imap_security = forms.ChoiceField(label=_("Encryption"), choices=Security.choices, initial=Security.TLS)
    imap_user = forms.CharField(label=_("User"), max_length=254)
    imap_password = forms.CharField(label=_("Password"), strip=False, widget=_PASSWORD)
    folders = forms.CharField(
        label=_("Folders"),
        required=False,
        initial="INBOX",
        help_text=_("Those that are read, separated by commas."),
    )
    once_kept = forms.ChoiceField(
        label=_("What happens to a letter on the server once we have it"),
        choices=OnceKept.choices,
        initial=OnceKept.LEAVE,
    )

    outgoing = forms.ChoiceField(
        label=_("How answers leave"), choices=Outgoing.choices, initial=Outgoing.DEFAULT, widget=forms.RadioSelect
    )
    smtp_host = forms.CharField(label=_("SMTP server"), max_length=253)
    smtp_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    smtp_security = forms.ChoiceField(label=_("Encryption"), choices=Security.choices, initial=Security.STARTTLS)
    smtp_user = forms.CharField(label=_("User"), required=False, max_length=254)
    smtp_password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=_PASSWORD,
        help_text=_("Empty: the one above, for the same user."),
    )
    takes_plus_addresses = forms.BooleanField(
        label=_("This mailbox also gets what is sent to name+anything@…"),
        required=False,
        help_text=_("Then answers carry a signed address of their own and always find their conversation again."),
    )
    trusted_servers = forms.CharField(
        label=_("Servers whose word on senders is believed"),
        required=False,
        max_length=500,
        help_text=_(
            "The name your own mail server writes in front of Authentication-Results, such as mx.google.com; several with "
            "commas. Letters that fail its checks then say so."
        ),
    )
    certificate = forms.CharField(
        label=_("Certificate to trust"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("Only for a server with a certificate of its own making: its text, with the lines BEGIN and END."),
    )

    def __init__(self, *args: Any, mailbox: Mailbox, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mailbox = mailbox
        if self.is_bound and self.data.get("incoming") != Incoming.IMAP:
            self._ease(_IMAP_ONLY)
        if self.is_bound and self.data.get("outgoing") != Outgoing.SMTP:
            self._ease(_SMTP_ONLY)
        if self.is_bound and self.uses_consent:
            self._ease(("imap_password", "smtp_password"))
        for name in ("imap_password", "smtp_password"):
            if getattr(mailbox, name):
                self.fields[name].required = False
                self.fields[name].help_text = _("Kept and never shown; leave it empty to keep it.")

    def _ease(self, names: tuple[str, ...]) -> None:
        for name in names:
            self.fields[name].required = False

    @property
    def uses_consent(self) -> bool:
        return bool(self.data.get("sign_in") == SignIn.OAUTH)

    def clean_folders(self) -> list[str]:
        names = [name.strip() for name in str(self.cleaned_data["folders"]).replace("\n", ",").split(",")]
        return list(dict.fromkeys(name[:250] for name in names if name)) or ["INBOX"]

    def clean_certificate(self) -> str:
        certificate = str(self.cleaned_data["certificate"]).strip()
        try:
            tls_context(certificate)
        except (ssl.SSLError, TypeError, ValueError) as failure:  # TypeError: not even ASCII
            raise ValidationError(_("This is no certificate in PEM form.")) from failure
        return certificate

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["sign_in"] = cleaned.get("sign_in") or SignIn.PASSWORD
        if cleaned["sign_in"] == SignIn.OAUTH:
            self._clean_consent(cleaned)
            return cleaned
        is_same_user = cleaned.get("smtp_user") and cleaned.get("smtp_user") == cleaned.get("imap_user")
        if is_same_user and cleaned.get("imap_password") and not cleaned.get("smtp_password"):
            cleaned["smtp_password"] = cleaned["imap_password"]
        for side, is_used in (
            ("imap", cleaned.get("incoming") == Incoming.IMAP),
            ("smtp", cleaned.get("outgoing") == Outgoing.SMTP),
        ):
            name = f"{side}_password"
            is_wanting = is_used and cleaned.get(f"{side}_user") and not cleaned.get(name) and name not in self.errors
            if is_wanting and not self._keeps_password(side, cleaned):
                self.add_error(name, self._why_again(side, cleaned))
        return cleaned

    def _why_again(self, side: str, cleaned: dict[str, Any]) -> str:
        if not getattr(self.mailbox, f"{side}_password"):
            return _now("A user needs a password.")
        if self._is_same(side, cleaned, _WHERE):
            return _now("Enter it again: it was given for an encrypted line, and would leave in clear.")
        return _now("Enter it again: it was given for another server or user.")

    def _clean_consent(self, cleaned: dict[str, Any]) -> None:
        """A token opens the whole mailbox: it leaves by encrypted lines only."""
        for side, is_used in (
            ("imap", cleaned.get("incoming") == Incoming.IMAP),
            ("smtp", cleaned.get("outgoing") == Outgoing.SMTP),
        ):
            is_open = cleaned.get(f"{side}_security") == PLAIN and not is_own_machine(cleaned.get(f"{side}_host") or "")
            if is_used and is_open:
                self.add_error(f"{side}_security", _now("A consent is used over encrypted lines only."))

    def _keeps_password(self, side: str, cleaned: dict[str, Any]) -> bool:
        """Else whoever may edit a mailbox could have its password sent to a server of their own, or in clear past a wire
        that they listen on."""
        is_opened = cleaned.get(f"{side}_security") == PLAIN != getattr(self.mailbox, f"{side}_security")
        is_known = bool(getattr(self.mailbox, f"{side}_password"))
        return is_known and self._is_same(side, cleaned, _WHERE) and not is_opened

    def _is_same(self, side: str, cleaned: dict[str, Any], names: tuple[str, ...]) -> bool:
        return all(getattr(self.mailbox, f"{side}_{name}") == cleaned.get(f"{side}_{name}") for name in names)

    def settings(self) -> dict[str, Any]:
        """What the verbs take. What was left out on the side that is not used stays what it was."""
        settings = dict(self.cleaned_data)
        for name in ("imap_port", "imap_security", "smtp_port", "smtp_security", "once_kept"):
            if not settings[name]:
                del settings[name]
        return settings

    def troubles(self) -> list[Finding]:
        """What is wrong with the form, as findings: for an answer that shows only those."""
        # Both sides have a port, a user and a password.
        sides = {"imap": _now("Letters in"), "smtp": _now("Answers out")}
        troubles = []
        for name, errors in self.errors.items():
            label = self.fields[name].label if name in self.fields else ""
            where = " – ".join(str(part) for part in (sides.get(name.partition("_")[0]), label) if part)
            said = " ".join(map(str, errors))
            troubles.append(Finding(False, f"{where}: {said}" if where else said))
        return troubles

    def check_connections(self, *, at: datetime) -> list[Finding]:
        """Try what the form says, without saving it. Only for a valid form."""
        cleaned = self.cleaned_data
        findings = []
        if cleaned["incoming"] == Incoming.IMAP:
            server = self._server("imap", at)
            provider = provider_named(cleaned["provider"], self.mailbox.address)
            findings += (
                [server] if isinstance(server, Finding) else check_incoming(server, cleaned["folders"], provider)
            )
        if cleaned["outgoing"] == Outgoing.SMTP:
            server = self._server("smtp", at)
            findings += [server] if isinstance(server, Finding) else check_outgoing(server, self.mailbox.address)
        elif cleaned["outgoing"] == Outgoing.DEFAULT:
            findings += check_default(self.mailbox.address)
        else:
            findings.append(Finding(True, _now("Answers are laid into the outbox folder and not sent.")))
        return findings

    def _server(self, side: str, at: datetime) -> Server | Finding:
        """Where to and with what, or why that cannot be tried."""
        cleaned = self.cleaned_data
        password, token = cleaned[f"{side}_password"], ""
        try:
            if cleaned["sign_in"] == SignIn.OAUTH:
                if not self._is_same(side, cleaned, ("host", "port", "security")):
                    return Finding(False, _now("Save first: a consent is never shown to a server that was just typed."))
                # Fetched anew, once: an old token may still be good though the consent was taken back, and the other way.
                is_first = side == "imap" or cleaned["incoming"] != Incoming.IMAP
                password, token = "", access_token_for(self.mailbox, renew=is_first, by=SYSTEM, at=at)
            elif not password and self._keeps_password(side, cleaned):
                password = unseal(getattr(self.mailbox, f"{side}_password"))
        except SealBroken:
            return Finding(
                False, _now("The password cannot be read, because the secret key has changed: enter it again.")
            )
        except ConsentFailed as failure:
            return Finding(False, failure.reason, _now("Connect it at the provider again."))
        return Server(
            host=cleaned[f"{side}_host"],
            port=cleaned[f"{side}_port"],
            security=cleaned[f"{side}_security"],
            user=cleaned[f"{side}_user"] or (cleaned["imap_user"] if token else ""),
            password=password,
            token=token,
            certificate=cleaned["certificate"],
        )


def known_servers(mailbox: Mailbox) -> dict[str, Any]:
    """What the form shows of a mailbox: everything but its passwords."""
    shown = [name for name in ServersForm.base_fields if name not in ("imap_password", "smtp_password", "folders")]
    known = {name: getattr(mailbox, name) for name in shown} | {"folders": ", ".join(mailbox.folders)}
    return known | {"provider": mailbox.provider or provider_of(mailbox.address).key}


def filled_servers(mailbox: Mailbox, typed: QueryDict) -> ServersForm:
    """The form once more as it was typed, with the servers of the provider that was chosen filled in."""
    provider = provider_named(typed.get("provider", ""), mailbox.address)
    filled = first_settings(mailbox.address, Incoming.IMAP, provider)
    asked = {name: typed[name] for name in ServersForm.base_fields if name in typed}
    users = {name: typed[name] for name in ("imap_user", "smtp_user") if typed.get(name)}
    form = ServersForm(mailbox=mailbox, initial=known_servers(mailbox) | asked | filled | users)
    form.shown_before(typed)
    return form
