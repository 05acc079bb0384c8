import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from pytest_django import Settings

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import change_agent, deactivate_agent, leave_team
from rung.core.actor import SYSTEM
from rung.core.downloads import content_disposition
from rung.customers.models import Customer
from rung.touchpoints.filekeys import attachment_by_key, file_key
from rung.touchpoints.incoming import Incoming, IncomingFile, Parties
from rung.touchpoints.models import Attachment
from rung.touchpoints.verbs import receive_touchpoint
from tests.cast import Desk

WHOLE = b"<script>alert(1)</script>"


@pytest.fixture
def files(carla: Customer, support: Team, at: datetime) -> dict[str, Attachment]:
    sent = (
        IncomingFile(name="photo.png", media_type="image/png", content=b"\x89PNG"),
        IncomingFile(name="page.html", media_type="text/html", content=WHOLE),
        IncomingFile(name="drawing.svg", media_type="image/svg+xml", content=b"<svg onload='x'/>"),
    )
    incoming = Incoming(
        channel="email", reference="<f@x>", subject="Files", text="see", occurred_at=at, team=support.pk, files=sent,
        parties=Parties(sender="carla@example.org"),
    )  # fmt: skip
    touchpoint = receive_touchpoint(carla, incoming, by=carla.actor, at=at)
    return {attachment.name: attachment for attachment in touchpoint.attachments.all()}


def handed(browser: Client, attachment: Attachment) -> Any:
    """The file, fetched as a browser does: by the way through the desk, then at its signed address without any cookie."""
    way = browser.get(f"/attachments/{attachment.pk}/{attachment.name}")
    assert way.status_code == 302
    answer = Client().get(way.headers["Location"])
    assert not answer.cookies
    return answer


def test_a_picture_is_shown_and_all_else_is_handed_over(
    client_of: Desk, ada: Agent, files: dict[str, Attachment]
) -> None:
    browser = client_of(ada)
    picture = handed(browser, files["photo.png"])
    assert b"".join(picture.streaming_content) == b"\x89PNG"
    assert picture.headers["Content-Type"] == "image/png"
    for name in ("page.html", "drawing.svg"):
        answer = handed(browser, files[name])
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert b"".join(answer.streaming_content)


def test_another_team_gets_no_file(client_of: Desk, bo: Agent, files: dict[str, Attachment]) -> None:
    assert client_of(bo).get(f"/attachments/{files['photo.png'].pk}/photo.png").status_code == 404
    assert client_of(bo).get(f"/attachments/{files['photo.png'].pk}/preview").status_code == 404


@pytest.mark.parametrize("how", ["left", "sees less"])
def test_an_address_opens_no_more_to_whoever_has_lost_the_right(
    how: str, client_of: Desk, lin: Agent, files: dict[str, Attachment], at: datetime
) -> None:
    way = client_of(lin).get(f"/attachments/{files['photo.png'].pk}/photo.png").headers["Location"]
    assert Client().get(way).status_code == 200
    if how == "left":
        deactivate_agent(lin, by=SYSTEM, at=at)
    else:
        for team in lin.teams.all():
            leave_team(lin, team, by=SYSTEM, at=at)
        change_agent(lin, role="agent", by=SYSTEM, at=at)
    assert Client().get(way).status_code == 404


def test_an_address_ends_and_cannot_be_made_up(files: dict[str, Attachment], ada: Agent, at: datetime) -> None:
    picture, page = files["photo.png"], files["page.html"]
    key = file_key(picture, agent=ada, at=at)
    assert attachment_by_key(key, at=at + timedelta(minutes=59)) == picture
    assert file_key(picture, agent=ada, at=at) == key
    with pytest.raises(Http404):
        attachment_by_key(key, at=at + timedelta(hours=2, minutes=1))
    pk, holder, window, signature = key.split("-")
    for forged in (
        f"{page.pk}-{holder}-{window}-{signature}",
        f"{pk}-{int(holder) + 1}-{window}-{signature}",
        f"{pk}-{holder}-{int(window) + 9}-{signature}",
        f"{pk}-{holder}-{window}-",
        "x",
        "",
        "--",
        "é-ü-ß",
    ):
        with pytest.raises(Http404):
            attachment_by_key(forged, at=at)
    old = file_key(picture, agent=ada, at=at - timedelta(days=1))
    assert Client().get(f"/files/{old}/photo.png").status_code == 404


def test_an_address_dies_with_its_file(files: dict[str, Attachment], client_of: Desk, ada: Agent) -> None:
    way = client_of(ada).get(f"/attachments/{files['photo.png'].pk}/photo.png").headers["Location"]
    files["photo.png"].delete()
    assert Client().get(way).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "status", "said", "content"),
    [
        ("bytes=0-3", 206, "bytes 0-3/25", b"<scr"),
        ("bytes=-4", 206, "bytes 21-24/25", b"ipt>"),
        ("bytes=19-", 206, "bytes 19-24/25", b"cript>"),
        ("bytes=0-999", 206, "bytes 0-24/25", WHOLE),
        ("bytes=99-", 416, "bytes */25", b""),
        ("bytes=3-1", 200, None, WHOLE),
        ("bytes=0-1,4-5", 200, None, WHOLE),
        ("lines=0-1", 200, None, WHOLE),
        ("bytes=" + "9" * 300, 200, None, WHOLE),
    ],
)
def test_a_piece_of_a_file(
    client_of: Desk,
    ada: Agent,
    files: dict[str, Attachment],
    wanted: str,
    status: int,
    said: str | None,
    content: bytes,
) -> None:
    way = client_of(ada).get(f"/attachments/{files['page.html'].pk}/page.html").headers["Location"]
    answer = Client().get(way, headers={"Range": wanted})
    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == said
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert body == content
    assert int(answer.headers.get("Content-Length", 0)) == len(content)
    etag = answer.headers["ETag"]
    assert Client().get(way, headers={"If-None-Match": etag}).status_code == 304
    assert Client().get(way, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).status_code == 200


def test_names_can_do_no_harm_in_a_header() -> None:
    said = content_disposition('Rechnung "März"\r\nSet-Cookie: x=1;/../../etc/passwd %2e.pdf', inline=False)
    assert "\r" not in said
    assert "\n" not in said
    plain = re.search(r'filename="([^"]*)"', said)
    assert plain is not None
    assert plain.group(1) == "Rechnung _M_rz___Set-Cookie_ x=1;_.._.._etc_passwd _2e.pdf"
    assert "filename*=UTF-8''Rechnung%20_M%C3%A4rz_" in said
    assert content_disposition("..", inline=True) == "inline; filename=\"file\"; filename*=UTF-8''file"
    assert "\u202e" not in content_disposition("annex\u202efdp.exe", inline=False)
    assert content_disposition("文書.pdf", inline=False).endswith("filename*=UTF-8''%E6%96%87%E6%9B%B8.pdf")


def test_a_host_of_its_own_has_nothing_but_files(
    client_of: Desk, ada: Agent, files: dict[str, Attachment], settings: Settings
) -> None:
    settings.FILES_URL = "https://files.desk.example"
    settings.ALLOWED_HOSTS = ["testserver", "files.desk.example"]
    way = client_of(ada).get(f"/attachments/{files['photo.png'].pk}/photo.png").headers["Location"]
    assert way.startswith("https://files.desk.example/files/")
    path = way.removeprefix("https://files.desk.example")
    there = Client(headers={"host": "files.desk.example"})
    assert there.get(path).status_code == 200
    for elsewhere in ("/", "/queue", "/account/sign-in", "/static/ui/icons.svg", "/live"):
        assert there.get(elsewhere).status_code == 404
    assert Client().get(path).status_code == 404, "strangers' files are on no other host"


def test_a_text_is_looked_at_in_the_page(client_of: Desk, ada: Agent, carla: Customer, at: datetime) -> None:
    sent = (
        IncomingFile(name="log.txt", media_type="text/plain", content="Größe <b>1</b>\n".encode() + b"x" * 50_000),
        IncomingFile(name="alt.csv", media_type="text/csv", content="Größe;1".encode("cp1252")),
    )
    incoming = Incoming(
        channel="email", reference="<t@x>", subject="Files", text="see", occurred_at=at, files=sent,
        parties=Parties(sender="carla@example.org"),
    )  # fmt: skip
    touchpoint = receive_touchpoint(carla, incoming, by=carla.actor, at=at)
    log, alt = touchpoint.attachments.order_by("pk")
    browser = client_of(ada)
    shown = browser.get(f"/attachments/{log.pk}/preview").content.decode()
    assert "Größe &lt;b&gt;1&lt;/b&gt;" in shown
    assert "only its beginning" in shown
    assert "Größe;1" in browser.get(f"/attachments/{alt.pk}/preview").content.decode()
    page = browser.get(f"/conversations/{touchpoint.conversation_id}").content.decode()
    boxes = page.partition('<ul class="touch-files">')[2].partition("</ul>")[0].split("</li>")[:-1]
    # Each file in a box of its own, with the eye that looks into it.
    assert [
        (f"/attachments/{each.pk}/preview" in box, each.name in box)
        for each, box in zip((log, alt), boxes, strict=True)
    ] == [(True, True)] * 2
