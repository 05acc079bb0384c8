"""What administrators decide about a mailbox's past, its spam and its automatic letters, cleaned."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rung.channels.email.models import Mailbox
from rung.channels.email.providers import PROVIDERS
from rung.core.fetching import is_fit_address
from rung.ui.stamped import StampedForm

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HistoryForm(forms.Form):
    """Which of the letters that lie on the server are history, and how far back they are imported."""

    until = forms.DateField(
        label=_("Letters are new from this day on"),
        widget=_DAY,
        help_text=_(
            "What came before is history: nobody is answered, no clock starts, no survey is sent because of it."
        ),
    )
    since = forms.DateField(
        label=_("Import back to"), widget=_DAY, required=False, help_text=_("Leave it empty to import everything.")
    )

    def moments(self) -> tuple[datetime | None, datetime]:
        """From when to when, at midnight in the zone of whoever asks."""
        since = self.cleaned_data["since"]
        return _midnight(since) if since else None, _midnight(self.cleaned_data["until"])


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def history_initial(mailbox: Mailbox, *, at: datetime) -> dict[str, Any]:
    """Two years back, and new from today; or as it was decided before."""
    today = timezone.localdate(at)
    until = timezone.localdate(mailbox.live_from_at) if mailbox.live_from_at else today
    return {"until": min(until, today), "since": until - timedelta(days=730)}


class SpamForm(StampedForm):
    """Whose verdict on spam a mailbox believes, and how long spam is kept."""

    spam_server = forms.RegexField(
        r"^[A-Za-z0-9.*-]*$",
        label=_("Mail server whose verdict is believed"),
        max_length=253,
        required=False,
        help_text=_(
            "As it names itself after “by” in a letter's Received lines, such as mx.example.org; example.org stands for all"
            " below it. Empty: no verdict is believed, because a stranger may have written it."
        ),
    )
    spam_server_cleans = forms.BooleanField(
        label=_("It removes verdicts that strangers wrote into their letters"),
        required=False,
        help_text=_(
            "SpamAssassin and Exchange do; Rspamd where it is told to. Then its own may stand anywhere above theirs."
        ),
    )
    spam_score = forms.IntegerField(
        label=_("Spam from how many points on"),
        min_value=1,
        max_value=100,
        help_text=_("Where the server gives points."),
    )
    spam_days = forms.IntegerField(
        label=_("Remove spam after days"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=_("Empty: never. What is removed is gone, with its letters."),
    )


class SenderForm(forms.Form):
    who = forms.CharField(
        label=_("Address or domain"), max_length=254, help_text=_("carla@example.org, or @example.org for all of them")
    )
    treatment = forms.ChoiceField(
        label=_("What they write"), choices=[("blocked", _("goes to Spam")), ("good", _("never goes to Spam"))]
    )


class BrakeForm(StampedForm):
    """How many letters nobody pressed "send" for may leave within an hour."""

    automatic_per_address = forms.IntegerField(label=_("To one address"), min_value=1, max_value=1000)
    automatic_per_mailbox = forms.IntegerField(label=_("From this mailbox"), min_value=1, max_value=100_000)


class OAuthClientForm(forms.Form):
    """How a provider of mailboxes knows this installation."""

    client_id = forms.CharField(
        label=_("Client ID"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    client_secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        strip=True,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept and never shown; leave it empty to keep it."),
    )
    tenant = forms.RegexField(
        r"^[A-Za-z0-9.-]*$",
        label=_("Directory (tenant) ID"),
        max_length=100,
        required=False,
        help_text=_("Empty: accounts of any organisation."),
    )
    authorize_url = forms.CharField(label=_("Authorisation address"), max_length=500, required=False)
    token_url = forms.CharField(label=_("Token address"), max_length=500, required=False)
    scopes = forms.CharField(label=_("Scopes"), max_length=1000, required=False)

    def __init__(self, *args: Any, provider: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if PROVIDERS[provider].consenting is None:  # nothing is known that could stand in for them
            self.fields["authorize_url"].required = self.fields["token_url"].required = True

    def _fit(self, name: str) -> str:
        url = str(self.cleaned_data[name]).strip()
        if url and not is_fit_address(url.replace("{tenant}", "x")):
            raise ValidationError(_now("An address that begins with https://."))
        return url

    def clean_authorize_url(self) -> str:
        return self._fit("authorize_url")

    def clean_token_url(self) -> str:
        return self._fit("token_url")
