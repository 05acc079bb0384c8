"""Whatever bytes come: an answer, no exception, and soon."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rung.channels.email.reading import read, understand
from rung.channels.email.reading.identity import identity_of
from tests.yardstick import seconds_of

LETTERS = sorted((Path(__file__).parents[2] / "letters").glob("*.eml"))
HEAD = b"From: carla@example.org\r\nTo: support@desk.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def mixed(*parts: bytes) -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body + b"--b--\r\n"


def in_seconds(limit: float, raw: bytes) -> None:
    # Whatever crowds the processor only ever adds; what is too slow is so every time.
    assert any(seconds_of(lambda: understand(raw)) < limit for _look in range(3))


def test_ten_thousand_recipients_are_counted_and_a_thousand_read() -> None:
    people = ",\r\n ".join(f'"Person {n}" <p{n}@example.org>' for n in range(10_000))
    reading = understand(HEAD.replace(b"To: support@desk.example", b"To: " + people.encode()) + b"\r\nhello\r\n")
    assert len(reading.to) == 1000
    assert reading.text == "hello"
    assert any("10000 addresses" in remark for remark in reading.remarks)


def test_sixty_megabytes_are_one_attachment() -> None:
    line = b"QUJD" * 19 + b"\r\n"
    raw = mixed(
        b"Content-Type: text/plain\r\n\r\nA large file.",
        b"Content-Type: video/mp4; name=visit.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n" + line * 800_000,
    )
    assert len(raw) > 60_000_000
    reading = understand(raw)
    assert reading.text == "A large file."
    assert [(file.name, len(file.content)) for file in reading.files] == [("visit.mp4", 57 * 800_000)]


def test_an_archive_that_would_explode_stays_closed_and_is_named() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(60 * 1024 * 1024))
    raw = mixed(
        b"Content-Type: text/plain\r\n\r\nOpen this.",
        b"Content-Type: application/zip; name=bomb.zip\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        + archive.getvalue(),
    )
    reading = understand(raw)
    assert reading.files[0].content == archive.getvalue()
    assert any("bomb.zip" in remark and "never unpacks" in remark for remark in reading.remarks)


@pytest.mark.parametrize(
    "name",
    ["From", "To", "Subject", "Date", "Content-Type", "Content-Disposition", "Message-ID", "References", "Received"],
)
@pytest.mark.parametrize(
    "filling",
    [
        b"(" * 32_000,
        b"<" * 32_000,
        b'"' * 32_000,
        b"\\" * 32_000,
        b"=?utf-8?q?" * 3_200,
        b"=?utf-8?b?=?=" * 2_500,
        b"a@" * 16_000,
        b"," * 32_000,
        b"; a" * 10_000,
        b"schrieb:" * 4_000,
        b";a*0*=" * 5_000,
        b"[" * 32_000,
        b" \r\n " * 8_000,
        b"(a" * 5_000 + b")" * 5_000,
        b"\xe4" * 32_000,
    ],
)
def test_a_crafted_header_costs_no_more_than_its_length(name: str, filling: bytes) -> None:
    in_seconds(1.0, name.encode() + b": " + filling + b"\r\n" + HEAD + b"\r\nhello\r\n")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"> quoted words of an older letter that goes on and on\r\n" * 14_000, id="quotation of 767 kB"),
        pytest.param(b"On 2026-01-01 10:00 a@b.example wrote:\r\n" * 18_000, id="nothing but attributions"),
        pytest.param(b"From: x\r\nSent: y\r\n" * 40_000, id="nothing but header blocks"),
        pytest.param(b"-" * 700_000, id="one long rule"),
        pytest.param(b" " * 700_000, id="one long blank"),
        pytest.param(b">" * 700_000, id="one deep quotation"),
        pytest.param(b"On " * 230_000 + b":", id="one long attribution"),
        pytest.param(b"-- \r\n" * 140_000, id="nothing but signatures"),
        pytest.param(b"\r\n" * 350_000, id="nothing but blank lines"),
        pytest.param(b"550 5.1.1 a@b.example " * 30_000, id="nothing but codes"),
        pytest.param(
            b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: x\n\n-----BEGIN PGP SIGNATURE-----\n\n" * 8000,
            id="signed texts without an end",
        ),
        pytest.param(b"1:\r\n" * 170_000, id="nothing but colons"),
        pytest.param(b"______________ 1>\r\n" * 35_000, id="nothing but lines that could end an attribution"),
        pytest.param(b"```\r\n> a\r\nOn Monday\r\n" * 30_000, id="nothing but code"),
        pytest.param(b"2026-03-03 17:21 Ada\r\n> a\r\n" * 23_000, id="nothing but announced lines"),
        pytest.param(b"Kind regards\r\nAda\r\nhttps://x.example\r\n" * 15_000, id="nothing but partings"),
    ],
)
def test_a_plain_body_of_700_kb_takes_less_than_a_second(body: bytes) -> None:
    in_seconds(1.0, HEAD + b"Content-Type: text/plain\r\n\r\n" + body)
    in_seconds(1.0, HEAD + b"From: mailer-daemon@x\r\nContent-Type: text/plain; format=flowed\r\n\r\n" + body)


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<div>" * 140_000, id="deep"),
        pytest.param("".join(f"<font color=c{n}><p>" for n in range(30_000)), id="unclosed formatting"),
        pytest.param("<b>" * 10 + "<p>x" * 170_000, id="formatting carried along"),
        pytest.param("</b>" * 50_000 + "<b><p>" * 50_000, id="closed before opened"),
        pytest.param("<table><tr><td>" * 40_000, id="tables in tables"),
        pytest.param("<" * 700_000, id="only brackets"),
        pytest.param("<a href='" * 70_000, id="unclosed attributes"),
        pytest.param("<!--" * 170_000, id="unclosed comments"),
        pytest.param("<p>hello world</p>\n" * 37_000, id="ordinary and long"),
        pytest.param("<blockquote type=cite>" * 250 + "x" * 600_000, id="quoted 250 times"),
        pytest.param("&" * 700_000, id="only ampersands"),
        pytest.param("<img src=data:image/png;base64," * 20_000, id="pictures that never end"),
        pytest.param("<br>" * 170_000, id="only line breaks"),
        pytest.param("<a " + " ".join(f"a{n}=1" for n in range(60_000)) + ">", id="one tag, many attributes"),
        pytest.param("<svg><style>" * 50_000, id="foreign content"),
        pytest.param("<select><option>" * 40_000, id="options"),
    ],
)
def test_html_of_700_kb_takes_less_than_three_seconds(html: str) -> None:
    in_seconds(3.0, HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode())


def test_ten_megabytes_of_base64_text_take_less_than_two_seconds() -> None:
    head = HEAD + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    in_seconds(2.0, head + (b"QUJDIERFRgo=" * 6 + b"\r\n") * 140_000)
    in_seconds(2.0, head + (b"QUJDIERFRgpB" * 6 + b"\r\n") * 140_000)


@pytest.mark.parametrize("depth", [5, 31, 400])
def test_parts_in_parts_end_somewhere(depth: int) -> None:
    raw = HEAD
    for level in range(depth):
        raw += f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n".encode()
    reading = understand(raw + b"Content-Type: text/plain\r\n\r\nat the bottom\r\n")
    assert ("at the bottom" in reading.text) == (depth <= 30)
    assert depth <= 30 or any("nested deeper" in remark for remark in reading.remarks)


def test_a_hundred_thousand_parts_end_somewhere() -> None:
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000
    in_seconds(2.0, raw)
    reading = understand(raw)
    assert any("more than 1000 parts" in remark for remark in reading.remarks)


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_a_letter_cut_off_anywhere_is_read(path: Path) -> None:
    raw = path.read_bytes()
    for end in range(0, len(raw), max(1, len(raw) // 60)):
        understand(raw[:end])
        identity_of(raw[:end])


def mutations(random: Random, raw: bytes) -> bytes:
    """The same letter with a few things gone wrong."""
    data = bytearray(raw)
    spots = (b"\r\n", b"=", b'"', b"<", b">", b"--b", b"Content-", b": ", b"\x00", b"\xff\xfe", b"?=", b"=?", b"\x1b$B")
    changes: tuple[Callable[[int], None], ...] = (
        lambda at: data.__setitem__(slice(at, at + 1), random.randbytes(1)),
        lambda at: data.__setitem__(slice(at, at), random.choice(spots)),
        lambda at: data.__delitem__(slice(at, at + random.randrange(1, 60))),
        lambda at: data.__setitem__(slice(at, at), bytes(data[at : at + random.randrange(1, 200)])),
    )
    for _ in range(random.randrange(1, 12)):
        random.choice(changes)(random.randrange(len(data) + 1))
    return bytes(data)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(LETTERS), st.integers(min_value=0))
def test_a_damaged_letter_is_read(path: Path, seed: int) -> None:
    raw = mutations(Random(seed), path.read_bytes())
    understand(raw)
    identity_of(raw)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read(raw: bytes) -> None:
    understand(raw)
    understand(HEAD + b"Content-Type: text/html\r\n\r\n" + raw)
    understand(b"From: " + raw)


PIECES = st.sampled_from(
    [
        *(
            b"From: ",
            b"To: ",
            b"Subject: ",
            b"Date: ",
            b"Content-Type: ",
            b"multipart/mixed; boundary=b",
            b"--b",
            b"--b--",
        ),
        *(
            b"text/plain",
            b"text/html; charset=",
            b"utf-8",
            b"gb2312",
            b"utf-7",
            b"utf-16",
            b"idna",
            b"\r\n",
            b"\r\n\r\n",
        ),
        *(
            b"Content-Transfer-Encoding: ",
            b"base64",
            b"quoted-printable",
            b"x-uuencode",
            b"begin 644 a\r\n",
            b"M",
            b"=3D",
        ),
        *(
            b"=?utf-8?b?",
            b"?=",
            b'"',
            b"<",
            b">",
            b"<div",
            b"<blockquote type=cite>",
            b"</div>",
            b" wrote:\r\n",
            b"> ",
            b"-- \r\n",
        ),
        *(
            b"Content-Disposition: attachment; filename*0*=utf-8''%ff",
            b"; filename=",
            b"\\",
            b"/",
            b"\xff",
            b"\xe3\x81",
            b"\x00",
        ),
        *(
            b"multipart/report; report-type=delivery-status; boundary=b",
            b"message/delivery-status",
            b"Action: failed",
            b"Status: 5",
        ),
    ]
)


@settings(max_examples=250, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_anything_made_of_the_pieces_of_letters_is_read(pieces: list[bytes]) -> None:
    understand(b"".join(pieces))


def test_what_defeats_the_reader_is_shown_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("rung.channels.email.reading.understand", broken)
    reading = read(b"Subject: x\n\nhello")
    assert "hello" in reading.text
    assert "RecursionError" in reading.remarks[0]


def test_what_is_too_tangled_is_no_page_of_blank_lines() -> None:
    raw = b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 20_000 + b"deep" + b"</div>" * 20_000
    found = read(raw + b"<p>end</p>")
    assert "".join(found.text.split()) == "deepend"
    assert found.html.count("\n") < 5


def test_of_what_is_too_tangled_nobody_reads_styles_and_comments() -> None:
    unseen = b"<STYLE>p {color: red}</style ><script>go()</script><!--[if mso]>twice<![endif]-->"
    tangled = b"<div>" * 500 + unseen + b"<!-->words<!-- -->, and more" + b"</div>" * 500 + b"<style>last"
    found = read(b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + tangled)
    assert " ".join(found.text.split()) == "words, and more last"
