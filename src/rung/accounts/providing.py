"""Between an identity provider as we keep it and the protocol: our address there, our secret, and what is asked in one
browser until it comes back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.models import IdentityProvider
from rung.accounts.openid import Asked, Client, ProviderFailed
from rung.accounts.sealing import SealBroken, unseal

ASKED = "openid_asked"
GOOD_FOR_S = 600
MOST_AT_ONCE = 5

SIGN_IN, TRIAL = "sign_in", "trial"


@dataclass(frozen=True)
class Question:
    """What a browser was sent to a provider with. `purpose` is SIGN_IN or TRIAL; `next` where it goes afterwards."""

    provider: int
    purpose: str
    asked: Asked
    next: str = ""


def back_address() -> str:
    """Where providers send browsers back to, as it is registered with them."""
    return str(settings.BASE_URL).rstrip("/") + reverse("account_provider_back")


def client_of(provider: IdentityProvider) -> Client:
    """Raises ProviderFailed when the secret cannot be read any more."""
    try:
        secret = unseal(provider.client_secret)
    except SealBroken as failure:
        words = _("The client secret was sealed with another SECRET_KEY: an administrator has to enter it again.")
        raise ProviderFailed("secret", words, field="client_secret") from failure
    return Client(provider.issuer, provider.client_id, secret, back_address())


def keep_question(session: SessionBase, question: Question, *, at: datetime) -> None:
    """Until it is answered, in this browser only; the newest few, for those with several windows."""
    pending = _pending(session, at)
    asked = question.asked
    pending[asked.state] = {
        "provider": question.provider,
        "purpose": question.purpose,
        "next": question.next,
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "at": at.timestamp(),
    }
    newest = sorted(pending, key=lambda state: float(pending[state]["at"]))[-MOST_AT_ONCE:]
    session[ASKED] = {state: pending[state] for state in newest}


def take_question(session: SessionBase, state: str, *, at: datetime) -> Question | None:
    """The question that an answer belongs to, once; None when it is nobody's, or too old."""
    pending = _pending(session, at)
    found = pending.pop(state, None)
    if found is None:
        return None
    session[ASKED] = pending
    asked = Asked(state, found["nonce"], found["verifier"])
    return Question(found["provider"], found["purpose"], asked, found["next"])


def _pending(session: SessionBase, at: datetime) -> dict[str, dict[str, Any]]:
    kept = session.get(ASKED)
    oldest = at.timestamp() - GOOD_FOR_S
    return {state: each for state, each in kept.items() if each["at"] > oldest} if isinstance(kept, dict) else {}
