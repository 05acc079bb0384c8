"""What a rule can ask, as tables of cases."""

import pytest

from rung.rules.conditions import Condition, Matter, at_address, contains, holds, needs_of, phrases

MATTER = Matter(
    team=3,
    priority="high",
    mailbox=7,
    addresses=("carla@shop.example.org",),
    company="Ruiz & Daughters",
    language="de-AT",
    subject="Rechnung 4711",
    text="Bitte um Rückerstattung.\nI want a refund, now.",
    tags=frozenset({1, 2}),
    fields={12: ("yes", "Yes"), 13: ("", ""), 14: ("c1", "Röd")},
    is_internal=True,
    is_known=False,
    is_automatic=False,
    is_within_hours=False,
)


@pytest.mark.parametrize(
    ("what", "how", "value", "is_met"),
    [
        ("team", "is", ("3",), True),
        ("team", "is", ("4", "3"), True),
        ("team", "is", ("",), False),
        ("team", "not", ("3",), False),
        ("team", "not", ("",), True),
        ("assignee", "is", ("",), True),
        ("assignee", "is", ("5",), False),
        ("priority", "is", ("high", "urgent"), True),
        ("priority", "not", ("high",), False),
        ("mailbox", "is", ("7",), True),
        ("channel", "is", ("email",), True),
        ("channel", "not", ("phone",), True),
        ("tag", "any", ("2", "9"), True),
        ("tag", "all", ("2", "9"), False),
        ("tag", "all", ("1", "2"), True),
        ("tag", "none", ("9",), True),
        ("tag", "none", ("1",), False),
        ("subject", "any", ("rechnung",), True),
        ("subject", "any", ("refund",), False),
        ("text", "any", ("ruckerstattung",), True),
        ("text", "all", ("refund", "now"), True),
        ("text", "all", ("refund", "tomorrow"), False),
        ("text", "none", ("thanks",), True),
        ("said", "any", ("4711",), True),
        ("address", "is", ("example.org",), True),
        ("address", "is", ("@shop.example.org",), True),
        ("address", "is", ("carla@shop.example.org",), True),
        ("address", "not", ("example.net",), True),
        ("company", "is", ("ruiz & daughters",), True),
        ("company", "not", ("Acme",), True),
        ("language", "is", ("de",), True),
        ("language", "is", ("nl", "DE-at"), True),
        ("language", "not", ("de",), False),
        ("known", "yes", (), False),
        ("known", "no", (), True),
        ("internal", "yes", (), True),
        ("automatic", "no", (), True),
        ("hours", "no", (), True),
        ("field-12", "is", ("yes",), True),
        ("field-12", "not", ("yes",), False),
        ("field-13", "empty", (), True),
        ("field-14", "is", ("blue", "rod"), True),
        ("field-14", "is", ("blue",), False),
        ("field-14", "not", ("Röd",), False),
        ("field-12", "filled", (), True),
        ("field-99", "is", ("",), False),
        ("no_such_question", "is", ("x",), False),
        ("tag", "any", ("²", "9" * 5000), False),
        ("field-²", "is", ("yes",), False),
        (f"field-{'9' * 5000}", "filled", (), False),
    ],
)
def test_a_condition_holds_or_does_not(what: str, how: str, value: tuple[str, ...], is_met: bool) -> None:
    assert holds(Condition(what, how, value), MATTER) is is_met


@pytest.mark.parametrize(
    ("text", "phrase", "is_there"),
    [
        ("I want my refund.", "refund", True),
        ("They refunded me.", "refund", False),
        ("They refunded me.", "refund*", True),
        ("prerefund", "refund*", False),
        ("Naïve café", "NAIVE CAFE", True),
        ("where  is\nmy order", "is my order", True),
        ("我要退款，谢谢", "退款", True),
        ("a.b (c)", "a.b (c)", True),
        ("anything", "*", False),
        ("prerefund, but then a refund", "refund", True),
        ("anything", "  ", False),
        ("Straße", "STRASSE", True),
    ],
)
def test_words_are_found_whole_whatever_their_case(text: str, phrase: str, is_there: bool) -> None:
    assert contains(text, phrase) is is_there


@pytest.mark.parametrize(
    ("address", "wanted", "is_it"),
    [
        ("a@example.org", "example.org", True),
        ("a@mail.example.org", "example.org", True),
        ("a@badexample.org", "example.org", False),
        ("a@example.org", "A@example.org", True),
        ("b@example.org", "a@example.org", False),
        ("a@example.org", "", False),
        ("a@example.org", "@", False),
    ],
)
def test_an_address_lies_in_a_domain_or_does_not(address: str, wanted: str, is_it: bool) -> None:
    assert at_address(address, wanted) is is_it


def test_words_are_parted_by_commas_and_lines_and_each_stands_once() -> None:
    assert phrases("refund, money back\nrefund;  , late") == ("refund", "money back", "late")


def test_only_what_is_asked_for_is_looked_up() -> None:
    assert needs_of([Condition("team", "is", ("1",)), Condition("subject", "any", ("x",))]) == frozenset()
    assert needs_of([Condition("tag", "any", ("1",)), Condition("field-3", "is", ("x",))]) == {"tags", "fields"}
