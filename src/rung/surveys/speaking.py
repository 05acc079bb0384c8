"""In which language a customer is asked: what they told us, else that of their letters, else their browser's, else ours."""

from django.conf import settings
from django.db.models.functions import Left
from django.http import HttpRequest

from rung.business.access import business
from rung.customers.access import Customer
from rung.surveys.tongues import tongue_of
from rung.touchpoints.access import Direction
from rung.ui.speaking import browsers, ours

LETTERS, CUT = 5, 2000
"""Of what a customer wrote last, and characters of each: what tells a language stands in the first lines."""


def language_for(customer: Customer, request: HttpRequest | None = None) -> str:
    """For a letter to a customer, or with `request` for a page in front of them."""
    return ours(customer.language) or _of_letters(customer) or language_for_stranger(request)


def language_for_stranger(request: HttpRequest | None = None) -> str:
    """For whoever we do not know, such as one whose link leads nowhere."""
    return (browsers(request) if request is not None else "") or ours(business().language) or settings.LANGUAGE_CODE


def _of_letters(customer: Customer) -> str:
    """The newest that tells counts. What one of us wrote down of a call is in our language, and left out."""
    own = customer.touchpoints.filter(direction=Direction.IN, is_automatic=False, agent__isnull=True)
    texts = own.order_by("-occurred_at", "-pk").values_list(Left("text", CUT), flat=True)[:LETTERS]
    return next((found for text in texts if (found := ours(tongue_of(text)))), "")
