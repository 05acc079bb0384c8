import pytest

from rung.accounts.models import Agent
from rung.accounts.signatures import filled, has_place, signature_of
from tests.cast import Desk

ADA = {"name": "Ada Berg", "role": "Wheel builder", "team": "Support", "mailbox": "Desk", "address": "s@desk.example"}


@pytest.mark.parametrize(
    ("template", "reads"),
    [
        ("{name}\n{role}, {team}", "Ada Berg\nWheel builder, Support"),
        ("{ NAME }", "Ada Berg"),
        ("Yours\n\n{name}", "Yours\n\nAda Berg"),
        ("100 % {wheels} {name", "100 % {wheels} {name"),
        ("", ""),
    ],
)
def test_placeholders_are_filled_in_and_all_else_stays(template: str, reads: str) -> None:
    assert filled(template, ADA) == reads


def test_a_place_is_known_however_it_is_spelt() -> None:
    assert has_place("team", "{name}", "Yours, { Team }")
    assert not has_place("team", "{teams}, {name} of the team", "")


def test_a_line_of_which_nothing_is_left_is_left_out() -> None:
    assert filled("{name}\n{role}, {team}\nFennimore", {"name": "Lin"}) == "Lin\nFennimore"


@pytest.mark.parametrize(
    ("template", "reads"),
    [
        ("{name}, {role}", "Lin"),
        ("{role}, {name}", "Lin"),
        ("{name} | {role} | {team}", "Lin | Billing"),
        ("– {name} –", "– Lin –"),
        ("{name}, {nonsense}", "Lin, {nonsense}"),
    ],
)
def test_no_comma_is_left_where_a_placeholder_is_empty(template: str, reads: str) -> None:
    assert filled(template, {"name": "Lin", "team": "Billing"}) == reads


@pytest.mark.parametrize(
    ("own", "of_mailbox", "reads"),
    [
        ("Ada", "The desk", "Ada"),
        ("", "The desk of {team}", "The desk of Support"),
        ("{name}", "{own}\n{address}", "Ada Berg\ns@desk.example"),
        ("", "{own}\n{address}", "s@desk.example"),
        ("", "", ""),
    ],
)
def test_the_agents_lines_go_before_the_mailboxs_unless_those_hold_a_place_for_them(
    own: str, of_mailbox: str, reads: str
) -> None:
    assert signature_of(own, of_mailbox, ADA) == reads


def test_closing_lines_are_tried_before_they_are_saved(client_of: Desk, ada: Agent) -> None:
    shown = client_of(ada).post("/account/profile/signature", {"signature": "{name} <b>of</b> {team}"}).content.decode()
    assert "Ada Berg &lt;b&gt;of&lt;/b&gt; Support" in shown
    assert Agent.objects.get(pk=ada.pk).signature == ""
