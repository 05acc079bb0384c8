"""What administrators type about an address of ours, cleaned."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rung.accounts.access import Team
from rung.channels.email.models import Incoming, Mailbox, Quoting
from rung.ui.stamped import StampedForm


class AddressForm(StampedForm):
    """An address, whose it is, and how letters from it look."""

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

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()

    def settings(self) -> dict[str, Any]:
        """What the verbs take. What was left out stays what it was."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value or name not in ("quoting", "max_letter_mb")
        }


class NewMailboxForm(forms.Form):
    """The beginning of a mailbox: what is needed to know where it may be."""

    address = AddressForm.base_fields["address"]
    name = AddressForm.base_fields["name"]
    team = AddressForm.base_fields["team"]
    incoming = forms.ChoiceField(
        label=_("How letters reach us"), choices=Incoming.choices, initial=Incoming.IMAP, widget=forms.RadioSelect
    )

    clean_address = AddressForm.clean_address


def known_address(mailbox: Mailbox) -> dict[str, Any]:
    """What the form shows of a mailbox."""
    return {name: getattr(mailbox, name) for name in AddressForm.base_fields} | {"team": mailbox.team_id}
