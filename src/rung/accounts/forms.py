"""Cleaning of what people type about themselves, colleagues and teams."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar, cast

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from rung.accounts.first_run import is_setup_code
from rung.accounts.models import Agent, Role, Scope, Team
from rung.accounts.permissions import PERMISSIONS
from rung.core.given import given_key
from rung.core.zones import time_zones
from rung.ui.stamped import StampedForm

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")

_HARD_TO_GUESS = _("At least ten characters, and not one that everybody uses.")


class WelcomeForm(forms.Form):
    """The first administrator, and the code that shows who asks."""

    code = forms.CharField(
        label=_("Set-up code"),
        help_text=_("Printed where Rung was started. `python -m rung welcome` prints it again."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_HARD_TO_GUESS,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Your time zone"),
        choices=time_zones,
        initial="UTC",
        widget=forms.Select(attrs={"data-own-time-zone": ""}),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not is_setup_code(code):
            raise ValidationError(_("This is not the code of this installation."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        _validate(self, "password", Agent(email=cleaned.get("email", ""), name=cleaned.get("name", "")))
        return cleaned


class ProfileForm(forms.Form):
    """What an agent says about themselves."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Customers see it below your answers."))
    title = forms.CharField(
        label=_("What you are to customers"),
        max_length=120,
        required=False,
        help_text=_("Such as “Wheel builder”; your closing lines can name it."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    language = forms.ChoiceField(
        label=_("Language of mail to you"),
        choices=settings.MAIL_LANGUAGES,
        help_text=_("Reports, notices and links; pages stay as they are."),
    )
    undo_s = forms.TypedChoiceField(
        label=_("How long you can take an answer back"),
        coerce=int,
        choices=[
            (0, _("not at all: it leaves at once")),
            (5, _("5 seconds")),
            (10, _("10 seconds")),
            (20, _("20 seconds")),
            (30, _("30 seconds")),
        ],
    )
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        strip=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Put below each of your e-mails. {name}, {role}, {team}, {mailbox} and {address} are filled in."),
    )


class Several(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # cannot be subscripted at run time
    """Refuses what no database could hold for a key before it is asked for it."""

    def clean(self, value: Any) -> Any:
        if any(given_key(str(each)) is None for each in value or ()):
            raise ValidationError(self.error_messages["invalid_list"], code="invalid_list")
        return super().clean(value)


class SeatForm(StampedForm):
    """An agent as an administrator sees them: also the form of an invitation."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("They sign in with it."))
    role = forms.ChoiceField(
        label=_("Role"),
        initial=Role.AGENT,
        widget=forms.RadioSelect,
        help_text=_("Agents see their teams' work; leads see everybody's; administrators also change settings."),
    )
    language = forms.ChoiceField(
        label=_("Language of mail to them"),
        choices=settings.MAIL_LANGUAGES,
        initial=settings.LANGUAGE_CODE,
        help_text=_("They can change it in their profile."),
    )
    teams = Several(label=_("Teams"), queryset=Team.objects.all(), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        """`roles`: those that whoever fills the form in may give."""
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["role"]).choices = [(role.key, capfirst(role.label)) for role in roles]


class RoleForm(StampedForm):
    """What a role sees and allows. `agent`, who fills it in, gives nothing that they may not do themselves."""

    name = forms.CharField(label=_("Name"), max_length=60)
    scope = forms.ChoiceField(label=_("What they see of the work"), widget=forms.RadioSelect, initial=Scope.TEAMS)
    permissions = forms.MultipleChoiceField(
        label=_("What they may do"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widest = list(Scope).index(Scope(agent.scope))
        scopes = [(each.value, capfirst(each.label)) for each in list(Scope)[widest:]]
        cast(forms.ChoiceField, self.fields["scope"]).choices = scopes
        granted = [(name, each.label) for name, each in PERMISSIONS.items() if agent.may(name)]
        cast(forms.MultipleChoiceField, self.fields["permissions"]).choices = granted


class TeamForm(StampedForm):
    """A team's name and who is in it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    members = Several(
        label=_("Members"),
        queryset=Agent.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class Domains(forms.CharField):
    """Several domains in one line: by commas, spaces or lines; an @ before one is forgiven."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        typed = str(super().clean(value)).lower().replace(",", " ").replace(";", " ").split()
        domains = sorted({each.rpartition("@")[2].rstrip(".") for each in typed})
        for each in domains:
            if not DOMAIN.fullmatch(each):
                raise ValidationError(_("“%(domain)s” is no domain."), params={"domain": each[:80]})
        return domains


class ProviderForm(StampedForm):
    """An identity provider. `roles`: those that whoever fills it in may give."""

    stamped = (
        *("name", "issuer", "client_id", "domains", "admits_newcomers", "newcomer_role", "newcomer_team"),
        *("replaces_password", "does_second_step"),
    )

    name = forms.CharField(
        label=_("Name on the button"),
        max_length=60,
        help_text=_("Such as “Google” or your company's: “Sign in with …”."),
    )
    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=300,
        help_text=_("The provider's address, such as https://login.example.com. What it publishes there is read now."),
        widget=forms.URLInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    client_id = forms.CharField(
        label=_("Client ID"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    client_secret = forms.CharField(
        label=_("Client secret"),
        max_length=1000,
        help_text=_("Kept sealed, and never shown again."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    domains = Domains(
        label=_("E-mail domains it speaks for"),
        max_length=2000,
        help_text=_("Such as example.com, example.org. Nobody with another address comes in by it."),
    )
    admits_newcomers = forms.BooleanField(
        label=_("Give a seat to whoever it vouches for"),
        required=False,
        help_text=_("Otherwise only those who were invited come in."),
    )
    newcomer_role = forms.ChoiceField(label=_("Role of such newcomers"))
    newcomer_team = forms.ModelChoiceField(
        label=_("Their team"), queryset=Team.objects.all(), required=False, empty_label=_("none")
    )
    replaces_password = forms.BooleanField(
        label=_("It takes the place of passwords"),
        required=False,
        help_text=_(
            "People with these addresses sign in only with it. Administrators keep their passwords, for the day on "
            "which the provider is down."
        ),
    )
    does_second_step = forms.BooleanField(
        label=_("It asks for the second step itself"),
        required=False,
        help_text=_("Then ours is not asked of those who come in by it, even where their role demands two steps."),
    )

    def __init__(self, *args: Any, roles: Sequence[Role], is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.key, capfirst(role.label)) for role in roles if role.key != Role.ADMINISTRATOR]
        cast(forms.ChoiceField, self.fields["newcomer_role"]).choices = choices
        if not is_new:
            self.fields["client_secret"].required = False
            self.fields["client_secret"].help_text = _("Kept sealed. Leave it empty to keep the present one.")


class InOurWords:
    """The sign-in library's forms with our labels, and without its placeholders and links: the page has those."""

    labels: ClassVar[dict[str, Any]] = {
        "login": _("E-mail address"),
        "email": _("E-mail address"),
        "password": _("Password"),
        "remember": _("Keep me signed in on this device"),
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }
    helps: ClassVar[dict[str, Any]] = {"password1": _HARD_TO_GUESS}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            field.help_text = self.helps.get(name, "")


class SignInForm(InOurWords, LoginForm):  # type: ignore[misc]  # the library has no types
    pass


class ForgottenForm(InOurWords, ResetPasswordForm):  # type: ignore[misc]  # as above
    pass


class ChosenForm(InOurWords, ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    pass


class ChangedForm(InOurWords, ChangePasswordForm):  # type: ignore[misc]  # as above
    pass


def _validate(form: forms.Form, field: str, agent: Agent) -> None:
    password = form.cleaned_data.get(field)
    if password:
        try:
            validate_password(password, agent)
        except ValidationError as weak:
            form.add_error(field, weak)
