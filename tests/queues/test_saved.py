"""Views that somebody saved: whose they are, who may change them, and what each sees in them."""

import html
import re
from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.queues.access import visible_views
from rung.queues.models import SavedView
from rung.queues.verbs import change_view, delete_view, save_view
from rung.queues.verbs.saved import Look
from tests.cast import Desk, written

LOOK = Look("all", {"priority": ["urgent"]}, [], "latest")


def names(agent: Agent) -> list[str]:
    return [view.name for view in visible_views(agent)]


def test_ones_own_are_ones_own_and_shared_ones_everybodys(ada: Agent, bo: Agent, lin: Agent, at: datetime) -> None:
    save_view("Fires", LOOK, is_shared=False, by=ada.actor, at=at)
    shared = save_view("Everybody’s fires", LOOK, is_shared=True, by=lin.actor, at=at)
    assert names(ada) == ["Everybody’s fires", "Fires"]
    assert names(bo) == names(lin) == ["Everybody’s fires"]
    delete_view(shared, by=lin.actor, at=at)
    delete_view(shared, by=lin.actor, at=at)
    assert names(bo) == []
    assert names(ada) == ["Fires"]


def test_a_name_is_needed_and_taken_once_by_its_owner(ada: Agent, lin: Agent, at: datetime) -> None:
    save_view("Fires", LOOK, is_shared=False, by=ada.actor, at=at)
    for name in ("", "  \u200b ", "fIRES", "Fíres"):
        with pytest.raises(ValidationError):
            save_view(name, LOOK, is_shared=False, by=ada.actor, at=at)
    save_view("Fires", LOOK, is_shared=False, by=lin.actor, at=at)
    save_view("Fires", LOOK, is_shared=True, by=lin.actor, at=at)


def test_what_is_not_named_stays_when_a_view_is_changed(ada: Agent, lin: Agent, at: datetime) -> None:
    view = save_view("Fires", LOOK, is_shared=True, by=lin.actor, at=at)
    change_view(view, name="Flames", by=lin.actor, at=at)
    kept = SavedView.objects.get(pk=view.pk)
    assert (kept.name, kept.filters, kept.sort, kept.owner_id) == ("Flames", LOOK.filters, "latest", None)
    change_view(view, look=Look("mine"), by=lin.actor, at=at)
    kept = SavedView.objects.get(pk=view.pk)
    assert (kept.name, kept.base, kept.filters) == ("Flames", "mine", {})
    change_view(view, is_shared=False, by=lin.actor, at=at)
    assert SavedView.objects.get(pk=view.pk).owner_id == lin.pk


def test_a_view_is_saved_opened_changed_and_deleted_by_hand(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime
) -> None:
    written(carla, at=at, subject="Here")
    desk = client_of(ada)
    asked = {"base": "all", "channel": "email", "sort": "latest", "cols": ["-", "number"], "name": "By letter"}
    opened = desk.post("/queue/views", {**asked, "from": "all"}, follow=True)
    view = SavedView.objects.get()
    assert (view.owner_id, view.filters, view.columns, view.sort) == (
        ada.pk,
        {"channel": ["email"]},
        ["number"],
        "latest",
    )
    text = opened.content.decode()
    assert opened.redirect_chain[0][0] == f"/queue/views/{view.pk}"
    assert 'aria-current="page"' in text.split("queue-saved")[1].split("</nav>")[0]
    assert "Here" in text
    assert "Whoever was in touch last" in text
    changed = desk.get(f"/queue/views/{view.pk}?changed=1&channel=phone").content.decode()
    assert "Keep the change" in changed
    assert "Here" not in changed.split('id="queue"')[1]
    desk.post(f"/queue/views/{view.pk}", {"base": "all", "channel": "phone", "sort": "waiting", "cols": "-"})
    assert SavedView.objects.get().filters == {"channel": ["phone"]}
    desk.post(f"/queue/views/{view.pk}", {"name": "By telephone"})
    assert SavedView.objects.get().name == "By telephone"
    assert "By telephone" in desk.get("/palette?q=tele").content.decode()
    desk.post(f"/queue/views/{view.pk}/deletion")
    assert desk.get(f"/queue/views/{view.pk}").status_code == 404
    assert "By telephone" not in desk.get("/palette?q=tele").content.decode()


def test_what_two_change_of_a_view_is_not_overwritten_unseen(client_of: Desk, lin: Agent, at: datetime) -> None:
    view = save_view("Ours", LOOK, is_shared=True, by=lin.actor, at=at)
    desk, changed = client_of(lin), f"/queue/views/{view.pk}?changed=1&channel=phone"

    def keep() -> str:
        form = desk.get(changed).content.decode().split("Keep the change<")[0].rsplit("<form", 1)[1]
        found = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
        given = [(name, html.unescape(value)) for name, value in found if name != "csrfmiddlewaretoken"]
        change_view(view, look=Look("mine"), by=lin.actor, at=at)
        kept = desk.post(f"/queue/views/{view.pk}", {name: [v for n, v in given if n == name] for name, _v in given})
        return str(kept["Location"])

    assert "channel=phone" in keep(), "back where the change stands, to keep it knowingly"
    view.refresh_from_db()
    assert (view.base, view.filters) == ("mine", {}), "what the other asked stays"
    keep()
    view.refresh_from_db()
    assert view.filters == {"channel": ["phone"]}


def test_what_is_ones_own_is_nobody_elses_to_open_or_change(
    client_of: Desk, ada: Agent, lin: Agent, root: Agent, at: datetime
) -> None:
    own = save_view("Mine", LOOK, is_shared=False, by=ada.actor, at=at)
    for stranger in (lin, root):
        desk = client_of(stranger)
        assert desk.get(f"/queue/views/{own.pk}").status_code == 404
        assert desk.post(f"/queue/views/{own.pk}", {"name": "Theirs"}).status_code == 404
        assert desk.post(f"/queue/views/{own.pk}/deletion").status_code == 404
    shared = save_view("Ours", LOOK, is_shared=True, by=lin.actor, at=at)
    desk = client_of(ada)
    assert desk.get(f"/queue/views/{shared.pk}").status_code == 200
    assert desk.post(f"/queue/views/{shared.pk}", {"name": "Theirs"}).status_code == 404
    assert desk.post(f"/queue/views/{shared.pk}/deletion").status_code == 404
    desk.post("/queue/views", {"base": "all", "name": "Slipped in", "shared": "on"})
    assert SavedView.objects.get(name="Slipped in").owner_id == ada.pk


def test_each_sees_in_a_shared_view_what_they_may_see(
    client_of: Desk, ada: Agent, bo: Agent, lin: Agent, support: Team, carla: Customer, at: datetime
) -> None:
    written(carla, at=at, team=support, subject="Only for Support")
    view = save_view("All of it", Look("all"), is_shared=True, by=lin.actor, at=at)
    address = f"/queue/views/{view.pk}"
    assert "Only for Support" in client_of(ada).get(address).content.decode()
    theirs = client_of(bo).get(address).content.decode()
    assert "Only for Support" not in theirs
    assert "0 conversations" in theirs


def test_the_list_of_views_says_what_each_asks(client_of: Desk, ada: Agent, lin: Agent, at: datetime) -> None:
    save_view("Fires", LOOK, is_shared=True, by=lin.actor, at=at)
    text = client_of(ada).get("/settings/views").content.decode()
    assert "Fires" in text
    assert "All open · priority urgent" in text
    assert "Delete the view" not in text
    assert "Delete the view" in client_of(lin).get("/settings/views").content.decode()
