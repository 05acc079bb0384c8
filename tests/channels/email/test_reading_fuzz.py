"""Damaged letters are read: a bounded run of what `bin/fuzz` does by the million."""

import pytest

from tests import fuzzing
from tests.fuzzing import check, damaged, fuzz, letters

STOCK = letters()


def test_three_thousand_damaged_letters_are_read() -> None:
    found = fuzz(3000, seed=20261121, seconds=90, stock=STOCK)
    assert found.failures == []
    assert found.letters > 300, "this machine is too slow for the run to mean anything"


def test_the_same_number_makes_the_same_letter() -> None:
    assert damaged(STOCK, 7, 42) == damaged(STOCK, 7, 42)
    assert len({damaged(STOCK, 7, number) for number in range(50)}) > 45


def test_a_reader_that_never_ends_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(raw: bytes, *, again: bool = False) -> float:
        while True:
            pass

    monkeypatch.setattr(fuzzing, "check", hang)
    monkeypatch.setattr(fuzzing, "HUNG_S", 0.05)
    found = fuzz(2, seed=1, seconds=90, stock=STOCK[:2])
    assert [number for number, _ in found.failures] == [0, 1]
    assert "did not end" in found.failures[0][1]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"From: a@b.example\nContent-Transfer-Encoding: \x188bit\n\nx", id="control in a remark"),
        pytest.param(
            b"From: a@b.example\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n"
            b"--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;c@d.example\n"
            b"Disposition: manual-action/MDN-sent-manually; displa\x04ed\n\n--b--\n",
            id="control in a report",
        ),
        pytest.param(
            b"From: a@b.example\nContent-Type: application/pdf\n"
            b"Content-Disposition: attachment; filename=con.txtxtxtxtxtxtxtxtxtxtxt\n\nx",
            id="device with a long ending",
        ),
        pytest.param(
            b"From: a@b.example\nContent-Type: text/html\n\n<div dir='x\n&lt;body onload=&quot;1&quot;'>x</div>",
            id="handler inside an attribute's text",
        ),
        pytest.param(
            b"From: a@b.example\nContent-Type: text/html\n\n<p title='&#1;'>Hi &#20; there &#0; x&#x1f;y</p>",
            id="controls by their numbers",
        ),
        pytest.param(
            b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
            + b"--b\nContent-Type: text/html\nContent-Location: x\n\n<img src=x>\n" * 900,
            id="nine hundred pages with pictures",
        ),
    ],
)
def test_what_was_found_once_holds(raw: bytes) -> None:
    check(raw, again=True)
