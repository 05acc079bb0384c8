"""Every address opens by the very permissions that are written down for it, and without one of them to nobody."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from rung.accounts.models import Agent
from rung.accounts.permissions import BUILT_IN, PERMISSIONS
from rung.accounts.verbs import change_agent, form_role
from rung.core.actor import SYSTEM
from tests.laws.house import verdict
from tests.laws.test_access import needed, ours, paths, said, world

__all__ = ["ours", "world"]

pytestmark = pytest.mark.django_db

# A cause is named only of what is the house's: of a colleague's nobody may, whatever their role allows.
REFUSED_ANYWAY = {"training:cause"}


def statuses(browser: Client, world: dict[str, Any], permission: str, held: set[str]) -> Iterator[tuple[str, str, int]]:
    """Of the addresses that take a permission and besides only `held` ones: name, method, and what is answered."""
    for name, who, path in paths(world, bare=True):
        if permission not in needed(who) or not needed(who) <= {*held, permission}:
            continue
        for method, given in (("get", {}), ("post", said(world))):
            point = transaction.savepoint()
            yield name, method, getattr(browser, method)(path, given).status_code
            transaction.savepoint_rollback(point)


def test_each_permission_opens_its_own_addresses_and_no_other_does(
    world: dict[str, Any], ada: Agent, client_of: Callable[[Agent], Client], at: datetime
) -> None:
    """Beside what any agent may: whoever may do less than a colleague does not change that colleague's seat."""
    found = []
    browser = client_of(ada)
    browser.raise_request_exception = False
    everything, usual = set(PERMISSIONS), BUILT_IN["agent"]
    for permission in PERMISSIONS:
        point = transaction.savepoint()
        for given, is_shut in ((everything - {permission}, True), ({*usual, permission}, False)):
            role = form_role("All others" if is_shut else "It alone", scope="all", permissions=given, by=SYSTEM, at=at)
            change_agent(ada, role=role.key, by=SYSTEM, at=at)
            for name, method, status in statuses(browser, world, permission, given):
                if is_shut and status not in (403, 405):
                    found.append(f"{name} answers {status} to {method} without {permission}")
                elif not is_shut and status == 403 and name not in REFUSED_ANYWAY:
                    found.append(f"{name} answers {status} to {method} with {permission}")
        transaction.savepoint_rollback(point)
    verdict(
        found, "name in tests/laws/addresses.py the permissions that the view asks for, or have the view ask for those."
    )
