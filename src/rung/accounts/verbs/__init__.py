"""The only writes to agents, teams and roles."""

from rung.accounts.verbs.agents import (
    change_agent,
    change_seat,
    create_agent,
    create_first_administrator,
    deactivate_agent,
    end_sessions,
    reactivate_agent,
)
from rung.accounts.verbs.notes import note_export, note_failed_sign_in, note_sign_in
from rung.accounts.verbs.providers import (
    NotLetIn,
    ProviderWish,
    add_provider,
    admit,
    change_provider,
    end_provider,
    note_trial,
    release_identity,
)
from rung.accounts.verbs.roles import change_role, end_role, form_role
from rung.accounts.verbs.second_step import (
    begin_second_step,
    demand_second_step,
    end_second_step,
    make_recovery_codes,
    take_second_step,
)
from rung.accounts.verbs.teams import (
    change_team,
    create_team,
    join_team,
    leave_team,
    place_in_teams,
    rename_team,
    staff_team,
)

__all__ = [
    "NotLetIn",
    "ProviderWish",
    "add_provider",
    "admit",
    "begin_second_step",
    "change_agent",
    "change_provider",
    "change_role",
    "change_seat",
    "change_team",
    "create_agent",
    "create_first_administrator",
    "create_team",
    "deactivate_agent",
    "demand_second_step",
    "end_provider",
    "end_role",
    "end_second_step",
    "end_sessions",
    "form_role",
    "join_team",
    "leave_team",
    "make_recovery_codes",
    "note_export",
    "note_failed_sign_in",
    "note_sign_in",
    "note_trial",
    "place_in_teams",
    "reactivate_agent",
    "release_identity",
    "rename_team",
    "staff_team",
    "take_second_step",
]
