import gzip
import re
from pathlib import Path

import pytest
from django.templatetags.static import static
from django.test import Client

from rung.config.static import _hashed, hashed_name


def test_a_page_links_names_that_carry_a_hash() -> None:
    assert re.fullmatch(r"/static/ui/css/tokens\.[0-9a-f]{12}\.css", static("ui/css/tokens.css"))


def test_a_hashed_name_is_kept_for_ever_and_a_plain_one_for_a_minute(client: Client) -> None:
    hashed = client.get(static("ui/css/tokens.css"))
    plain = client.get("/static/ui/css/tokens.css")
    assert (hashed.status_code, plain.status_code) == (200, 200)
    assert "immutable" in hashed.headers["Cache-Control"]
    assert plain.headers["Cache-Control"] == "max-age=60, public"
    assert b"".join(hashed.streaming_content) == b"".join(plain.streaming_content)


def test_what_is_made_of_words_travels_pressed_to_whoever_takes_it(client: Client) -> None:
    for name in ("ui/css/tokens.css", "ui/icons.svg", "ui/behaviours/menu.js"):
        plain = client.get(static(name))
        pressed = client.get(static(name), headers={"Accept-Encoding": "gzip, br"})
        assert "Content-Encoding" not in plain.headers
        assert (pressed.headers["Content-Encoding"], pressed.headers["Vary"]) == ("gzip", "Accept-Encoding")
        assert gzip.decompress(pressed.content) == b"".join(plain.streaming_content)
        assert int(pressed.headers["Content-Length"]) == len(pressed.content)
        assert len(pressed.content) < int(plain.headers["Content-Length"]) * 0.6
        assert pressed.headers["Content-Type"] == plain.headers["Content-Type"]
        again = client.get(
            static(name), headers={"Accept-Encoding": "gzip", "If-Modified-Since": pressed.headers["Last-Modified"]}
        )
        assert again.status_code == 304


def test_a_file_replaced_under_a_running_process_keeps_its_name(tmp_path: Path) -> None:
    sheet = tmp_path / "a.css"
    sheet.write_text("before")
    before = _hashed("a.css", str(sheet))
    sheet.write_text("after")
    assert _hashed("a.css", str(sheet)) == before


def test_an_old_hash_is_not_answered_with_new_content(client: Client) -> None:
    assert client.get("/static/ui/css/tokens.000000000000.css").status_code == 404


def test_a_file_that_no_room_has_is_noticed_when_the_page_is_made() -> None:
    with pytest.raises(ValueError, match="no room has"):
        hashed_name("ui/css/nowhere.css")
