"""Where several workers could read letters at once, one does, and the others come back to it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from rung.accounts.models import Team
from rung.channels.email.errands import read_waiting_letters
from rung.channels.email.models import Letter
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import read_letters
from rung.core.actor import SYSTEM
from rung.journal.ringing import InOtherHands, run_errand
from tests.channels.email.test_read_letters import raw

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer, so nothing happens at one instant"
    ),
]


def elsewhere(act: str, at: datetime) -> str:
    """What another worker says to it."""

    def do() -> str:
        try:
            if act == "read":
                return str(read_letters(by=SYSTEM, at=at))
            run_errand.func(read_waiting_letters.name)
            return "heard"
        except InOtherHands:
            return "in other hands"
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as another:
        return another.submit(do).result()


def test_while_one_reads_another_goes_on_to_something_else_and_comes_back(support: Team, at: datetime) -> None:
    mailbox = add_mailbox(name="Orders", address="orders@rung.test", team=support, by=SYSTEM, at=at)
    for name in ("<a@x.example>", "<b@x.example>"):
        keep_letter(raw(name), mailbox=mailbox, by=SYSTEM, at=at)
    begun, waiting = Letter.objects.waiting()
    Letter.objects.filter(pk=begun.pk).update(attempts=1)
    bells = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=run_errand.module_path)
    with transaction.atomic():
        list(Letter.objects.filter(pk=begun.pk).select_for_update())
        assert elsewhere("read", at) == "in other hands"
        waiting.refresh_from_db()
        assert (waiting.fate, waiting.attempts) == ("kept", 0)
        bells.delete()
        assert elsewhere("hear", at) == "heard"
        assert [bell.run_after > bell.enqueued_at for bell in bells] == [True]
    # Whoever held it was killed: it is read alone, and then the rest.
    while elsewhere("read", at) == "True":
        pass
    assert not Letter.objects.waiting().exists()
