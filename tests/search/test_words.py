"""By which words a text is found, and where in it they stand."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rung.search import words
from rung.search.snippets import Marks, marked, passage
from rung.search.words import all_words_in, fold, spans_of, words_in


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Crème brûlée", "creme brulee"),
        ("CRÈME", "crème"),
        ("Straße", "STRASSE"),
        ("Müller", "mueller"),
        ("Müller", "muller"),
        ("Mu\u0308ller", "müller"),
        ("Søren Łukasz", "soren lukasz"),
        ("İSTANBUL ısı", "istanbul isi"),
        ("Ёлка", "елка"),
        ("طَلَبِي", "طلبي"),
        ("الطلب", "طلب"),
        ("مكتبة", "مكتبه"),
        ("أحمد", "احمد"),
        ("مـــرحبا", "مرحبا"),
        ("שָׁלוֹם", "שלום"),
        ("東京都庁", "京都"),
        ("ﾊﾞﾅﾅ", "バナナ"),
        ("배송이 늦어요", "배송"),
        ("สวัสดีครับ", "สวัส"),
        ("Order R-1234, please", "R1234"),
        ("Order R1234, please", "r-1234"),
        ("Order R-1234, please", "1234"),
        ("to carla.ruiz@example.org.", "Carla.Ruiz@Example.org"),
        ("to carla.ruiz@example.org.", "example.org"),
        ("to carla.ruiz@example.org.", "ruiz"),
        ("I don’t know", "dont"),
        ("MyFinalReport2026.pdf", "final"),
        ("MyFinalReport2026.pdf", "2026"),
        ("MyFinalReport2026.pdf", "FinalReport2026"),
        ("PDFExport", "export"),
        ("RechnungGröße", "große"),
    ],
)
def test_what_is_written_is_found_as_it_may_be_asked(written: str, asked: str) -> None:
    meant = set(words_in(asked))
    assert meant <= all_words_in([written]) or all_words_in([asked]) & all_words_in([written]) >= {
        word for word in all_words_in([asked]) if word not in words_in(asked)
    }


@pytest.mark.parametrize(
    ("written", "asked"),
    [("か", "が"), ("東京", "京東"), ("table", "able"), ("नमस्ते", "नमसत"), ("R-1234", "R-123"), ("Table", "able")],
)
def test_what_is_another_word_is_not_found(written: str, asked: str) -> None:
    assert not set(words_in(asked)) <= all_words_in([written])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=80))
def test_any_text_has_words_that_both_databases_can_hold(text: str) -> None:
    for word in all_words_in([text]):
        assert 0 < len(word) <= 64
        assert not set(word) & set(" \t\n\"'\\:|()*"), word
        assert word == fold(word) or "@" in word


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=80))
def test_spans_stand_in_the_text_in_their_order(text: str) -> None:
    last = 0
    for span in spans_of(text, lambda words: True):
        assert 0 <= span.start < span.end <= len(text)
        assert span.start >= last or span.end > last
        last = span.start


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="aZ1ßÉµ’— 東京都か\u3099がｶﾞ㍿한ㄱ\u1100กำမြ\u0301\u00adمُבָİ") | st.text(max_size=20))
def test_what_has_no_signs_to_take_apart_is_folded_as_if_they_had_been(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_HAS_NOTHING_ELSE", re.compile("(?!)"))
        taken_apart = fold.__wrapped__(text)
    assert fold.__wrapped__(text) == taken_apart


def test_a_long_run_is_cut_and_not_lost() -> None:
    assert words_in("x" * 5000) == ["x" * 64]


def test_a_key_is_not_cut_into_its_letters() -> None:
    assert all_words_in(["aGVsbG8gd29ybGQKaGVsbG8"]) == {"agvsbg8gd29ybgqkagvsbg8"}


class _Whole(Marks):
    """Marks for which no piece of a text is left out."""

    def pieces_of(self, text: str) -> Iterator[tuple[int, str]]:
        yield 0, text


_WRITTEN = (
    *(
        "order",
        "E-mail",
        "email",
        "don't",
        "co-op.",
        "aa",
        "a-aa",
        "İstanbul",
        "Größe",
        "GROESSE",
        "straße",
        "ﬁne",
        "Œuvre",
    ),
    *("“order”", "don’t", "or\u00adder", "µorder", "«aa»", "x½", "…grösse", "Ærø"),
    *("退货", "北京市请", "東京都の", "الطلب", "طلب", "שָׁלוֹם", "ёлка", "x½y", "order,order", "(coop)", "－fine－", "|"),
    *(
        "R-5288",
        "r.5288,",
        "R5288x",
        "ar-52-88",
        "R５２８８",
        "r5²88",
        "2026-11_final.pdf",
        "＃2026–11",
        "2026 11",
        "x1½",
    ),
    *("wünwuen", "wuenwün", "wünwün", "WUENWUEN", "grün’s", "grun’s", "ßaa", "aaß"),
    *("Carla.Ruiz@Example.org", "<carla.ruíz@example.org>", "carla.ruiz@", "a-carla.ruiz@example.org"),
)
_MEANT = ("order", "email", "dont", "coop", "aa", "istanbul", "grosse", "groesse", "strasse", "fine", "oeuvre", "退货")
_ALSO_MEANT = (
    "北京",
    "طلب",
    "שלום",
    "елка",
    "xy",
    "r5288",
    "5288",
    "202611",
    "112",
    "ruiz",
    "carlaruiz",
    "exampleorg",
    "wun",
    "wuen",
)
_ADDRESSES = ("carla.ruiz@example.org", "carla.ru")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(_WRITTEN) | st.text("aB-.'é é\n退15²@", max_size=6), max_size=12),
    st.frozensets(st.sampled_from(_MEANT + _ALSO_MEANT + _ADDRESSES), min_size=1, max_size=3),
    st.sampled_from([(), ("gr",), ("o", "طل"), ("r52",), ("1", "carla.ruiz@e")]),
)
def test_what_is_gone_past_has_nothing_that_is_meant(
    text: list[str], meant: frozenset[str], begun: tuple[str, ...]
) -> None:
    assert marked(" ".join(text), Marks(meant, begun)).hits == marked(" ".join(text), _Whole(meant, begun)).hits


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(_WRITTEN) | st.text("aB-.'é éä①\n退", max_size=6), max_size=6).map(" ".join),
        max_size=6,
    ),
    st.frozensets(st.sampled_from((*_MEANT, *_ALSO_MEANT, *_ADDRESSES, "r1")), min_size=1, max_size=3),
)
def test_no_passage_scores_more_than_was_said_of_all_texts_at_once(texts: list[str], meant: frozenset[str]) -> None:
    at_most = Marks(meant, ()).at_most_in(texts)
    assert len(at_most) == len(texts)
    assert all(passage(text, _Whole(meant, ())).score <= most for text, most in zip(texts, at_most, strict=True))
