"""Lets Ada answer the newest conversation of an installation: `rung.run("tests.answering")`."""

import os
from datetime import UTC, datetime


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rung.config.settings")
    import django

    django.setup()
    from rung.accounts.models import Agent
    from rung.touchpoints.models import Conversation
    from rung.touchpoints.verbs import answer_conversation

    ada = Agent.objects.get(email="ada@desk.example")
    answer_conversation(Conversation.objects.latest("pk"), text="Here.", by=ada.actor, at=datetime.now(UTC))


if __name__ == "__main__":
    main()
