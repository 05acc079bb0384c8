"""A conversation that only Billing may see, with its secret in every place that holds words, and one of Support's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from rung.accounts.models import Agent, Team
from rung.accounts.openid import Person
from rung.accounts.verbs import ProviderWish, add_provider, admit, form_role
from rung.business.verbs import make_calendar
from rung.canned.verbs import Wording, make_canned
from rung.channels.email.models import Dispatch, DispatchState, SigningKey
from rung.channels.email.verbs.key import enter_keys
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import read_letters
from rung.channels.email.verbs.sender import block_sender
from rung.channels.email.verbs.standing import prepare_signing
from rung.channels.inhouse.verbs import ask_team
from rung.channels.phone.models import Call
from rung.channels.phone.verbs import add_telephone
from rung.core.actor import SYSTEM
from rung.customers.verbs import (
    create_company,
    describe_customer,
    meet_customer,
    merge_customers,
    place_order,
    state_preference,
)
from rung.fields.verbs import make_field, set_value
from rung.journal.models import Entry, Undelivered
from rung.ladder.verbs import ask_estimation
from rung.patterns.models import Belonging, Case, Fit, Study, Topic
from rung.promises.verbs import Aim, make_promise, make_target
from rung.queues.models import Bulk, SavedView
from rung.reports.verbs import Wish as Report
from rung.reports.verbs import schedule_report
from rung.rules.deeds import Deed
from rung.rules.models import Run
from rung.rules.plans import Plan
from rung.rules.verbs import make_rule
from rung.touchpoints.incoming import Party
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import (
    answer_conversation,
    ask_beside,
    assign_conversation,
    create_tag,
    mark_undelivered,
    save_draft,
    tag_conversation,
    write_note,
)
from rung.training.models import Attendance, Evidence, Opportunity, Round, Spread, Standing, Training
from rung.ways.steps import Step
from rung.ways.verbs import draw_journey
from tests.cast import written

# In the subject, the text, a note, a draft, an attachment's name, a canned answer, a view; and in the customer's name.
WORD = "Quittenbaum"
NAME = "Holunderbusch"

LETTER = f"""From: {NAME} <holunder@example.com>
To: billing@desk.example
Subject: The {WORD} aus Quitten
Message-ID: <secret@example.com>
Date: Tue, 10 Mar 2026 09:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=utf-8

The {WORD} is ours, aus Quitten.
--x
Content-Type: text/plain; name="{WORD}.txt"
Content-Disposition: attachment; filename="{WORD}.txt"

{WORD}
--x--
""".replace("\n", "\r\n").encode()

KEY = """-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEZbrfABYJKwYBBAHaRw8BAQdA6JKQarTAeka1XzF/EpHmkllKMxawfo1uD+vi
TTIvpVm0IEthcmltIEhhZGRhZCA8a2FyaW1AZXhhbXBsZS5vcmc+iJAEExYIADgW
IQSqvZFdE+BzIm40huLgHpwMIYzergUCZbrfAAIbAwULCQgHAgYVCgkICwIEFgID
AQIeAQIXgAAKCRDgHpwMIYzerjY5AQCU1/CISTKIVhG28VVVNoCgT0Nsgyo4LtzT
YIHO1iPCKwD/XWmJNn6zL4yv6G8bhJGZibRreXhosbyqO5wKLqxHqQ8=
=ziF7
-----END PGP PUBLIC KEY BLOCK-----
"""


def secret_world(
    *, ours: Conversation, billing: Team, bo: Agent, lin: Agent, at: datetime, work: Callable[..., None]
) -> dict[str, Any]:
    """What stands in the addresses, by the names that `addresses.py` uses; with `own_` of what Support sees."""
    by = bo.actor
    mailbox = add_mailbox(name="Billing", address="billing@desk.example", by=SYSTEM, at=at, team=billing)
    letter = keep_letter(LETTER, mailbox=mailbox, by=SYSTEM, at=at)
    while read_letters(by=SYSTEM, at=at):
        pass
    letter.refresh_from_db()
    matter = Conversation.objects.exclude(pk=ours.pk).get()
    assign_conversation(matter, agent=bo, team=billing, by=by, at=at)
    person = matter.customer
    asked = matter.touchpoints.get()
    company = create_company("Acme", by=by, at=at)
    describe_customer(person, by=by, at=at, name=NAME, about=f"{NAME} by phone", company=company)
    note = write_note(matter, f"Of the {WORD}, @Lin Chen", by=by, at=at)
    tag = create_tag("secret", by=SYSTEM, at=at)
    tag_conversation(matter, tag, by=by, at=at)
    answered = answer_conversation(matter, text=f"Your {WORD}", by=by, at=at + timedelta(minutes=1))
    mark_undelivered(answered, f"no {WORD}", final=True, by=SYSTEM, at=at)
    save_draft(matter, text=f"Our {WORD}", subject=WORD, by=by, at=at)
    ask_beside(matter, text=f"{WORD}?", subject=WORD, to=(Party("joe@example.net"),), by=by, at=at)
    place_order(
        person, number=f"N-{NAME}", title=NAME, amount_cents=1, currency="EUR", placed_at=at, state="open", by=by, at=at
    )
    double = meet_customer(name=f"{NAME} again", by=by, at=at)
    theirs = written(double, at=at, subject=WORD, text=WORD, team=billing, reference="<double@example.com>")
    assign_conversation(theirs, agent=bo, team=billing, by=by, at=at)
    merge = merge_customers(person, double, by=by, at=at)
    field = make_field("conversation", "Colour", kind="text", by=SYSTEM, at=at)
    set_value(field, matter.pk, WORD, by=by, at=at)
    undelivered = Undelivered.objects.create(
        entry=Entry.objects.filter(conversation=matter.pk).first(), due_at=at, given_up_at=at, error=f"{NAME}: {WORD}"
    )
    view = SavedView.objects.create(
        name=WORD, name_folded=WORD.lower(), owner=bo, base="all", filters={}, created_at=at, changed_at=at
    )
    call = Call.objects.create(
        telephone=add_telephone("Billing's", team=billing, by=SYSTEM, at=at)[0],
        name="secret",
        added_at=at,
        customer=person,
        agent=bo,
        began_at=at,
        answered_at=at,
        notes=WORD,
    )
    rule = make_rule(Plan(name="Urgent", deeds=(Deed("priority", ("urgent",)),)), by=SYSTEM, at=at)
    Run.objects.create(rule=rule, conversation=matter, ran_at=at, result="done")
    study = Study.objects.create(asked_at=at, state="done", ended_at=at)
    topic = Topic.objects.create(name="quinces", words=[["quinces", 1.0]], part=0, found_at=at)
    fit = Fit.objects.create(
        study=study, made_at=at, in_force_from=at, conversations=1, model={"words": [], "idf": [], "parts": []}
    )
    about = {"fit": fit, "conversation": matter, "topic": topic}
    Belonging.objects.create(place=0, weight=1.0, read_until_at=at, **about)
    Case.objects.create(
        study=study,
        touchpoint=answered.pk,
        conversation=matter.pk,
        customer=person.pk,
        team=billing.pk,
        channel="email",
        occurred_at=at,
        flags=1,
        topic=topic.pk,
        is_frustrated=True,
        is_delighted=False,
    )
    wish = ProviderWish("House", "http://127.0.0.1:9", "rung", "secret", ["desk.example"])
    house = add_provider(wish, by=SYSTEM, at=at)
    admit(house, Person("42", bo.email, True, bo.name), by=SYSTEM, at=at)
    training_round = Round.objects.create(asked_at=at, ended_at=at, state="done")
    pattern = {"topic": topic.pk, "outcome": "level"}
    opportunity = Opportunity.objects.create(
        agent=bo,
        direction="weak",
        cause="people",
        found_at=at,
        seen_at=at,
        round=training_round,
        reply="process",
        reply_words=WORD,
        **dict.fromkeys(("n", "hits"), 12),
        **dict.fromkeys(("expected", "mean", "low", "high", "usual", "chance", "q"), 0.5),
        **pattern,
    )
    Evidence.objects.create(opportunity=opportunity, conversation=matter, occurred_at=at, is_hit=False)
    training = Training.objects.create(
        opportunity=opportunity, about=WORD, held_on=at.date(), minutes=60, logged_at=at, logged_by=bo, **pattern
    )
    Attendance.objects.create(training=training, agent=bo)
    spread = Spread.objects.create(round=training_round, n=40, mean=0.5, rho=0.1, strength=9, colleagues=4, **pattern)
    Standing.objects.create(
        spread=spread, agent=bo, n=12, hits=6, **dict.fromkeys(("expected", "rate", "mean", "low", "high"), 0.5)
    )
    world: dict[str, Any] = {
        "round": training_round.pk,
        "note": note.pk,
        "opportunity": opportunity.pk,
        "training": training.pk,
        "outcome": "level",
        "identity_provider": house.pk,
        "identity": house.identities.get().pk,
        "study": study.pk,
        "topic": topic.pk,
        "side": "frustration",
        "driver": "late_first",
        "journey": draw_journey("Buying", (Step("Asks"),), by=SYSTEM, at=at).pk,
        "schedule": schedule_report(bo, Report(team=billing.pk), by=bo.actor, at=at).pk,
        "rule": rule.pk,
        "request": ask_team(matter, team=billing, subject=WORD, text=WORD, by=by, at=at).pk,
        "word": "x",
        "colleague": bo.pk,
        "role": form_role("Light", scope="own", permissions=[], by=SYSTEM, at=at).key,
        "team": billing.pk,
        "field": field.pk,
        "canned": make_canned(Wording(title=WORD, text=WORD, owner=bo), by=by, at=at).pk,
        "letter": letter.pk,
        "mailbox": mailbox.pk,
        "provider": "google",
        "sender": block_sender(mailbox, "x@example.net", by=SYSTEM, at=at).pk,
        "domain": "desk.example",
        "signing_key": _key(at).pk,
        "estimation": ask_estimation(by=lin.actor, at=at).pk,
        "kpi": "first_response_time",
        "telephone": call.telephone_id,
        "call": call.pk,
        "company": company.pk,
        "calendar": make_calendar(
            "Billing's", time_zone="UTC", week=[()] * 7, holidays={}, teams=[billing], by=SYSTEM, at=at
        ).pk,
        "import": 1,
        "view": "all",
        "saved_view": view.pk,
        "bulk": Bulk.objects.create(agent=bo, deed="resolve", done_at=at, changed=[[matter.pk, {}]]).pk,
        "matter": matter.pk,
        "touchpoint": asked.pk,
        "attachment": asked.attachments.get().pk,
        "person": person.pk,
        "address": person.addresses.get().pk,
        "person_key": enter_keys(person, KEY.encode(), by=by, at=at)[0].pk,
        "promise": make_promise(person, WORD, due_at=at + timedelta(days=9), conversation=matter, by=by, at=at).pk,
        "target": make_target(Aim(name="All", first_minutes=60), by=SYSTEM, at=at).pk,
        "preference": state_preference(person, f"{NAME} by phone", by=by, at=at).pk,
        "merge": merge.pk,
        "tag": tag.pk,
        "undelivered": undelivered.pk,
        "own_matter": ours.pk,
        "own_touchpoint": ours.touchpoints.get().pk,
        "own_person": ours.customer_id,
    }
    # Taken on, so that it is in nobody's reach who sees what is theirs and what nobody has taken.
    assign_conversation(Conversation.objects.get(pk=world["request"]), agent=bo, team=billing, by=by, at=at)
    undelivered_later = Undelivered.objects.exclude(pk=undelivered.pk)
    work(at + timedelta(minutes=2))
    # As if the flood brake held back what went out.
    assert Dispatch.objects.update(state=DispatchState.HELD)
    assert not undelivered_later.due(at + timedelta(minutes=2)).exists()
    return world


def _key(at: datetime) -> SigningKey:
    return prepare_signing("desk.example", algorithm="ed25519", by=SYSTEM, at=at)
