from rung.channels.email.models import Consent, Incoming, Mailbox, OAuthClient, Outgoing, SignIn


def client_of(provider: str) -> OAuthClient | None:
    """How a provider knows this installation; None: it does not yet."""
    return OAuthClient.objects.filter(provider=provider).first()


def wants_consent(mailbox: Mailbox) -> bool:
    """Whether somebody has to connect it at its provider before anything else of it can work."""
    uses_it = mailbox.incoming == Incoming.IMAP or mailbox.outgoing == Outgoing.SMTP
    if mailbox.sign_in != SignIn.OAUTH or not uses_it:
        return False
    return not Consent.objects.filter(mailbox=mailbox, ended_at=None).exists()


def has_lost_consent(mailbox: int) -> bool:
    """Whether the provider does not let us into a mailbox, by primary key, any more."""
    return Consent.objects.filter(mailbox=mailbox, mailbox__sign_in=SignIn.OAUTH, ended_at__isnull=False).exists()
