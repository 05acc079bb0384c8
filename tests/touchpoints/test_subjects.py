import pytest

from rung.touchpoints.subjects import bare_subject, is_distinctive, subject_key, title_of


@pytest.mark.parametrize(
    ("subject", "bare", "is_reply"),
    [
        ("My table", "My table", False),
        ("Re: My table", "My table", True),
        ("RE: AW: Re[3]: My table", "My table", True),
        ("Re (2): Re^4: My table", "My table", True),
        ("RE : Ma table", "Ma table", True),
        ("Sv: VS: SV : Mitt bord", "Mitt bord", True),
        ("回复：我的桌子没有来", "我的桌子没有来", True),
        ("返信: テーブルが届きません", "テーブルが届きません", True),
        ("답장: 내 책상", "내 책상", True),
        ("Отв: Мой стол", "Мой стол", True),
        ("رد: طاولتي", "طاولتي", True),
        ("Odp: Fwd: Mój stół", "Mój stół", True),
        ("[support] Re: [EXTERNAL] My table", "My table", True),
        ("Re: [kunden-liste] ***SPAM*** My table", "My table", True),
        ("Automatic reply: My table", "My table", True),
        ("Abwesenheitsnotiz: Mein Tisch", "Mein Tisch", True),
        ("Fwd: My table", "My table", False),
        ("WG: TR: My table", "My table", False),
        ("Reading lamp: broken", "Reading lamp: broken", False),
        ("[urgent]", "[urgent]", False),
        ("Re:", "", True),
        ("", "", False),
    ],
)
def test_marks_and_tags_fall_off(subject: str, bare: str, is_reply: bool) -> None:
    assert bare_subject(subject) == (bare, is_reply)


def test_a_thousand_marks_take_no_longer_than_twenty() -> None:
    assert bare_subject("Re: " * 1000)[0].count("Re:") == 980


def test_case_and_accents_do_not_tell_subjects_apart() -> None:
    assert subject_key("AW: Mein  Bücherregal") == subject_key("mein bucherregal")
    assert subject_key("My table") != subject_key("My chair")


@pytest.mark.parametrize(
    ("subject", "says_something"),
    [
        ("My table has not come", True),
        ("Re: Order 48213", True),
        ("我的桌子没有来", True),
        ("My order", False),
        ("Question", False),
        ("Re: Hi", False),
        ("A b c", False),
        ("", False),
    ],
)
def test_what_says_something(subject: str, says_something: bool) -> None:
    assert is_distinctive(subject) is says_something


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Re: Your table", "Your table"),
        ("[EXTERNAL] AW: Re[2]: Your table", "Your table"),
        ("Fwd: Your table", "Fwd: Your table"),
        ("[Workshop] Your table", "[Workshop] Your table"),
        ("Re:", "Re:"),
        ("", ""),
    ],
)
def test_a_new_matter_is_called_without_the_mark_of_an_answer(subject: str, title: str) -> None:
    assert title_of(subject) == title
