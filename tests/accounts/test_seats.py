from datetime import datetime

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import (
    change_agent,
    create_agent,
    create_team,
    deactivate_agent,
    join_team,
    leave_team,
    reactivate_agent,
    rename_team,
)
from rung.core.actor import SYSTEM
from rung.journal.models import Entry


def test_an_address_has_one_seat(ada: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError):
        create_agent(email="ADA@desk.example", name="Another Ada", by=SYSTEM, at=at)


def test_without_a_password_nobody_signs_in(db: None, at: datetime) -> None:
    assert not create_agent(email="new@desk.example", name="New", by=SYSTEM, at=at).has_usable_password()


def test_the_last_administrator_stays(root: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError):
        deactivate_agent(root, by=SYSTEM, at=at)
    with pytest.raises(ValidationError):
        change_agent(root, role="agent", by=SYSTEM, at=at)


def test_with_a_second_administrator_the_first_may_go(root: Agent, ada: Agent, at: datetime) -> None:
    change_agent(ada, role="administrator", by=SYSTEM, at=at)
    deactivate_agent(root, by=SYSTEM, at=at)
    deactivate_agent(root, by=SYSTEM, at=at)
    assert Entry.objects.filter(kind="agent.left").count() == 1
    reactivate_agent(root, by=SYSTEM, at=at)
    assert Agent.objects.get(pk=root.pk).is_active


def test_a_change_names_the_fields_and_never_the_password(ada: Agent, at: datetime) -> None:
    change_agent(ada, name="Ada B.", password="another long one", by=ada.actor, at=at)
    entry = Entry.objects.get(kind="agent.changed")
    assert entry.data == {"agent": ada.pk, "changed": ["name", "password"]}
    assert Agent.objects.get(pk=ada.pk).check_password("another long one")


def test_teams_are_joined_and_left_once(bo: Agent, support: Team, at: datetime) -> None:
    for _ in range(2):
        join_team(bo, support, by=SYSTEM, at=at)
    assert bo.teams.filter(pk=support.pk).exists()
    for _ in range(2):
        leave_team(bo, support, by=SYSTEM, at=at)
    kinds = list(Entry.objects.filter(data__team=support.pk).values_list("kind", flat=True))
    assert kinds.count("team.joined") == 1
    assert kinds.count("team.left") == 1


def test_team_names_are_unique_and_slugs_stay(support: Team, at: datetime) -> None:
    with pytest.raises(ValidationError):
        create_team("support", by=SYSTEM, at=at)
    rename_team(support, "Service", by=SYSTEM, at=at)
    assert Team.objects.get(pk=support.pk).slug == "support"
    assert create_team("Support", by=SYSTEM, at=at).slug == "support-2"
