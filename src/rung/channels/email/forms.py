"""Cleaning of what administrators type about mailboxes."""

import ssl
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rung.accounts.access import Team
from rung.channels.email.checking import Finding, check_default, check_incoming, check_outgoing
from rung.channels.email.connecting import Server, tls_context
from rung.channels.email.models import Incoming, Mailbox, OnceKept, Outgoing, Quoting, Security
from rung.channels.email.sealing import SealBroken, unseal
from rung.core import clock

NEW_ONLY, EVERYTHING = "0", "all"
# What is needed only when letters are fetched, or answers sent, in that way.
_IMAP_ONLY = (
    "imap_host",
    "imap_port",
    "imap_security",
    "imap_user",
    "imap_password",
    "folders",
    "history",
    "once_kept",
)
_SMTP_ONLY = ("smtp_host", "smtp_port", "smtp_security", "smtp_user", "smtp_password")
_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class MailboxForm(forms.Form):
    """One mailbox. A password that is left empty stays as it is, unless the server it is for becomes another."""

    # The fields of a way that is not taken are hidden, and a browser cannot complain about what it does not show.
    use_required_attribute = False

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Customers see it as the sender: “Ada at Acme Support”.")
    )
    address = forms.EmailField(label=_("E-mail address"), max_length=254)
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.all(),
        required=False,
        empty_label=_("none (all see its letters)"),
    )
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        strip=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Put below answers of agents who have none of their own. {name}, {role}, {team}, {mailbox} and {address} are"
            " filled in; with {own} in it these lines stand below every answer, the agent's own in that place."
        ),
    )
    quoting = forms.ChoiceField(
        label=_("Below an answer stands"), choices=Quoting.choices, initial=Quoting.LAST, required=False
    )
    max_letter_mb = forms.IntegerField(
        label=_("Largest letter in MB"),
        min_value=1,
        max_value=150,
        initial=25,
        required=False,
        help_text=_("With its files. Most servers refuse more than 25, some more than 10."),
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
    history = forms.ChoiceField(
        label=_("Letters that are there already"),
        choices=[
            (NEW_ONLY, _("leave them; only what comes from now on")),
            ("14", _("fetch those of the last 14 days")),
            ("90", _("fetch those of the last 90 days")),
            (EVERYTHING, _("fetch them all")),
        ],
        initial="14",
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
    smtp_password = forms.CharField(label=_("Password"), required=False, strip=False, widget=_PASSWORD)
    takes_plus_addresses = forms.BooleanField(
        label=_("This mailbox also gets what is sent to name+anything@…"),
        required=False,
        help_text=_("Then answers carry a signed address of their own and always find their conversation again."),
    )
    certificate = forms.CharField(
        label=_("Certificate to trust"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("Only for a server with a certificate of its own making: the text that begins with -----BEGIN."),
    )

    def __init__(self, *args: Any, mailbox: Mailbox | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mailbox = mailbox
        if self.is_bound and self.data.get("incoming") != Incoming.IMAP:
            self._ease(_IMAP_ONLY)
        if self.is_bound and self.data.get("outgoing") != Outgoing.SMTP:
            self._ease(_SMTP_ONLY)
        for name in ("imap_password", "smtp_password"):
            if mailbox is not None and getattr(mailbox, name):
                self.fields[name].required = False
                self.fields[name].help_text = _("Kept and never shown; leave it empty to keep it.")

    def _ease(self, names: tuple[str, ...]) -> None:
        for name in names:
            self.fields[name].required = False

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()

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
        for side, is_used in (
            ("imap", cleaned.get("incoming") == Incoming.IMAP),
            ("smtp", cleaned.get("outgoing") == Outgoing.SMTP),
        ):
            name = f"{side}_password"
            is_wanting = is_used and cleaned.get(f"{side}_user") and not cleaned.get(name) and name not in self.errors
            if is_wanting and not self._keeps_password(side, cleaned):
                known = self.mailbox is not None and getattr(self.mailbox, name)
                # Else whoever may edit a mailbox could have its password sent to a server of their own.
                again = _now("Enter it again: it was given for another server or user.")
                self.add_error(name, again if known else _now("A user needs a password."))
        return cleaned

    def _keeps_password(self, side: str, cleaned: dict[str, Any]) -> bool:
        mailbox = self.mailbox
        return (
            mailbox is not None
            and bool(getattr(mailbox, f"{side}_password"))
            and all(
                getattr(mailbox, f"{side}_{name}") == cleaned.get(f"{side}_{name}") for name in ("host", "port", "user")
            )
        )

    def settings(self) -> dict[str, Any]:
        """What the verbs take. What was left out on the side that is not used stays what it was."""
        settings = dict(self.cleaned_data)
        history = settings.pop("history")
        for name in (
            "imap_port",
            "imap_security",
            "smtp_port",
            "smtp_security",
            "once_kept",
            "quoting",
            "max_letter_mb",
        ):
            if not settings[name]:
                del settings[name]
        if history:
            settings["live_from_at"] = None if history == EVERYTHING else clock.now() - timedelta(days=int(history))
        return settings

    def troubles(self) -> list[Finding]:
        """What is wrong with the form, as findings: for an answer that shows only those."""
        troubles = []
        for name, errors in self.errors.items():
            label = f"{self.fields[name].label}: " if name in self.fields else ""
            troubles.append(Finding(False, label + " ".join(map(str, errors))))
        return troubles

    def check_connections(self) -> list[Finding]:
        """Try what the form says, without saving it. Only for a valid form."""
        cleaned = self.cleaned_data
        findings = []
        if cleaned["incoming"] == Incoming.IMAP:
            try:
                findings += check_incoming(self._server("imap"), cleaned["folders"])
            except SealBroken:
                findings.append(_broken_seal())
        if cleaned["outgoing"] == Outgoing.SMTP:
            try:
                findings += check_outgoing(self._server("smtp"), cleaned["address"])
            except SealBroken:
                findings.append(_broken_seal())
        elif cleaned["outgoing"] == Outgoing.DEFAULT:
            findings += check_default(cleaned["address"])
        else:
            findings.append(Finding(True, _now("Answers are laid into the outbox folder and not sent.")))
        return findings

    def _server(self, side: str) -> Server:
        cleaned = self.cleaned_data
        password = cleaned[f"{side}_password"]
        if not password and self.mailbox is not None and self._keeps_password(side, cleaned):
            password = unseal(getattr(self.mailbox, f"{side}_password"))
        return Server(
            host=cleaned[f"{side}_host"],
            port=cleaned[f"{side}_port"],
            security=cleaned[f"{side}_security"],
            user=cleaned[f"{side}_user"],
            password=password,
            certificate=cleaned["certificate"],
        )


def _broken_seal() -> Finding:
    return Finding(False, _now("The password cannot be read, because the secret key has changed: enter it again."))


def known_settings(mailbox: Mailbox) -> dict[str, Any]:
    """What the form shows of a mailbox: everything but its passwords."""
    known = {
        name: getattr(mailbox, name)
        for name in MailboxForm.base_fields
        if name not in ("imap_password", "smtp_password", "history", "folders", "team")
    }
    known["folders"] = ", ".join(mailbox.folders)
    known["team"] = mailbox.team_id
    known["history"] = EVERYTHING if mailbox.live_from_at is None else NEW_ONLY
    return known
