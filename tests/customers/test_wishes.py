from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.access import said_by
from rung.customers.models import Consent, Customer
from rung.customers.verbs import (
    confirm_preference,
    end_preference,
    merge_customers,
    recognise_customer,
    state_consent,
    state_preference,
)
from rung.journal.models import Entry
from rung.surveys.access import eligible_customers, has_refused
from tests.cast import Desk, written


def test_a_preference_is_kept_with_who_when_and_whence(ada: Agent, carla: Customer, at: datetime) -> None:
    state_preference(carla, " E-mail, in the morning ", source="on the phone", by=ada.actor, at=at)
    (kept,), _agreed = said_by(carla)
    assert (kept.text, kept.source, kept.who, kept.said_at) == ("E-mail, in the morning", "on the phone", ada.name, at)
    with pytest.raises(ValidationError):
        state_preference(carla, "  ", by=ada.actor, at=at)


def test_asking_again_renews_its_age_and_ending_takes_it_away(ada: Agent, carla: Customer, at: datetime) -> None:
    kept = state_preference(carla, "a call", by=ada.actor, at=at)
    later = at + timedelta(days=400)
    confirm_preference(kept, by=ada.actor, at=later)
    assert said_by(carla)[0][0].said_at == later
    end_preference(kept, by=ada.actor, at=later)
    end_preference(kept, by=ada.actor, at=later)
    confirm_preference(kept, by=ada.actor, at=later)
    assert said_by(carla)[0] == []
    kinds = list(Entry.objects.filter(kind__startswith="preference.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["preference.stated", "preference.confirmed", "preference.ended"]


def test_a_refusal_is_respected_by_surveys_until_they_agree(ada: Agent, carla: Customer, at: datetime) -> None:
    written(carla, at=at)
    assert carla in eligible_customers(at=at)
    state_consent(carla, "surveys", is_given=False, source="letter", by=ada.actor, at=at)
    state_consent(carla, "surveys", is_given=False, source="letter", by=ada.actor, at=at)
    assert has_refused(carla)
    assert carla not in eligible_customers(at=at)
    state_consent(carla, "surveys", is_given=True, by=ada.actor, at=at)
    assert not has_refused(carla)
    assert carla in eligible_customers(at=at)
    assert Consent.objects.count() == Entry.objects.filter(kind="customer.consent_stated").count() == 2


def test_consent_to_one_thing_says_nothing_of_another(ada: Agent, carla: Customer, at: datetime) -> None:
    state_consent(carla, "marketing", is_given=False, by=ada.actor, at=at)
    assert not has_refused(carla)


def test_after_a_merge_a_refusal_outweighs(ada: Agent, carla: Customer, karim: Customer, at: datetime) -> None:
    state_consent(carla, "surveys", is_given=True, by=ada.actor, at=at)
    state_consent(karim, "surveys", is_given=False, by=ada.actor, at=at - timedelta(days=1))
    merge_customers(carla, karim, by=ada.actor, at=at)
    assert said_by(carla)[1]["surveys"].is_given is False
    assert has_refused(carla)


def test_the_page_shows_them_and_asks_again_after_a_year(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime
) -> None:
    browser = client_of(ada)
    old = state_preference(carla, "never on Mondays", by=ada.actor, at=at - timedelta(days=900))
    browser.post(f"/customers/{carla.pk}/preferences", {"text": "by e-mail", "source": "she said so"})
    browser.post(f"/customers/{carla.pk}/consents", {"purpose": "surveys", "answer": "no", "source": "letter"})
    said = browser.get(f"/customers/{carla.pk}").content.decode()
    assert "by e-mail" in said
    assert said.count("ask again") == 1
    assert "she said so, Ada Berg" in said
    browser.post(f"/preferences/{old.pk}")
    assert "ask again" not in browser.get(f"/customers/{carla.pk}").content.decode()
    assert browser.post(f"/customers/{carla.pk}/consents", {"purpose": "x", "answer": "no"}).status_code == 404
    stranger = recognise_customer("other@example.net", by=SYSTEM, at=at)
    browser.post(f"/preferences/{old.pk}", {"end": "1"})
    assert "never on Mondays" not in browser.get(f"/customers/{carla.pk}").content.decode()
    assert "never on Mondays" not in browser.get(f"/customers/{stranger.pk}").content.decode()


def test_consent_stands_beside_the_conversation_with_its_source_and_day(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime
) -> None:
    matter = written(carla, at=at)
    page = client_of(ada).get(f"/conversations/{matter.number}").content.decode()
    assert "Not asked yet." in page
    state_consent(carla, "marketing", is_given=False, source="told us on the phone", by=ada.actor, at=at)
    page = client_of(ada).get(f"/conversations/{matter.number}").content.decode()
    assert "Not asked yet." not in page
    beside = page.partition('id="beside"')[2]
    assert "News and offers: <strong>no</strong>" in beside
    assert "told us on the phone, Ada Berg" in beside
