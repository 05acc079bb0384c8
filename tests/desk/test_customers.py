from datetime import datetime, timedelta

from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import (
    add_address,
    create_company,
    describe_customer,
    forget_customer,
    place_order,
    recognise_customer,
    state_preference,
)
from rung.desk.pages.customers import PAGE, customer_page, customers_page
from rung.desk.pages.people import find_people
from rung.desk.pages.sources import sources_of
from rung.touchpoints.incoming import Logged
from rung.touchpoints.verbs import answer_conversation, log_touchpoint
from tests.cast import Desk, written

SCREEN = 21


def test_three_channels_and_the_orders_make_one_line_of_time(ada: Agent, carla: Customer, at: datetime) -> None:
    place_order(
        carla, number="A-1", title="Table", amount_cents=34900, placed_at=at - timedelta(days=1), by=SYSTEM, at=at
    )
    matter = written(carla, at=at)
    answer_conversation(matter, text="On Friday.", by=ada.actor, at=at + timedelta(minutes=1))
    for minute, channel in ((2, "phone"), (3, "visit"), (4, "letter")):
        moment = at + timedelta(minutes=minute)
        logged = Logged(channel=channel, direction="in", text=f"by {channel}", occurred_at=moment)
        log_touchpoint(carla, logged, by=ada.actor, at=moment)
    page = customer_page(carla, ada, at=at + timedelta(hours=1))
    assert [(m.kind, m.channel.kind if m.channel else "") for m in page.moments] == [
        ("touch", "letter"),
        ("touch", "visit"),
        ("touch", "phone"),
        ("touch", "email"),
        ("touch", "email"),
        ("order", ""),
    ]
    assert len(page.person.conversations) == 4


def test_their_words_to_another_team_are_not_shown(
    bo: Agent, ada: Agent, carla: Customer, support: Team, at: datetime
) -> None:
    written(carla, at=at, team=support, text="a secret")
    assert customer_page(carla, bo, at=at).moments == ()
    assert customer_page(carla, bo, at=at).person.conversations == ()
    assert len(customer_page(carla, ada, at=at).moments) == 1


def test_the_line_goes_on_page_by_page(ada: Agent, carla: Customer, at: datetime) -> None:
    matter = written(carla, at=at)
    for number in range(PAGE + 9):
        moment = at + timedelta(minutes=number // 2 + 1)
        written(carla, at=moment, conversation=matter.pk, text=f"letter {number}", reference=f"<{number}@x>")
    first = customer_page(carla, ada, at=at)
    assert len(first.moments) == PAGE
    before = first.next_href.split("before=")[1].replace("%3A", ":").replace("%2B", "+").replace("%7E", "~")
    rest = customer_page(carla, ada, at=at, before=before)
    texts = [moment.text for moment in (*first.moments, *rest.moments)]
    assert len(texts) == len(set(texts)) == PAGE + 10


def test_local_time_is_theirs(ada: Agent, carla: Customer, at: datetime) -> None:
    describe_customer(carla, time_zone="Asia/Tokyo", language="ja", by=ada.actor, at=at)
    person = customer_page(carla, ada, at=at).person
    assert (person.local_time, person.language, person.is_night) == ("18:00", "Japanese", False)


def test_people_are_found_by_name_address_number_and_company(ada: Agent, carla: Customer, at: datetime) -> None:
    company = create_company("Lumen Optik", by=SYSTEM, at=at)
    describe_customer(carla, company=company, by=SYSTEM, at=at)
    recognise_customer("+49 711 5500", kind="phone", name="Zoë Ångström", by=SYSTEM, at=at)
    for wanted in ("ruiz", "carla@", "lumen"):
        assert [each.name for each in find_people(ada, wanted, limit=5)] == ["Carla Ruiz"]
    for wanted in ("angstrom", "zoë", "+49711"):
        assert [each.name for each in find_people(ada, wanted, limit=5)] == ["Zoë Ångström"]
    assert find_people(ada, "nobody", limit=5) == ()


def test_the_list_shows_everybody_once(ada: Agent, at: datetime) -> None:
    for number in range(PAGE + 20):
        recognise_customer(f"c{number}@example.org", name=f"Same Name {number // 40}", by=SYSTEM, at=at)
    first = customers_page(ada)
    after = first.next_href.split("after=")[1].replace("+", " ").replace("%7E", "~")
    rest = customers_page(ada, after=after)
    seen = [each.pk for each in (*first.people, *rest.people)]
    assert len(seen) == len(set(seen)) == PAGE + 20


def test_what_is_known_of_a_person_is_kept(client_of: Desk, ada: Agent, carla: Customer) -> None:
    said = {
        "name": "Carla Ruiz Peña", "role_title": "Buyer", "company": "Lumen Optik", "language": "es",
        "time_zone": "Europe/Madrid", "captive": "false", "about": "Prefers a call.",
    }  # fmt: skip
    answer = client_of(ada).post(f"/customers/{carla.pk}/description", said)
    assert answer.status_code == 302
    person = Customer.objects.get(pk=carla.pk)
    assert (person.name, person.captive, person.time_zone) == ("Carla Ruiz Peña", False, "Europe/Madrid")
    assert person.company is not None
    assert person.company.name == "Lumen Optik"


def test_every_line_about_a_person_says_whom_it_is_from(
    client_of: Desk, ada: Agent, lin: Agent, carla: Customer, at: datetime
) -> None:
    describe_customer(carla, role_title="Buyer", avoid="Calls before ten.", by=lin.actor, at=at)
    describe_customer(carla, role_title="Head buyer", by=ada.actor, at=at + timedelta(days=400))
    add_address(carla, "+49 711 5500", kind="phone", by=lin.actor, at=at)
    told = {each.what: (each.whence, each.at) for each in sources_of(Customer.objects.get(pk=carla.pk))}
    later = at + timedelta(days=400)
    assert told["Role"] == ("Ada Berg", later)
    assert told["What to avoid"] == ("Lin Chen", at)
    assert told["+49 711 5500"] == ("Lin Chen", at)
    assert told["carla@example.org"][0] == told["Name"][0] == "from what reached us"
    assert set(told) == {"Name", "Role", "What to avoid", "carla@example.org", "+49 711 5500"}
    page = client_of(ada).get(f"/customers/{carla.pk}").content.decode()
    assert "Lin Chen" in page.partition('id="sources"')[2].partition("</details>")[0]


def test_whoever_changes_a_person_beside_a_conversation_comes_back_to_it(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime
) -> None:
    matter = written(carla, at=at)
    wish = state_preference(carla, "A call", by=ada.actor, at=at - timedelta(days=400))
    desk = client_of(ada)
    beside = desk.get(f"/conversations/{matter.pk}").content.decode().partition('id="beside"')[2]
    edit = f"/customers/{carla.pk}/description?conversation={matter.pk}"
    assert edit in beside
    assert beside.count(f'action="/preferences/{wish.pk}"') == 1
    form = desk.get(edit).content.decode().partition('class="sheet"')[2]
    assert form.count(f'name="conversation" value="{matter.pk}"') == form.count("<form")
    there = f"/conversations/{matter.pk}#beside"
    for path, said in (
        ("description", {"role_title": "Buyer"}),
        ("addresses", {"kind": "phone", "value": "+497115500"}),
    ):
        answer = desk.post(f"/customers/{carla.pk}/{path}", {**said, "conversation": matter.pk})
        assert (answer.status_code, answer["Location"]) == (302, there)
    assert desk.post(f"/preferences/{wish.pk}", {"conversation": matter.pk})["Location"] == there
    assert desk.post(f"/preferences/{wish.pk}")["Location"] == f"/customers/{carla.pk}"
    assert "ask again" not in desk.get(f"/conversations/{matter.pk}").content.decode()


def test_all_orders_and_all_matters_can_be_reached_from_their_own_page(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime
) -> None:
    for number in range(9):
        place_order(carla, number=f"A-{number}", title="Lamp", amount_cents=1, placed_at=at, by=SYSTEM, at=at)
    for number in range(14):
        written(carla, at=at + timedelta(minutes=number), subject=f"Matter {number}")
    person = customer_page(carla, ada, at=at).person
    assert len(person.orders) == 8
    assert len(customer_page(carla, ada, at=at, with_all_orders=True).person.orders) == 9
    page = client_of(ada).get(person.orders_href.partition("#")[0]).content.decode()
    assert page.count('class="clip" title="Lamp"') == 9
    listed = client_of(ada).get(person.matters_href).content.decode()
    assert listed.count("data-row ") == 14


def test_a_zone_nobody_knows_is_refused_and_the_rest_stays_written(
    client_of: Desk, ada: Agent, carla: Customer
) -> None:
    answer = client_of(ada).post(
        f"/customers/{carla.pk}/description", {"time_zone": "Moon/Sea", "about": "Prefers a call."}
    )
    assert answer.status_code == 422
    assert "Prefers a call." in answer.content.decode()


def test_a_further_address_belongs_to_one_person(client_of: Desk, ada: Agent, carla: Customer, karim: Customer) -> None:
    where = f"/customers/{carla.pk}/addresses"
    assert client_of(ada).post(where, {"kind": "phone", "value": "+49 711 5500"}).status_code == 302
    assert carla.addresses.filter(value="+497115500").exists()
    refused = client_of(ada).post(where, {"kind": "email", "value": "karim@example.net"})
    assert refused.status_code == 422
    assert "belongs to Karim Haddad" in refused.content.decode()


def test_of_whom_was_forgotten_nothing_is_asked_any_more(
    client_of: Desk, root: Agent, carla: Customer, at: datetime
) -> None:
    offered = ("/description", "/touchpoints/new?", "/conversations/new?", "/promises", "/forgetting")
    page = client_of(root).get(f"/customers/{carla.pk}").content.decode().partition("customer-head")[2]
    assert [each for each in offered if each not in page] == []
    forget_customer(carla, by=root.actor, at=at)
    page = client_of(root).get(f"/customers/{carla.pk}").content.decode().partition("customer-head")[2]
    assert "Who they were and what they wrote is gone" in page
    assert [each for each in offered if each in page] == []


def test_the_number_of_queries_does_not_grow_with_the_person(
    ada: Agent, carla: Customer, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(14):
        written(carla, at=at + timedelta(minutes=number), subject=f"matter {number}")
    with django_assert_max_num_queries(SCREEN):
        customer_page(carla, ada, at=at)
    for number in range(30):
        matter = written(carla, at=at + timedelta(hours=number + 1), subject=f"further {number}")
        answer_conversation(matter, text="So.", by=ada.actor, at=at + timedelta(hours=number + 2))
    with django_assert_max_num_queries(SCREEN):
        customer_page(carla, ada, at=at)
