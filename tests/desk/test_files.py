from datetime import datetime

import pytest

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.touchpoints.incoming import Incoming, IncomingFile, Parties
from rung.touchpoints.models import Attachment
from rung.touchpoints.verbs import receive_touchpoint
from tests.cast import Desk


@pytest.fixture
def files(carla: Customer, support: Team, at: datetime) -> dict[str, Attachment]:
    sent = (
        IncomingFile(name="photo.png", media_type="image/png", content=b"\x89PNG"),
        IncomingFile(name="page.html", media_type="text/html", content=b"<script>alert(1)</script>"),
        IncomingFile(name="drawing.svg", media_type="image/svg+xml", content=b"<svg onload='x'/>"),
    )
    incoming = Incoming(
        channel="email", reference="<f@x>", subject="Files", text="see", occurred_at=at, team=support.pk, files=sent,
        parties=Parties(sender="carla@example.org"),
    )  # fmt: skip
    touchpoint = receive_touchpoint(carla, incoming, by=carla.actor, at=at)
    return {attachment.name: attachment for attachment in touchpoint.attachments.all()}


def test_a_picture_is_shown_and_all_else_is_handed_over(
    client_of: Desk, ada: Agent, files: dict[str, Attachment]
) -> None:
    browser = client_of(ada)
    picture = browser.get(f"/attachments/{files['photo.png'].pk}/photo.png")
    assert b"".join(picture.streaming_content) == b"\x89PNG"
    assert picture.headers["Content-Type"] == "image/png"
    for name in ("page.html", "drawing.svg"):
        answer = browser.get(f"/attachments/{files[name].pk}/{name}")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content)


def test_another_team_gets_no_file(client_of: Desk, bo: Agent, files: dict[str, Attachment]) -> None:
    assert client_of(bo).get(f"/attachments/{files['photo.png'].pk}/photo.png").status_code == 404
