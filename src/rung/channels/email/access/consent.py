from rung.channels.email.models import Consent, Incoming, Mailbox, OAuthClient, Outgoing, SignIn


def client_of(provider: str) -> OAuthClient | None:
    """How a provider knows this installation; None: it does not yet."""
    return OAuthClient.objects.filter(provider=provider).first()


def wants_consent(mailbox: Mailbox) -> bool:
    """Whether somebody has to connect it at its provider before anything else of it can work."""
    uses_it = mailbox.incoming == Incoming.IMAP or mailbox.outgoing == Outgoing.SMTP
    return uses_it and lacks_consent(mailbox, Consent.objects.filter(mailbox=mailbox).first())


def lacks_consent(mailbox: Mailbox, consent: Consent | None) -> bool:
    """Whether it signs in by a consent that nobody has given, or that has ended. No query."""
    return mailbox.sign_in == SignIn.OAUTH and (consent is None or consent.has_ended())


def has_lost_consent(mailbox: int) -> bool:
    """Whether the provider does not let us into a mailbox, by primary key, any more."""
    return Consent.objects.filter(mailbox=mailbox, mailbox__sign_in=SignIn.OAUTH, ended_at__isnull=False).exists()
