"""Zones of any text: they cover it, they invent nothing, they say so whatever it is, and they cost what it is long."""

import sys
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rung.channels.email.reading import Reading, ZoneKind, understand, zones
from rung.channels.email.reading.nouns import Person

HEAD = "From: Carla Ruiz <carla@example.org>\r\nSubject: Re: x\r\nMIME-Version: 1.0\r\n"
LINES = st.sampled_from(
    [
        *("", " ", "Hello Ada,", "Thursday suits us well.", "It does.", "no", "Blue", "P.S. the ladder is too short."),
        *("> Would Thursday suit you?", ">> older", "> ", ">From here on", "| barred", "Ada> named", "» double", "&gt; x"),
        *("On Tue, 10 Mar 2026 at 09:15, Ada Berg <a@desk.example> wrote:", "On Tue, 10 Mar 2026 at 09:15, Ada", "wrote:"),
        *("10.03.2026, 09:15, \"Ada\" <a@desk.example>:", "Le 10 mars 2026 à 09:15, Ada a écrit :", "Ada schrieb:"),
        *("-----Original Message-----", "________________________________", "---------- Forwarded message ---------"),
        *("From: Ada Berg <a@desk.example>", "Sent: Tuesday, March 10, 2026", "To: Carla", "Subject: Re: x", "*From:* Ada"),
        *("Best regards,", "Thanks,", "Mit freundlichen Grüßen", "Carla", "Carla Ruiz", "-- ", "--", "Tel. +49 431 000000"),
        *("Sent from my iPhone", "Get Outlook for iOS", "tables mailing list", "To unsubscribe visit http://x.example/u"),
        "This e-mail is confidential and intended only for the named recipient; notify the sender.",
        *("Please reply above this line", "こんにちは", "مرحبا", "\u202bאדה ברג\u202c", "🎉🎉", "x" * 700),
        *(":", ">", "<http://a", "a b " * 30),
    ]
)  # fmt: skip


def plain(text: str) -> Reading:
    return understand(f"{HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode())


def check(reading: Reading) -> None:
    """What holds of every reading: zones tile the body, and each line of it is in exactly one of its parts."""
    position = 0
    for zone in reading.zones:
        assert (zone.start, zone.end > zone.start or not reading.body) == (position, True)
        position = zone.end
    assert position == len(reading.body)
    for kind, part in (
        ((ZoneKind.REPLY,), reading.text),
        ((ZoneKind.QUOTATION,), reading.quoted),
        ((ZoneKind.CLOSING, ZoneKind.SIGNATURE), reading.signature),
        ((ZoneKind.FOOTER, ZoneKind.LEGAL), reading.fine_print),
    ):
        wanted = "".join(reading.body[zone.start : zone.end] for zone in reading.zones if zone.kind in kind)
        assert wanted.split() == part.split()
    assert reading.text.strip() or not reading.body.strip()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, max_size=30))
def test_zones_of_a_text_tile_it_and_lose_nothing(lines: list[str]) -> None:
    check(plain("\r\n".join(lines)))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(LINES, max_size=20),
    st.lists(st.sampled_from(["p", "div", "blockquote", "blockquote type=cite"]), min_size=1),
)
def test_zones_of_html_tile_it_and_lose_nothing(lines: list[str], tags: list[str]) -> None:
    pieces = [
        f"<{tags[n % len(tags)]}>{line.replace('<', '&lt;')}</{tags[n % len(tags)].split()[0]}>"
        for n, line in enumerate(lines)
    ]
    check(understand(f"{HEAD}Content-Type: text/html; charset=utf-8\r\n\r\n{''.join(pieces)}".encode()))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=600))
def test_zones_of_any_text_tile_it(text: str) -> None:
    check(plain(text.replace("\ud800", "")))


@settings(max_examples=80, deadline=None)
@given(st.lists(LINES, max_size=12), st.lists(LINES, max_size=12))
def test_what_stands_above_a_sure_quotation_does_not_become_part_of_it(above: list[str], below: list[str]) -> None:
    """Adding an answer on top never hides it behind the quotation."""
    sentence = "The forty chairs came today and all of them are blue"
    said = [
        sentence,
        *above,
        "",
        "-----Original Message-----",
        "From: Ada <a@desk.example>",
        "Sent: 1.2.2026",
        "Subject: x",
        *below,
    ]
    assert sentence in plain("\n".join(said)).text


def calls_of(do: Callable[[], object]) -> int:
    """How many Python functions a call calls: work that no busy machine changes."""
    count = 0

    def hear(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(hear)
    try:
        do()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param(["> quoted words of an older letter"], id="quotation"),
        pytest.param(["On 2026-01-01 10:00 a@b.example wrote:"], id="attributions"),
        pytest.param(["On Mon 1 Jan 2026", "at ten", "Ada <a@b.example>"], id="attributions that never end"),
        pytest.param(["From: x", "Sent: y"], id="header blocks"),
        pytest.param(["To: a", "x", "10:00 1.1.2026"], id="Notes headers"),
        pytest.param(["x:"], id="colons"),
        pytest.param(["-- "], id="signatures"),
        pytest.param(["-----", "x"], id="rules"),
        pytest.param(["Sent from my iPhone"], id="telephones"),
        pytest.param(["Best regards,", "Carla"], id="partings"),
        pytest.param(["confidential intended recipient, privileged and for nobody else at all", ""], id="notices"),
        pytest.param(["unsubscribe http://x.example", ""], id="footers"),
        pytest.param(["> a", "b"], id="interleaved"),
        pytest.param(["Ada> x"], id="named marks"),
        pytest.param(["<http://a", "> b"], id="broken links"),
    ],
)
def test_twice_the_lines_are_twice_the_work(unit: list[str]) -> None:
    names = zones.names_of(Person("carla@example.org", "Carla Ruiz"))
    few, many = unit * 400, unit * 800
    zones.marked(few, names=names)
    once = calls_of(lambda: zones.marked(few, names=names))
    assert calls_of(lambda: zones.marked(many, names=names)) < 2.5 * once + 2000


@pytest.mark.parametrize("sign", ["On ", "a@", "1.", "<", "-", " ", "wrote: ", "From: ", "confidential "])
def test_one_endless_line_costs_no_more_than_its_beginning(sign: str) -> None:
    short, long = [sign * 1000], [sign * 100_000]
    zones.marked(short)
    assert calls_of(lambda: zones.marked(long)) <= calls_of(lambda: zones.marked(short)) + 50


@pytest.mark.parametrize(("above", "shown"), [("", "answer"), ("Hi\n\n", "Hi")])
def test_a_pointed_header_that_bears_marks_itself_is_looked_at_once(above: str, shown: str) -> None:
    header = ">>> Ada Berg <a@b.example> 10/03/2026 09:15 >>>"
    reading = plain(f"{above}{header}\nHello\n\nMore\n> old one\n> old two\nanswer\n")
    check(reading)
    assert shown in reading.text


@pytest.mark.parametrize("mark", ["", "> "])
@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, Mar 9, 2026 at 9:12 AM {} wrote:",
        "On 9 Mar 2026, at 09:12, {} wrote:",
        "On Monday, March 9, 2026 at 09:12:44 AM GMT+1, {} wrote:",
        "Am Mo., 9. März 2026 um 09:12 Uhr schrieb {}:",
        "Le lun. 9 mars 2026 à 09:12, {} a écrit :",
        "Il giorno lun 9 mar 2026 alle ore 09:12 {} ha scritto:",
        "El lun, 9 mar 2026 a las 9:12, {} escribió:",
        "Em seg., 9 de mar. de 2026 às 09:12, {} escreveu:",
        "Op ma 9 mrt 2026 om 09:12 schreef {}:",
        "Den mån 9 mars 2026 kl 09:12 skrev {}:",
        "man. 9. mar. 2026 kl. 09.12 skrev {}:",
        "ma 9. maalisk. 2026 klo 9.12 {} kirjoitti:",
        "pon., 9 mar 2026 o 09:12 {} napisał(a):",
        "po 9. 3. 2026 v 9:12 odesílatel {} napsal:",
        "{} ezt írta (időpont: 2026. márc. 9., H, 9:12):",
        "În lun., 9 mar. 2026 la 09:12, {} a scris:",
        "пн, 9 мар. 2026 г. в 09:12, {}:",
        "пн, 9 бер. 2026 р. о 09:12 {} пише:",
        "Στις Δευ 9 Μαρ 2026 στις 9:12 π.μ., ο/η {} έγραψε:",
        "Vào Th 2, 9 thg 3, 2026 vào lúc 09:12 {} đã viết:",
        "Pada Sen, 9 Mar 2026 pukul 09.12 {} menulis:",
    ],
)
def test_an_attribution_is_known_wherever_a_program_breaks_it(attribution: str, mark: str) -> None:
    words = attribution.format("Ada Berg <ada@desk.example>").split(" ")
    below = ["", f"{mark}Would Thursday suit you?", f"{mark}We could come at ten."]
    for at in range(1, len(words)):
        broken = [" ".join(words[:at]), " ".join(words[at:])]
        marks = zones.marked(["Thursday suits us well.", "", *broken, *below]).marks
        assert (marks[0], marks[3], marks[5]) == (ZoneKind.REPLY, ZoneKind.QUOTATION, ZoneKind.QUOTATION), broken


@pytest.mark.parametrize(
    "answer", ["On Monday", "No", "In May", "Am 5. Mai um 10 Uhr passt es", "10:15", "Write to c@x.example"]
)
@pytest.mark.parametrize(
    "attribution",
    ["On Mon, 9 Mar 2026 at 09:12, Ada Berg <ada@desk.example> wrote:", "Am 09.03.26 um 09:12 schrieb Ada Berg:"],
)
def test_an_answer_right_above_an_attribution_is_no_part_of_it(answer: str, attribution: str) -> None:
    marks = zones.marked([answer, attribution, "", "> Would Thursday suit you?", "> We could come at ten."]).marks
    assert marks[:2] == [ZoneKind.REPLY, ZoneKind.QUOTATION]
