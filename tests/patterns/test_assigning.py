"""Assigning conversations to topics while others go on working."""

from datetime import timedelta
from threading import Barrier, Thread

import numpy as np
import pytest
from django.db import connection

from rung.core.actor import SYSTEM
from rung.journal.jobs import JobState
from rung.patterns.models import Belonging, Fit, Study
from rung.patterns.verbs.assigning import assign_conversations
from rung.patterns.verbs.studies import forget_former
from rung.touchpoints.models import Conversation
from tests.cast import written

pytestmark = pytest.mark.django_db


class WhileItIsRead:
    """A model that weighs nothing, and meanwhile something happens."""

    def __init__(self, happens):
        self.happens = happens

    def weights(self, texts, place):
        self.happens()
        return np.zeros((len(texts), 1))


def a_fit(at):
    study = Study.objects.create(asked_at=at, state=JobState.DONE)
    return Fit.objects.create(study=study, made_at=at, in_force_from=at, conversations=2, model={})


def test_a_conversation_that_vanishes_while_it_is_read_is_left_out(carla, karim, at):
    stays, goes = written(carla, at=at), written(karim, at=at)
    fit, spam = a_fit(at), Conversation.objects.filter(pk=goes.pk)
    both = [stays.pk, goes.pk]
    given = {"place": {}, "topics": {}, "by": SYSTEM, "at": at}
    assert assign_conversations(both, fit=fit, model=WhileItIsRead(spam.delete), **given) == 2
    assert list(Belonging.objects.values_list("conversation", flat=True)) == [stays.pk]


def test_what_was_read_by_a_fit_that_is_replaced_meanwhile_is_not_kept(carla, at):
    matter, former = written(carla, at=at), a_fit(at)

    def another_study_ends():
        newer = a_fit(at + timedelta(minutes=1))
        forget_former(newer.study, by=SYSTEM, at=at + timedelta(minutes=1))

    model = WhileItIsRead(another_study_ends)
    assert assign_conversations([matter.pk], fit=former, model=model, place={}, topics={}, by=SYSTEM, at=at) == 0
    assert not Belonging.objects.exists()
    assert Fit.objects.get().pk != former.pk


@pytest.mark.django_db(transaction=True)
def test_a_fit_is_taken_away_together_with_what_is_kept_by_it_at_that_moment(carla, at):
    matter, former, newer = written(carla, at=at), a_fit(at), a_fit(at + timedelta(minutes=1))
    gate, failures = Barrier(2, timeout=20), []

    def at_once(deed):
        def run():
            try:
                gate.wait()
                deed()
            except Exception as failure:
                failures.append(failure)
            finally:
                connection.close()

        return Thread(target=run)

    model = WhileItIsRead(lambda: None)
    deeds = (
        lambda: [
            assign_conversations([matter.pk], fit=former, model=model, place={}, topics={}, by=SYSTEM, at=at)
            for _again in range(20)
        ],
        lambda: forget_former(newer.study, by=SYSTEM, at=at),
    )
    threads = [at_once(deed) for deed in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert failures == []
    assert not Belonging.objects.filter(fit=former.pk).exists()
