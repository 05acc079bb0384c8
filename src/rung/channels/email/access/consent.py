from rung.channels.email.models import OAuthClient


def client_of(provider: str) -> OAuthClient | None:
    """How a provider knows this installation; None: it does not yet."""
    return OAuthClient.objects.filter(provider=provider).first()
