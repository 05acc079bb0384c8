"""Where one is stands in the menu, and from every screen of the settings there is a way back."""

import re

import pytest
from django.test import Client

from rung.accounts.models import Agent
from rung.ui.navigation import navigation_for
from tests.cast import Desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/queue/mine", "Queue"),
        ("/companies", "Customers"),
        ("/journeys", "Ladder"),
        ("/training", "Numbers"),
        ("/patterns", "Numbers"),
    ],
)
def test_where_one_is_stands_in_the_menu(path: str, label: str, root: Agent, client_of: Desk) -> None:
    page = client_of(root).get(path).content.decode()
    current = re.findall(r'<a class="rail-link" href="[^"]+" title="([^"]+)" aria-current="page"', page)
    assert current == [label]


def test_every_screen_of_the_settings_has_a_way_back(root: Agent, client_of: Desk) -> None:
    desk: Client = client_of(root)
    request = desk.get("/settings").wsgi_request
    request.agent = root  # type: ignore[attr-defined]  # as the middleware sets it
    navigation = navigation_for(request)
    assert navigation is not None
    found = {link.href: desk.get(link.href, follow=True).content.decode() for link in navigation.settings}
    assert [href for href, page in found.items() if 'class="crumb"' not in page] == []
