"""Sets the stage in an installation of its own: the standing cast with seats, their teams and the mailbox they share.

rung.run("tests.stage")
"""

import os
from datetime import UTC, datetime

MAILBOX = "support@desk.example"
PASSWORD = "correct horse battery"
# Name and role of each colleague, and the team they serve in.
SEATS = (
    ("ada@desk.example", "Ada Berg", "agent", "Support"),
    ("lin@desk.example", "Lin Chen", "lead", "Support"),
    ("bo@desk.example", "Bo Falk", "agent", "Billing"),
    ("root@desk.example", "Root Adler", "administrator", None),
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rung.config.settings")
    import django

    django.setup()
    from rung.accounts.verbs import change_agent, create_agent, create_team
    from rung.channels.email.verbs.mailbox import add_mailbox
    from rung.core.actor import SYSTEM

    at = datetime.now(UTC)
    teams = {name: create_team(name, by=SYSTEM, at=at) for name in ("Support", "Billing")}
    for email, name, role, team in SEATS:
        agent = create_agent(
            email=email, name=name, role=role, teams=[teams[team]] if team else [], password=PASSWORD, by=SYSTEM, at=at
        )
        # What they send leaves at once, so that no story waits ten seconds for it; the one about undoing chooses otherwise.
        change_agent(agent, undo_s=0, by=SYSTEM, at=at)
    add_mailbox(name="Support", address=MAILBOX, team=teams["Support"], by=SYSTEM, at=at)


if __name__ == "__main__":
    main()
