"""Assigning conversations to topics while others go on working."""

import numpy as np
import pytest

from rung.core.actor import SYSTEM
from rung.patterns.models import Belonging, Fit, Study
from rung.patterns.verbs.assigning import assign_conversations
from rung.touchpoints.models import Conversation
from tests.cast import written

pytestmark = pytest.mark.django_db


class WhileItIsRead:
    """A model that weighs nothing, and meanwhile a conversation is removed."""

    def __init__(self, removed):
        self.removed = removed

    def weights(self, texts, place):
        Conversation.objects.filter(pk=self.removed).delete()
        return np.zeros((len(texts), 1))


def test_a_conversation_that_vanishes_while_it_is_read_is_left_out(carla, karim, at):
    stays, goes = written(carla, at=at), written(karim, at=at)
    fit = Fit.objects.create(
        study=Study.objects.create(asked_at=at), made_at=at, in_force_from=at, conversations=2, model={}
    )
    both = [stays.pk, goes.pk]
    given = {"place": {}, "topics": {}, "by": SYSTEM, "at": at}
    assert assign_conversations(both, fit=fit, model=WhileItIsRead(goes.pk), **given) == 2
    assert list(Belonging.objects.values_list("conversation", flat=True)) == [stays.pk]
