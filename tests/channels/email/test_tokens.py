import pytest

from rung.channels.email.tokens import (
    bare_address,
    conversation_in,
    conversation_of,
    message_id_for,
    plus_address,
    token_for,
)

PKS = [1, 35, 36, 4711, 2**31, 2**63 - 1]


@pytest.mark.parametrize("pk", PKS)
def test_a_token_leads_back_to_its_conversation(pk: int) -> None:
    assert conversation_of(token_for(pk)) == pk


@pytest.mark.parametrize("pk", PKS)
def test_a_token_survives_being_shouted(pk: int) -> None:
    assert conversation_in([plus_address("support@desk.example", pk).upper()], []) == pk
    assert conversation_in([], [message_id_for(pk, 7, "desk.example").upper()]) == pk


@pytest.mark.parametrize("pk", PKS)
def test_a_plus_address_is_a_legal_address(pk: int) -> None:
    local = plus_address("support@desk.example", pk).rpartition("@")[0]
    assert len(local) <= 64
    assert set(local) <= set("abcdefghijklmnopqrstuvwxyz0123456789+")


def test_every_changed_letter_of_a_token_breaks_it() -> None:
    token = token_for(4711)
    for place, letter in enumerate(token):
        other = "a" if letter != "a" else "b"
        assert conversation_of(token[:place] + other + token[place + 1 :]) is None


def test_the_code_of_one_conversation_does_not_open_another() -> None:
    mine, other = token_for(4711), token_for(4712)
    assert conversation_of(other[:-16] + mine[-16:]) is None


@pytest.mark.parametrize(
    "text",
    ["", "1", "1a", "2" + token_for(5)[1:], token_for(5) + "a", "1" * 400, "rté@"],
    ids=["empty", "version", "short", "later version", "longer", "endless", "no ascii"],
)
def test_what_is_no_token_leads_nowhere(text: str) -> None:
    assert conversation_of(text) is None
    assert conversation_in([f"support+r{text}@desk.example"], [f"<{text}.1.2@desk.example>"]) is None


def test_a_token_of_another_installation_leads_nowhere(settings: pytest.FixtureRequest) -> None:
    settings.SECRET_KEY = "another installation's secret key"
    theirs = token_for(4711)
    settings.SECRET_KEY = "the secret key of this one"
    assert conversation_of(theirs) is None


def test_a_token_outlives_a_change_of_the_secret_key(settings: pytest.FixtureRequest) -> None:
    settings.SECRET_KEY = "the old key"
    token = token_for(4711)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new key", ["the old key"]
    assert conversation_of(token) == 4711


@pytest.mark.parametrize(
    "address",
    [
        "support+r{}@desk.example",
        "Support Team <support+r{}@desk.example>",
        "support%2Br{}@desk.example",
        "prvs=0123abcdef=support+r{}@desk.example",
        "support+billing+r{}@desk.example",
    ],
)
def test_a_token_is_found_in_what_mail_systems_make_of_the_address(address: str) -> None:
    assert conversation_in([address.format(token_for(4711))], []) == 4711


def test_the_address_goes_before_the_references() -> None:
    addresses = ["karim@example.net", plus_address("support@desk.example", 1)]
    assert conversation_in(addresses, [message_id_for(2, 1, "desk.example")]) == 1


def test_a_forged_token_does_not_hide_a_good_one() -> None:
    forged = f"support+r{token_for(4711)[:-1]}x@desk.example"
    assert conversation_in([forged], ["<unrelated@example.org>", message_id_for(2, 1, "desk.example")]) == 2


def test_a_bare_token_from_our_own_header_counts_last() -> None:
    assert conversation_in([], [], [f" {token_for(9)} "]) == 9


def test_a_message_id_is_the_same_each_time_and_differs_by_touchpoint() -> None:
    assert message_id_for(4, 9, "desk.example") == message_id_for(4, 9, "desk.example")
    assert message_id_for(4, 9, "desk.example") != message_id_for(4, 10, "desk.example")


@pytest.mark.parametrize(
    ("address", "bare"),
    [
        ("Support+r1@Desk.Example", "support@desk.example"),
        (" support@desk.example ", "support@desk.example"),
        ("+odd@desk.example", "+odd@desk.example"),
        ("nobody", "nobody"),
    ],
)
def test_the_bare_address_has_no_plus_part(address: str, bare: str) -> None:
    assert bare_address(address) == bare
