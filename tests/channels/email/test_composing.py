from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from rung.channels.email.composing import (
    MAX_REFERENCES,
    OutgoingFile,
    OutgoingLetter,
    Party,
    Unwritable,
    answer_subject,
    as_bytes,
    bounded_references,
    compose,
    html_body,
    plain_body,
)
from rung.channels.email.quoting import _WROTE, MAX_QUOTE, Forward, Quote, attribution

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
LETTER = OutgoingLetter(
    sender=Party("support@desk.example", "Ada Berg at Desk Support"),
    to=(Party("carla@example.org", "Carla Ruiz"),),
    subject="Re: My table has not come",
    message_id="<1abc.1.2@desk.example>",
    written_at=AT,
    text="It leaves today.",
)


def sent(letter: OutgoingLetter) -> EmailMessage:
    """The letter as a receiver's program reads it."""
    raw = as_bytes(compose(letter))
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    read = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
    assert [part.defects for part in read.walk() if part.defects] == []
    return read


def body(letter: OutgoingLetter, kind: str) -> str:
    part = sent(letter).get_body((kind,))
    assert part is not None
    return cast(str, part.get_content()).replace("\r\n", "\n")


def test_an_answer_has_the_headers_of_an_answer() -> None:
    read = sent(
        replace(
            LETTER,
            reply_to="support+r1abc@desk.example",
            references=("<first@example.org>", "<second@example.org>"),
            in_reply_to="<second@example.org>",
            token="1abc",
        )
    )
    assert str(read["From"]) == "Ada Berg at Desk Support <support@desk.example>"
    assert str(read["Reply-To"]) == "Ada Berg at Desk Support <support+r1abc@desk.example>"
    assert str(read["To"]) == "Carla Ruiz <carla@example.org>"
    assert read["Subject"] == "Re: My table has not come"
    assert read["Date"].datetime == AT
    assert read["Message-ID"] == "<1abc.1.2@desk.example>"
    assert read["In-Reply-To"] == "<second@example.org>"
    assert read["References"].split() == ["<first@example.org>", "<second@example.org>"]
    assert read["X-Rung-Conversation"] == "1abc"
    for name in ("Auto-Submitted", "Precedence", "X-Auto-Response-Suppress"):
        assert name not in read


def test_a_notice_says_that_a_machine_wrote_it() -> None:
    read = sent(replace(LETTER, automatic="auto-generated"))
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Precedence"] == "bulk"
    assert read["X-Auto-Response-Suppress"] == "All"


def test_it_can_be_read_as_text_and_as_html() -> None:
    letter = replace(LETTER, text="Dear <Carla> & all,\n\nsee https://desk.example/a?b=1&c=2")
    assert sent(letter).get_content_type() == "multipart/alternative"
    assert body(letter, "plain").startswith("Dear <Carla> & all,\n\nsee https://desk.example/a?b=1&c=2\n")
    html = body(letter, "html")
    assert "Dear &lt;Carla&gt; &amp; all," in html
    assert 'href="https://desk.example/a?b=1&amp;c=2"' in html


def test_signature_and_quotation_follow_the_answer() -> None:
    quote = Quote("Carla", AT, "It was promised.\n> for Monday\n\nCarla", language="de")
    letter = replace(LETTER, signature="Ada\nDesk Ltd", quote=quote)
    assert plain_body(letter) == (
        "It leaves today.\n\n"
        "-- \nAda\nDesk Ltd\n\n"
        "Am 10. März 2026 um 09:00 UTC schrieb Carla:\n"
        "> It was promised.\n>> for Monday\n>\n> Carla\n"
    )
    html = body(letter, "html")
    assert html.index("It leaves today.") < html.index("Desk Ltd") < html.index("schrieb Carla:")
    assert '<blockquote type="cite"' in html


def test_quoted_html_stays_html_without_scripts_and_pictures() -> None:
    quote = Quote("Carla", AT, "bold", html='<b>bold</b><img src="cid:x"><script>alert(1)</script>')
    html = body(replace(LETTER, quote=quote), "html")
    assert "<b>bold</b>" in html
    assert "img" not in html
    assert "alert" not in html


def test_a_very_long_quotation_is_cut_and_says_so() -> None:
    text = plain_body(replace(LETTER, quote=Quote("Carla", AT, "line of words\n" * 5000)))
    assert len(text) < MAX_QUOTE * 1.5
    assert text.endswith("> […]\n")


@pytest.mark.parametrize("language", sorted(_WROTE))
def test_the_quotation_is_introduced_in_the_customers_language(language: str) -> None:
    line = attribution(Quote("Carla", datetime(2026, 3, 10, 14, 5, tzinfo=ZoneInfo("Europe/Madrid")), "", "", language))
    assert "Carla" in line
    assert "14:05" in line
    assert "2026" in line
    assert "UTC" not in line
    assert line.endswith((":", ":", "："))


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("", "On 10 March 2026 at 09:00 UTC, Carla wrote:"),
        ("tlh", "On 10 March 2026 at 09:00 UTC, Carla wrote:"),
        ("de-AT", "Am 10. März 2026 um 09:00 UTC schrieb Carla:"),
        ("pt_BR", "Em 10 de Março de 2026 às 09:00 UTC, Carla escreveu:"),
        ("no", "Den 10. mars 2026 kl. 09:00 UTC skrev Carla:"),
    ],
)
def test_an_unknown_language_is_met_in_english(language: str, line: str) -> None:
    assert attribution(Quote("Carla", AT, "", "", language)) == line


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Broken lamp", "Re: Broken lamp"),
        ("Re: Broken lamp", "Re: Broken lamp"),
        ("RE: Broken lamp", "RE: Broken lamp"),
        ("AW: Lampe", "AW: Lampe"),
        ("Re[2]: Broken lamp", "Re[2]: Broken lamp"),
        ("回复：灯", "回复：灯"),
        ("Return of a lamp", "Re: Return of a lamp"),
        ("Ref 4711: lamp", "Re: Ref 4711: lamp"),
        ("", "Re:"),
        ("two\r\nBcc: all@example.org lines", "Re: two Bcc: all@example.org lines"),
    ],
)
def test_an_answers_subject_says_re_once(subject: str, answer: str) -> None:
    assert answer_subject(subject) == answer


def test_references_keep_the_first_and_the_newest() -> None:
    chain = bounded_references([f"<{n}@example.org>" for n in range(50)])
    assert len(chain) == MAX_REFERENCES
    assert (chain[0], chain[1], chain[-1]) == ("<0@example.org>", "<39@example.org>", "<49@example.org>")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["<a@x>", "<b@x>", "<a@x>"], ["<b@x>", "<a@x>"]),
        (["a@x"], ["<a@x>"]),
        (["sha256:0011", "", "<no at>", "<a b@x>", "<ü@x>"], []),
    ],
)
def test_references_hold_real_identifiers_once(given: list[str], kept: list[str]) -> None:
    assert bounded_references(given) == kept


def test_long_identifiers_stay_whole() -> None:
    long = f"<{'x' * 200}@example.org>"
    read = as_bytes(compose(replace(LETTER, message_id=long, references=("<a@example.org>", long))))
    assert f"Message-ID: {long}\r\n".encode() in read
    assert f"References: <a@example.org>\r\n {long}\r\n".encode() in read


@pytest.mark.parametrize(
    "name",
    [
        "Zoë",
        "Berg, Ada",
        'The "Boss"',
        "Zoë Müller, Ärztin " * 8,
        "a@b.example",
        "x\r\nBcc: all@example.org",
        "李雷 🙂",
        "",
    ],
)
def test_a_name_arrives_as_it_was_and_brings_no_other_recipient(name: str) -> None:
    read = sent(replace(LETTER, to=(Party("carla@example.org", name), Party("karim@example.net", name))))
    assert [address.addr_spec for address in read["To"].addresses] == ["carla@example.org", "karim@example.net"]
    assert "Bcc" not in read
    # The older decoder: the newer one leaves a blank where a long name was folded.
    written = message_from_bytes(as_bytes(compose(replace(LETTER, to=(Party("carla@example.org", name),)))))["To"]
    assert parseaddr(written)[1] == "carla@example.org"
    phrase = written.rpartition("<")[0].strip() or ""
    shown = phrase[1:-1].replace("\\", "") if phrase[:1] == '"' else str(make_header(decode_header(phrase)))
    assert shown == " ".join(name.split())


@pytest.mark.parametrize(
    "subject",
    ["Größe des Päckchens " * 20, "x" * 300, "a\x00b\x1b", "emoji 🙂 " * 30, "=?utf-8?q?trick?=", "日本語" * 60],
)
def test_a_subject_arrives_as_it_was(subject: str) -> None:
    if subject.startswith("=?"):
        return  # a program that decodes what was never encoded cannot be told from one that does well
    wanted = " ".join(subject.replace("\x00", "").replace("\x1b", "").split())
    assert sent(replace(LETTER, subject=subject))["Subject"] == wanted


def test_files_travel_beside_and_pictures_inside() -> None:
    letter = replace(
        LETTER,
        html='<p>Like this: <img src="cid:lamp"></p>',
        files=(
            OutgoingFile("Rechnung März.pdf", "application/pdf", b"%PDF-1"),
            OutgoingFile("lamp.png", "image/png", b"\x89PNG", "lamp", is_inline=True),
            OutgoingFile("unused.png", "image/png", b"\x89PNG2", "elsewhere", is_inline=True),
            OutgoingFile("old.eml", "message/rfc822", b"From: a@b\r\n\r\nhello"),
            OutgoingFile("../x\r\ny", "no type at all", b"1"),
        ),
    )
    read = sent(letter)
    assert read.get_content_type() == "multipart/mixed"
    assert [(file.get_filename(), file.get_content_type(), file.get_content()) for file in read.iter_attachments()] == [
        ("Rechnung März.pdf", "application/pdf", b"%PDF-1"),
        ("unused.png", "image/png", b"\x89PNG2"),
        ("old.eml", "application/octet-stream", b"From: a@b\r\n\r\nhello"),
        ("../x y", "application/octet-stream", b"1"),
    ]
    picture = next(part for part in read.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<lamp>"
    assert picture.get_content_disposition() == "inline"


@pytest.mark.parametrize(
    "address", ["", "nobody", "@example.org", "a b@example.org", "a@", "a@b@", "<a@b>", "a\n@b.example"]
)
def test_a_broken_address_is_refused_for_good(address: str) -> None:
    with pytest.raises(Unwritable):
        compose(replace(LETTER, to=(Party(address),)))


def test_nobody_to_write_to_is_refused_for_good() -> None:
    with pytest.raises(Unwritable):
        compose(replace(LETTER, to=()))


def test_a_domain_with_umlauts_is_written_as_dns_knows_it() -> None:
    read = sent(replace(LETTER, to=(Party("carla@bücher.example"),)))
    assert str(read["To"]) == "carla@xn--bcher-kva.example"


def test_a_local_part_beyond_ascii_is_left_as_it_is() -> None:
    raw = as_bytes(compose(replace(LETTER, to=(Party("josé@example.org"),))))
    assert "To: josé@example.org\r\n".encode() in raw


def test_text_no_charset_can_hold_is_still_sent() -> None:
    assert "a?b" in body(replace(LETTER, text="a\ud800b\x00"), "plain")


def test_what_was_quoted_is_quoted_once_more() -> None:
    first = Quote("Carla", AT, "It was promised.", html="<p>It was <b>promised</b>.</p>")
    letter = replace(
        LETTER, quote=Quote("Carla", AT, "Still nothing.", earlier=Quote("Ada", AT, "Friday.", earlier=first))
    )
    text = plain_body(letter)
    assert "> Still nothing.\n>\n> On 10 March 2026 at 09:00 UTC, Ada wrote:\n>> Friday." in text
    assert ">>> It was promised." in text
    assert html_body(letter).count("<blockquote") == 3
    assert "<b>promised</b>" in html_body(letter)


def test_a_long_history_ends_somewhere() -> None:
    quote = None
    for number in range(200):
        quote = Quote("Carla", AT, f"letter {number} " + "word " * 300, earlier=quote)
    letter = replace(LETTER, quote=quote)
    assert len(plain_body(letter)) < MAX_QUOTE * 2
    assert len(html_body(letter)) < MAX_QUOTE * 2


def test_a_letter_is_passed_on_whole_and_below_the_closing_lines() -> None:
    passed_on = Forward(
        "Carla <carla@example.org>", AT, "My <table>", "One leg.\nIs missing.", html="<p onclick=x>One <i>leg</i></p>",
        closing="Best\nCarla & Co, 555 0199", cc="karim@example.org",
    )  # fmt: skip
    letter = replace(LETTER, signature="Ada", forward=passed_on)
    text = plain_body(letter)
    assert text.index("-- \nAda") < text.index("Forwarded message")
    assert (
        "From: Carla <carla@example.org>\nDate: Tue, 10 Mar 2026 09:00 +0000\nSubject: My <table>\n"
        "Cc: karim@example.org\n\nOne leg.\nIs missing.\n\nBest\nCarla & Co, 555 0199" in text
    )
    html = html_body(letter)
    assert "My &lt;table&gt;" in html
    assert "<p>One <i>leg</i></p><p>Best<br>\nCarla &amp; Co, 555 0199</p>" in html


def test_a_blind_copy_stands_in_no_header() -> None:
    message = compose(replace(LETTER, to=(), bcc=(Party("boss@desk.example"),)))
    assert b"boss@" not in as_bytes(message)
