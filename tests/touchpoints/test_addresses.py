import pytest
from django.core.exceptions import ValidationError

from rung.touchpoints.addresses import as_typed, recipients_typed, typed
from rung.touchpoints.incoming import Party


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("", []),
        (" , ;\n", []),
        ("carla@example.org", [("carla@example.org", "")]),
        ("Carla Ruiz <Carla@Example.org>", [("carla@example.org", "Carla Ruiz")]),
        ('"Haddad, Karim" <k@example.net>; b@example.de', [("k@example.net", "Haddad, Karim"), ("b@example.de", "")]),
        ("a@example.org\nb@example.org,", [("a@example.org", ""), ("b@example.org", "")]),
        ('"O\\"Neil" <o@example.org>', [("o@example.org", 'O"Neil')]),
        ("a@example.org, A <A@example.org>", [("a@example.org", "")]),
        ("陳美玲 <mei@example.tw>", [("mei@example.tw", "陳美玲")]),
        ("  Carla   <  carla@example.org  >  ", [("carla@example.org", "Carla")]),
        ("Carla" + " " * 2000 + "<" + " " * 2000 + "carla@example.org>", [("carla@example.org", "Carla")]),
    ],
)
def test_a_line_is_read_as_people(line: str, people: list[tuple[str, str]]) -> None:
    assert [(party.address, party.name) for party in typed(line)] == people


@pytest.mark.parametrize(
    "line",
    [
        "carla",
        "carla@",
        "Carla <>",
        "a@b.org <",
        '"a@b.org',
        "a b@c.org",
        "<a@b.org> x",
        "x" + " " * 2000 + "<" + " " * 2000,
    ],
)
def test_what_is_no_address_is_named(line: str) -> None:
    with pytest.raises(ValidationError, match="is no e-mail address"):
        typed(line)


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(ValidationError, match="too long"):
        typed('"\\' * 100_000)


def test_a_crowd_is_refused() -> None:
    with pytest.raises(ValidationError, match="at most"):
        typed(", ".join(f"p{number}@example.org" for number in range(101)))


@pytest.mark.parametrize(
    "name", ["", "Carla Ruiz", "Haddad, Karim", 'O"Neil', "Back\\slash, Inc", "a@b", "x <y>", "Ü:"]
)
def test_what_is_written_is_read_back(name: str) -> None:
    people = (Party("a@example.org", name), Party("b@example.org"))
    assert typed(as_typed(people)) == people


def test_nobody_stands_in_two_lines() -> None:
    found = recipients_typed(
        to="a@example.org", cc="A <a@example.org>, b@example.org", bcc="b@example.org, c@example.org"
    )
    assert [[party.address for party in line] for line in (found.to, found.cc, found.bcc)] == [
        ["a@example.org"],
        ["b@example.org"],
        ["c@example.org"],
    ]
