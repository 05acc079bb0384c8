import gzip
import re

import pytest
from django.test import Client

from rung.accounts.models import Agent

TAKES_IT = {"Accept-Encoding": "gzip, deflate, br"}


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lin")]


def test_a_page_travels_pressed_to_whoever_takes_it(client: Client) -> None:
    plain, pressed = client.get("/account/sign-in"), client.get("/account/sign-in", headers=TAKES_IT)
    assert "Content-Encoding" not in plain.headers
    assert (pressed.headers["Content-Encoding"], pressed.headers["Content-Type"]) == (
        "gzip",
        "text/html; charset=utf-8",
    )
    assert "Accept-Encoding" in pressed.headers["Vary"]
    assert int(pressed.headers["Content-Length"]) == len(pressed.content) < len(plain.content) / 2

    def without_marks(page: bytes) -> str:
        return re.sub(r'(value|nonce|content)="[^"]*"', "", page.decode())

    assert without_marks(gzip.decompress(pressed.content)) == without_marks(plain.content)


def test_its_length_does_not_tell_what_is_in_it(client: Client) -> None:
    """Of the same page, pressed again and again (BREACH, Gluck, Harris and Prado 2013)."""
    lengths = {len(client.get("/account/sign-in", headers=TAKES_IT).content) for _ in range(20)}
    assert len(lengths) > 3


def test_a_file_is_as_it_is(lin: Agent, client: Client) -> None:
    client.force_login(lin)
    table = client.get("/numbers.csv", headers=TAKES_IT)
    assert table.status_code == 200
    assert "Content-Encoding" not in table.headers
