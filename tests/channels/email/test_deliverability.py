from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from rung.accounts.models import Agent
from rung.channels.email import spf
from rung.channels.email.models import SendingDomain, SigningKey
from rung.channels.email.resolving import Resolver, State
from rung.channels.email.signing import key_record
from rung.channels.email.standing import Finding, Key, advice, facts_of
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from tests.nameserver import NameServer

ClientOf = Callable[[Agent], Client]
HOST, ADDRESS = "mail.desk.example", "192.0.2.10"


@pytest.fixture
def dns() -> Iterator[NameServer]:
    with NameServer() as dns:
        dns.add("com", "NS", "a.gtld-servers.net.")  # it knows of the world
        yield dns


@pytest.fixture
def orderly(dns: NameServer) -> NameServer:
    dns.add("desk.example", "TXT", "v=spf1 mx -all", "something-else=1")
    dns.add("desk.example", "MX", "10 mail.desk.example.")
    dns.add(HOST, "A", ADDRESS)
    dns.add("10.2.0.192.in-addr.arpa", "PTR", "mail.desk.example.")
    dns.add("_dmarc.desk.example", "TXT", "v=DMARC1; p=reject; rua=mailto:reports@desk.example")
    dns.add("k1._domainkey.desk.example", "TXT", key_record("rsa", "QUJD"))
    dns.add("_mta-sts.desk.example", "TXT", "v=STSv1; id=20260310")
    return dns


def asked(dns: NameServer, patience_s: float = 2.0) -> Resolver:
    return Resolver(dns.address, patience_s)


KEY = Key("k1._domainkey.desk.example", "k1", "QUJD", True)


def found(dns: NameServer, *, hosts: tuple[str, ...] = (HOST,), patience_s: float = 2.0) -> dict[str, Finding]:
    facts = facts_of("desk.example", hosts, ["k1"], asked(dns, patience_s))
    return {finding.subject.split(":")[0].split(" ")[0]: finding for finding in advice("desk.example", facts, [KEY])}


def test_an_orderly_domain_needs_nothing(orderly: NameServer) -> None:
    findings = found(orderly)
    assert {name: (each.tone, each.record) for name, each in findings.items()} == dict.fromkeys(
        ("SPF", "DKIM", "DMARC", "Reverse", "MX", "TLS"), ("good", None)
    )


def test_an_empty_zone_says_what_to_publish(dns: NameServer) -> None:
    dns.add(HOST, "A", ADDRESS)
    findings = found(dns)
    assert {name: each.verdict for name, each in findings.items()} == {
        "SPF": "missing", "DKIM": "not published", "DMARC": "missing", "Reverse": "missing", "MX": "missing",
        "TLS": "not required",
    }  # fmt: skip
    record = findings["SPF"].record
    assert record is not None
    assert (record.name, record.kind, record.value) == ("desk.example", "TXT", f"v=spf1 mx a:{HOST} ~all")
    record = findings["DMARC"].record
    assert record is not None
    assert record.name == "_dmarc.desk.example"
    assert record.value.startswith("v=DMARC1; p=none;")


def test_the_advised_record_passes_when_it_is_published(dns: NameServer) -> None:
    dns.add(HOST, "A", ADDRESS)
    dns.add("desk.example", "TXT", "v=spf1 ip4:203.0.113.0/24 -all")
    advised = found(dns)["SPF"]
    assert (advised.tone, advised.verdict) == ("bad", "not covered")
    assert advised.record is not None
    assert advised.record.value == f"v=spf1 ip4:203.0.113.0/24 a:{HOST} -all"
    dns.take("desk.example", "TXT")
    dns.add("desk.example", "TXT", advised.record.value)
    assert found(dns)["SPF"].tone == "good"


@pytest.mark.parametrize("name", ["silent", "broken"])
def test_no_answer_is_told_from_nothing_there(dns: NameServer, name: str) -> None:
    getattr(dns, name).add("*")
    findings = found(dns, patience_s=0.3)
    assert {each.verdict for each in findings.values()} == {"no answer"}
    assert all(each.record is None for each in findings.values())
    if name == "silent":
        assert len(set(dns.asked)) <= 2, "each silence costs whoever waits for the page seconds"


def test_a_resolver_that_denies_the_whole_world_says_nothing_of_what_is_published(dns: NameServer) -> None:
    dns.take("com", "NS")
    findings = found(dns, hosts=("10.0.0.5",))
    assert {name: each.verdict for name, each in findings.items()} == {
        **dict.fromkeys(("SPF", "DKIM", "DMARC", "MX", "TLS"), "no answer"),
        "Reverse": "cannot be told",
    }
    assert "knows no name of the world outside" in findings["SPF"].said
    assert all(each.record is None for each in findings.values())


def test_one_silent_name_leaves_the_others_told(orderly: NameServer) -> None:
    orderly.broken.add("_dmarc.desk.example")
    findings = found(orderly)
    assert findings["DMARC"].verdict == "no answer"
    assert findings["SPF"].tone == findings["MX"].tone == "good"


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ("v=spf1 +all", "too wide"),
        ("v=spf1 include:nowhere.example -all", "broken"),
        ("v=spf1 nonsense -all", "broken"),
        ("v=spf1 ip4:192.0.2.300 -all", "broken"),
        ("v=spf1 ip4:192.0.2.0/28 -all", "in order"),
        ("v=spf1 redirect=other.example", "in order"),
        ("v=spf1 include:other.example ?all", "in order"),
        ("v=spf1 -ip4:192.0.2.10 +a:mail.desk.example -all", "not covered"),
        ("v=spf1 a:mail.desk.example/24//64 -all", "in order"),
        ("V=SPF1 MX ~ALL", "in order"),
        ("v=spf1 include:loop.example -all", "broken"),
    ],
)
def test_spf_is_read_as_a_receiver_reads_it(dns: NameServer, record: str, verdict: str) -> None:
    dns.add(HOST, "A", ADDRESS)
    dns.add("desk.example", "MX", f"10 {HOST}.")
    dns.add("other.example", "TXT", "v=spf1 ip4:192.0.2.10 -all")
    dns.add("loop.example", "TXT", "v=spf1 include:loop.example -all")
    dns.add("desk.example", "TXT", record)
    assert found(dns)["SPF"].verdict == verdict


def test_more_than_ten_questions_break_spf(dns: NameServer) -> None:
    for number in range(11):
        dns.add(f"i{number}.example", "TXT", "v=spf1 ip4:198.51.100.1 -all")
    dns.add(
        "ten.example", "TXT", "v=spf1 " + " ".join(f"include:i{n}.example" for n in range(10)) + " ip4:192.0.2.10 -all"
    )
    dns.add(
        "eleven.example",
        "TXT",
        "v=spf1 " + " ".join(f"include:i{n}.example" for n in range(11)) + " ip4:192.0.2.10 -all",
    )
    assert spf.judge("ten.example", ADDRESS, asked(dns)).result == spf.PASS
    assert spf.judge("eleven.example", ADDRESS, asked(dns)).result == spf.BROKEN


def test_two_spf_records_are_none(orderly: NameServer) -> None:
    orderly.add("desk.example", "TXT", "v=spf1 -all")
    assert found(orderly)["SPF"].verdict == "broken"


def test_a_name_that_leads_elsewhere_is_said(orderly: NameServer) -> None:
    orderly.take("10.2.0.192.in-addr.arpa", "PTR")
    orderly.add("10.2.0.192.in-addr.arpa", "PTR", "static-10.provider.example.")
    assert found(orderly)["Reverse"].verdict == "one way only"


def test_an_address_inside_the_house_is_not_judged(orderly: NameServer) -> None:
    orderly.take(HOST, "A")
    orderly.add(HOST, "A", "10.1.2.3")
    findings = found(orderly)
    assert findings["Reverse"].verdict == "cannot be told"
    assert findings["SPF"].verdict == "present"


def test_a_provider_is_included_and_not_listed(dns: NameServer) -> None:
    dns.add("smtp.gmail.com", "A", "203.0.113.5")
    dns.add("desk.example", "TXT", "v=spf1 -all")
    findings = found(dns, hosts=("smtp.gmail.com",))
    assert findings["SPF"].record is not None
    assert findings["SPF"].record.value == "v=spf1 include:_spf.google.com -all"
    assert findings["Reverse"].tone == "good"


def test_the_policy_of_the_domain_above_holds(dns: NameServer) -> None:
    dns.add("_dmarc.example", "TXT", "v=DMARC1; p=none; sp=reject")
    facts = facts_of("mail.desk.example", (), [], asked(dns))
    assert facts["dmarc"]["state"] == "nothing", "a top-level domain is nobody's policy"
    dns.add("_dmarc.desk.example", "TXT", "v=DMARC1; p=reject; sp=none")
    facts = facts_of("mail.desk.example", (), [], asked(dns))
    finding = next(each for each in advice("mail.desk.example", facts, []) if each.subject.startswith("DMARC"))
    assert facts["dmarc"]["at"] == "desk.example"
    assert finding.verdict == "watching"


def test_a_domain_that_takes_no_mail_is_said(dns: NameServer) -> None:
    dns.add("desk.example", "MX", "0 .")
    assert found(dns)["MX"].verdict == "closed"


def test_names_that_are_no_names_find_nothing(dns: NameServer) -> None:
    resolver = asked(dns)
    assert resolver.ask("a" * 70 + ".example", "TXT").state is State.NOTHING
    assert resolver.ask("two..dots.example", "TXT").state is State.NOTHING
    assert Resolver("no address").ask("desk.example", "TXT").state is State.SILENT


@pytest.fixture
def lead(lin: Agent, client_of: ClientOf, dns: NameServer, settings: Settings, at: datetime) -> Client:
    settings.DNS_SERVER = dns.address
    settings.SMTP_URL = f"smtp://{HOST}:25"
    add_mailbox(name="Desk", address="support@desk.example", by=SYSTEM, at=at)
    add_mailbox(name="Bücher", address="hilfe@bücher.example", by=SYSTEM, at=at)
    return client_of(lin)


def test_a_lead_sees_what_to_publish_and_checks_again(
    lead: Client, orderly: NameServer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page = lead.get("/settings/deliverability").content.decode()
    assert "xn--bcher-kva.example" in page
    assert "DNS was not asked yet" in page
    answer = lead.post("/settings/deliverability/desk.example/look")
    assert answer.status_code == 303
    with django_assert_max_num_queries(8):
        page = lead.get("/settings/deliverability").content.decode()
    assert "Answers find their way." in page
    assert "v=spf1 mx -all" in page
    assert SendingDomain.objects.get().domain == "desk.example"
    orderly.take("desk.example", "MX")
    lead.post("/settings/deliverability/desk.example/look")
    assert "answers may find no way" in lead.get("/settings/deliverability").content.decode()


def test_a_lead_makes_a_key_and_begins_without_dns(lead: Client, dns: NameServer, lin: Agent) -> None:
    lead.post("/settings/deliverability/desk.example/keys", {"algorithm": "rsa"})
    key = SigningKey.objects.get()
    page = lead.get("/settings/deliverability").content.decode()
    assert key_record("rsa", key.public).replace("+", "&#43;") in page or key_record("rsa", key.public) in page
    assert "PRIVATE" not in page
    assert key.private not in page
    lead.post(f"/settings/deliverability/keys/{key.pk}/beginning")
    key.refresh_from_db()
    assert (key.begun_at is not None, key.is_found) == (True, False)
    lead.post(f"/settings/deliverability/keys/{key.pk}/end")
    assert not SigningKey.objects.present().exists()


def test_an_agent_and_a_stranger_see_nothing_of_it(
    ada: Agent, client_of: ClientOf, lead: Client, client: Client
) -> None:
    assert client_of(ada).get("/settings/deliverability").status_code == 403
    assert client_of(ada).post("/settings/deliverability/desk.example/keys", {"algorithm": "rsa"}).status_code == 403
    assert client.get("/settings/deliverability").status_code == 302
    assert lead.post("/settings/deliverability/other.example/keys", {"algorithm": "rsa"}).status_code == 404
    assert not SigningKey.objects.exists()
