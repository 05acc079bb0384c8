"""What is known of the providers of mailboxes: their servers, how one signs in, and what to do there beforehand.

Data, looked up by the domain of an address or chosen by hand; everything can be changed on the page.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from rung.channels.email.connecting import STARTTLS, TLS
from rung.channels.email.models import Incoming, Outgoing, SignIn, Stage

OWN = "own"


@dataclass(frozen=True)
class Consenting:
    """A provider's OAuth: where the administrator is sent, where tokens are had, and what is asked for. `{tenant}` in an
    address is the directory of the organisation. `steps` says where the client ID is made."""

    authorize_url: str
    token_url: str
    scopes: str
    steps: tuple[object, ...]
    extra: tuple[tuple[str, str], ...] = ()
    asks_tenant: bool = False


@dataclass(frozen=True)
class Provider:
    """`domains` are those of addresses that are surely there; `steps` what is to be done at the provider before."""

    key: str
    label: object
    domains: tuple[str, ...] = ()
    imap: tuple[str, int, str] = ("", 993, TLS)
    smtp: tuple[str, int, str] = ("", 587, STARTTLS)
    steps: tuple[object, ...] = ()
    takes_plus_addresses: bool = False
    takes_passwords: bool = True
    consenting: Consenting | None = None
    spam_server: str = ""
    spam_server_cleans: bool = False
    spam_folder: str = ""


_APP_PASSWORD = _("Enter the app password below, not the password you sign in with in the browser.")

PROVIDERS: dict[str, Provider] = {
    provider.key: provider
    for provider in (
        Provider(
            "gmail",
            _("Gmail, Google Workspace"),
            ("gmail.com", "googlemail.com"),
            ("imap.gmail.com", 993, TLS),
            ("smtp.gmail.com", 587, STARTTLS),
            (
                _("Best by consent: choose it below and sign in at Google; no password is kept here."),
                _("Or with an app password: switch on two-step verification in the Google account."),
                _("Then open Google account, Security, App passwords, and make one for Rung."),
                _APP_PASSWORD,
            ),
            takes_plus_addresses=True,
            consenting=Consenting(
                "https://accounts.google.com/o/oauth2/v2/auth",
                "https://oauth2.googleapis.com/token",
                "https://mail.google.com/ openid email",
                (
                    _("Open the Google Cloud console and make a project, or take one you have."),
                    _("Under “APIs and services”, switch on the Gmail API."),
                    _("Set up the consent screen as “Internal” (Workspace), with the scope https://mail.google.com/."),
                    _("Under “Credentials”, make an OAuth client ID of the kind “Web application”."),
                    _("Enter the address below as an authorised redirect URI, and copy the client ID and secret here."),
                ),
                (("access_type", "offline"), ("prompt", "consent")),
            ),
            spam_folder="[Gmail]/Spam",
        ),
        Provider(
            "microsoft",
            _("Microsoft 365, Outlook.com"),
            ("outlook.com", "hotmail.com", "live.com", "msn.com"),
            ("outlook.office365.com", 993, TLS),
            ("smtp.office365.com", 587, STARTTLS),
            (
                _("Microsoft takes no passwords for IMAP any more: choose consent below and sign in there."),
                _("In the Exchange admin centre, the mailbox needs IMAP and Authenticated SMTP switched on."),
            ),
            takes_plus_addresses=True,
            takes_passwords=False,
            consenting=Consenting(
                "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
                "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
                "offline_access openid email https://outlook.office.com/IMAP.AccessAsUser.All"
                " https://outlook.office.com/SMTP.Send",
                (
                    _("Open the Microsoft Entra admin centre, App registrations, New registration."),
                    _("Enter the address below as a redirect URI of the kind “Web”."),
                    _(
                        "Under API permissions add, for Office 365 Exchange Online, IMAP.AccessAsUser.All and SMTP.Send."
                    ),
                    _("Under Certificates and secrets make a client secret; copy its value, not its ID."),
                    _("Copy the application (client) ID and, for a single organisation, the directory (tenant) ID."),
                ),
                (("prompt", "select_account"),),
                asks_tenant=True,
            ),
            # Exchange removes its own marks from what strangers send.
            spam_server="outlook.com",
            spam_server_cleans=True,
            spam_folder="Junk Email",
        ),
        Provider(
            "fastmail",
            "Fastmail",
            ("fastmail.com", "fastmail.fm"),
            ("imap.fastmail.com", 993, TLS),
            ("smtp.fastmail.com", 465, TLS),
            (
                _(
                    "Open Settings, Privacy and security, App passwords, and make one with the access “Mail (IMAP, SMTP)”."
                ),
                _APP_PASSWORD,
            ),
            takes_plus_addresses=True,
            spam_server="messagingengine.com",
            spam_server_cleans=True,
            spam_folder="Spam",
        ),
        Provider(
            "icloud",
            "iCloud",
            ("icloud.com", "me.com", "mac.com"),
            ("imap.mail.me.com", 993, TLS),
            ("smtp.mail.me.com", 587, STARTTLS),
            (_("Open account.apple.com, Sign-in and security, App-specific passwords, and make one."), _APP_PASSWORD),
            takes_plus_addresses=True,
            spam_folder="Junk",
        ),
        Provider(
            "yahoo",
            "Yahoo",
            ("yahoo.com", "yahoo.de", "yahoo.co.uk", "yahoo.fr", "yahoo.es", "yahoo.it", "ymail.com", "aol.com"),
            ("imap.mail.yahoo.com", 993, TLS),
            ("smtp.mail.yahoo.com", 465, TLS),
            (_("Open Account security and make an app password."), _APP_PASSWORD),
            spam_folder="Bulk",
        ),
        Provider(
            "gmx",
            "GMX",
            ("gmx.de", "gmx.net", "gmx.at", "gmx.ch"),
            ("imap.gmx.net", 993, TLS),
            ("mail.gmx.net", 587, STARTTLS),
            (
                _("Open Settings, POP3 and IMAP, and allow programs to get your letters."),
                _("With two-factor authentication switched on, make an application-specific password and enter that."),
            ),
            spam_folder="Spamverdacht",
        ),
        Provider(
            "webde",
            "WEB.DE",
            ("web.de",),
            ("imap.web.de", 993, TLS),
            ("smtp.web.de", 587, STARTTLS),
            (_("Open Settings, POP3 and IMAP, and allow programs to get your letters."),),
            spam_folder="Unerwünscht",
        ),
        Provider(
            "zoho",
            "Zoho Mail",
            ("zoho.com", "zohomail.com", "zoho.eu"),
            ("imappro.zoho.com", 993, TLS),
            ("smtppro.zoho.com", 465, TLS),
            (
                _("Switch on IMAP under Settings, Mail accounts."),
                _("With two-factor authentication, make an application-specific password and enter that."),
            ),
            takes_plus_addresses=True,
            spam_folder="Spam",
        ),
        Provider(
            "ionos",
            "IONOS",
            (),
            ("imap.ionos.com", 993, TLS),
            ("smtp.ionos.com", 465, TLS),
            (_("The password is the one of this mailbox, not that of your IONOS contract."),),
            spam_folder="Spam",
        ),
        Provider(OWN, _("Another provider, or your own server")),
    )
}


def provider_of(address: str) -> Provider:
    """The provider an address is surely at; for a domain of one's own nobody knows."""
    domain = address.rpartition("@")[2].lower()
    found = next((provider for provider in PROVIDERS.values() if domain in provider.domains), None)
    if found is not None:
        return found
    guess = PROVIDERS[OWN]
    return (
        replace(guess, imap=(f"imap.{domain}", 993, TLS), smtp=(f"smtp.{domain}", 587, STARTTLS)) if domain else guess
    )


def provider_named(key: str, address: str = "") -> Provider:
    """A provider by its key; where none was chosen, the one the address is at."""
    return PROVIDERS.get(key) or provider_of(address)


def first_settings(address: str, incoming: str, provider: Provider | None = None) -> dict[str, Any]:
    """What a new mailbox begins with: its provider's servers, where letters are fetched from one, and not live yet."""
    if incoming != Incoming.IMAP:
        return {"stage": Stage.SETUP}
    provider = provider or provider_of(address)
    imap, smtp = provider.imap, provider.smtp
    return {
        "stage": Stage.SETUP,
        "provider": provider.key,
        "sign_in": SignIn.PASSWORD if provider.takes_passwords else SignIn.OAUTH,
        "imap_host": imap[0],
        "imap_port": imap[1],
        "imap_security": imap[2],
        "imap_user": address,
        "outgoing": Outgoing.SMTP if provider.key != OWN else Outgoing.DEFAULT,
        "smtp_host": smtp[0],
        "smtp_port": smtp[1],
        "smtp_security": smtp[2],
        "smtp_user": address,
        "takes_plus_addresses": provider.takes_plus_addresses,
        "spam_server": provider.spam_server,
        "spam_server_cleans": provider.spam_server_cleans,
    }
