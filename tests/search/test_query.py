"""What was typed is always read as something, and printed back it says the same."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rung.search.query import Either, Every, Filter, Part, Phrase, Query, Without, Word, read_query


def w(text: str) -> Word:
    return Word(text)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("", ()),
        ("   ", ()),
        ("lost parcel ", (w("lost"), w("parcel"))),
        ("lost parc", (w("lost"), Word("parc", is_begun=True))),
        ('"two weeks" ', (Phrase("two weeks"),)),
        ("“two weeks” ", (Phrase("two weeks"),)),
        ('"unclosed phrase', (Phrase("unclosed phrase"),)),
        ("table -chair ", (w("table"), Without(w("chair")))),
        ("NOT chair table ", (Without(w("chair")), w("table"))),
        ("a OR b c ", (Either((w("a"), w("b"))), w("c"))),
        ("a OR b OR c ", (Either((w("a"), w("b"), w("c"))),)),
        ("(a b) OR c ", (Either((Every((w("a"), w("b"))), w("c"))),)),
        ("-(a OR b) ", (Without(Either((w("a"), w("b")))),)),
        ("a AND b ", (w("a"), w("b"))),
        ("OR a OR ", (w("a"),)),
        (") a ( ", (w("a"),)),
        ("((((a)))) ", (w("a"),)),
        ("#123", (Filter("number", "123"),)),
        ("#12abc ", (w("12abc"),)),
        ("is:open", (Filter("is", "open"),)),
        ("IS:Open", (Filter("is", "Open"),)),
        ('in:"Team A" x ', (Filter("in", "Team A"), w("x"))),
        ("-is:open", (Without(Filter("is", "open")),)),
        ("from: x ", (w("x"),)),
        ("level:<expected", (Filter("level", "<expected"),)),
        ("foo:bar http://x.example/y ", (w("foo:bar"), w("http://x.example/y"))),
        ("well-known -a-b ", (w("well-known"), Without(w("a-b")))),
        ("--a ", (Without(w("a")),)),
        ("- !!! … ", ()),
    ],
)
def test_what_was_typed_is_read(typed: str, parts: tuple[Part, ...]) -> None:
    assert read_query(typed).parts == parts


PIECES = (
    "a",
    "b",
    "-",
    "(",
    ")",
    " ",
    '"',
    "OR",
    "AND",
    "NOT",
    "is:open",
    "from:",
    '"x y"',
    "#12",
    "#",
    ":",
    "|",
    "--",
)
typed_by_nobody = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)
typed_with_spaces = st.lists(st.sampled_from(PIECES), max_size=16).map(" ".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=60), typed_by_nobody, typed_with_spaces))
def test_printed_back_it_says_the_same(typed: str) -> None:
    query = read_query(typed)
    printed = str(query)
    assert query in (read_query(printed), read_query(printed + " "))


@pytest.mark.parametrize("piece", ["(", "-(", "(a OR ", "NOT "])
def test_no_depth_is_too_deep(piece: str) -> None:
    assert isinstance(read_query(piece * 3000 + "a"), Query)


def test_a_part_can_be_taken_out() -> None:
    query = read_query("invoice is:open from:carla ")
    assert str(query.without(Filter("is", "open"))) == "invoice from:carla"
