"""The first minute of an installation: nobody has a seat, and whoever started it creates the first administrator.

That it is they, and not the first stranger to find the page, is shown by a code which only this installation knows: it
is worked out from the secret key and printed where Rung was started (and by `python -m rung welcome`). It opens the page
until somebody has a seat, and nothing after that, so that it need not be stored, spent or renewed.
"""

import base64

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from rung.accounts.models import Agent

LETTERS = 20


def nobody_has_a_seat() -> bool:
    return not Agent.objects.exists()


def has_a_seat(email: str) -> bool:
    return Agent.objects.filter(email__iexact=email, is_active=True).exists()


def setup_code() -> str:
    """Twenty letters and digits in four groups; the same in every process that has the same secret key."""
    digest = salted_hmac("rung.accounts.first_run", "first administrator", algorithm="sha256").digest()
    letters = base64.b32encode(digest).decode()[:LETTERS]
    return "-".join(letters[start : start + 5] for start in range(0, LETTERS, 5))


def is_setup_code(given: str) -> bool:
    def bare(code: str) -> str:
        return "".join(letter for letter in code.upper() if letter.isalnum())

    return constant_time_compare(bare(given), bare(setup_code()))


def welcome_link() -> str:
    return f"{settings.BASE_URL}{reverse('accounts:welcome')}?code={setup_code()}"
