"""Facts: what the journal says about one conversation, contact, answer, order, in one row that needs no dates worked out.

All times are integers, milliseconds since 1970 UTC (`…_ms`), or days, weeks (from Monday) and months since then, so that
the same SQL runs on every engine. Nothing here is a truth of its own: `python -m rung refold` makes every row again.
Keys are plain numbers, because a fact may outlive the row it tells of.
"""

from django.db import models

# The end of what has not ended yet: 9999-12-31, so that "still so at t" is one comparison and no null.
ENDLESS = 253_402_300_799_000


class ConversationFact(models.Model):
    """One conversation from its opening to its last resolution."""

    conversation = models.BigIntegerField(primary_key=True)
    customer = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    team = models.BigIntegerField()  # that holds it now; 0: none
    opened_ms = models.BigIntegerField()
    day = models.IntegerField()
    week = models.IntegerField()
    month = models.IntegerField()
    # "customer", "us" (we wrote first) or "machine" (an automatic letter)
    opened_by = models.CharField(max_length=8)
    first_reply_ms = models.BigIntegerField(null=True)
    first_resolved_ms = models.BigIntegerField(null=True)  # by a person
    last_resolved_ms = models.BigIntegerField(null=True)  # by a person or a rule
    # From the opening to the first and to the last resolution, in calendar minutes, rounded: divided here, because
    # engines disagree about dividing whole numbers.
    first_minutes = models.IntegerField(null=True)
    full_minutes = models.IntegerField(null=True)
    is_resolved = models.SmallIntegerField()  # as it stands now: 0 no, 1 a person declared it, 2 a rule did
    reopen_count = models.IntegerField()
    # How often it passed from one of us, or one of our teams, to another. The first who takes it up is no transfer.
    transfers = models.IntegerField(default=0)
    # To the first reply of one of us, in calendar minutes, rounded.
    reply_minutes = models.IntegerField(null=True)
    # In how many touchpoints the customer took part, and how often they had to change the channel between two of these.
    contacts = models.IntegerField(default=0)
    switches = models.IntegerField(default=0)
    # Of the time it was open: how long the customer waited for us, and we for the customer.
    us_ms = models.BigIntegerField()
    customer_ms = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index("opened_ms", name="conversation_fact_opened"),
            models.Index("last_resolved_ms", name="conversation_fact_resolved"),
        ]

    def __str__(self) -> str:
        return f"conversation {self.conversation}"


class LeftOutFact(models.Model):
    """A conversation that no number counts, and why: "spam", "joined" (merged into another), "beside" (our own question
    to others) or "archived" (brought over as history). It has no other facts."""

    conversation = models.BigIntegerField(primary_key=True)
    customer = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    team = models.BigIntegerField()
    began_ms = models.BigIntegerField()
    reason = models.CharField(max_length=8)

    class Meta:
        indexes = [models.Index("began_ms", name="left_out_fact_began")]

    def __str__(self) -> str:
        return f"conversation {self.conversation}: {self.reason}"


class ClockFact(models.Model):
    """One conversation's durations in the working hours of the team that holds it; no row where that team keeps none."""

    conversation = models.BigIntegerField(primary_key=True)
    customer = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    team = models.BigIntegerField()
    opened_by = models.CharField(max_length=8)
    opened_ms = models.BigIntegerField()
    # By which hours it is counted (see `clocks`), and the working milliseconds that had passed when it was opened.
    hours = models.BigIntegerField()
    opened_worked_ms = models.BigIntegerField()
    reply_minutes = models.IntegerField(null=True)
    first_minutes = models.IntegerField(null=True)
    full_minutes = models.IntegerField(null=True)
    us_minutes = models.IntegerField()  # how long the customer waited for us, in turns that have ended
    is_resolved = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index("opened_ms", name="clock_fact_opened")]

    def __str__(self) -> str:
        return f"working hours of conversation {self.conversation}"


class SpellFact(models.Model):
    """A stretch of time in which a conversation was open and it was one side's turn."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.BigIntegerField()
    ordinal = models.IntegerField()
    customer = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    team = models.BigIntegerField()
    turn = models.CharField(max_length=8)  # "us": the customer waits for us; "customer": we wait for them
    opened_ms = models.BigIntegerField()  # when the conversation began, for its age
    began_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField()  # ENDLESS while it lasts

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "ordinal"], name="spell_fact_once")]
        indexes = [models.Index("ended_ms", "began_ms", name="spell_fact_ended")]

    def __str__(self) -> str:
        return f"conversation {self.conversation}, spell {self.ordinal}"


class ResolutionFact(models.Model):
    """One time a conversation was declared settled, until it was reopened."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.BigIntegerField()
    ordinal = models.IntegerField()
    customer = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    team = models.BigIntegerField()
    resolved_ms = models.BigIntegerField()
    day = models.IntegerField()
    week = models.IntegerField()
    month = models.IntegerField()
    reopened_ms = models.BigIntegerField()  # ENDLESS while it holds
    outcome = models.CharField(max_length=12)
    by_agent = models.SmallIntegerField()  # 1: a person resolved it; 0: Rung did

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "ordinal"], name="resolution_fact_once")]
        indexes = [models.Index("resolved_ms", name="resolution_fact_resolved")]

    def __str__(self) -> str:
        return f"conversation {self.conversation}, resolution {self.ordinal}"


class TouchpointFact(models.Model):
    """One moment of contact. `is_contact`: the customer took part in it; 0 for what we or a machine sent."""

    touchpoint = models.BigIntegerField(primary_key=True)
    conversation = models.BigIntegerField()
    customer = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    team = models.BigIntegerField()
    direction = models.CharField(max_length=3)
    phase = models.CharField(max_length=6)
    is_contact = models.SmallIntegerField()
    occurred_ms = models.BigIntegerField()
    day = models.IntegerField()
    week = models.IntegerField()
    month = models.IntegerField()

    class Meta:
        indexes = [
            models.Index("conversation", name="touchpoint_fact_conversation"),
            models.Index("occurred_ms", "customer", name="touchpoint_fact_contact", condition=models.Q(is_contact=1)),
        ]

    def __str__(self) -> str:
        return f"touchpoint {self.touchpoint}"


class AnswerFact(models.Model):
    """One survey question put to one customer, and the answer, if there is one."""

    id = models.BigAutoField(primary_key=True)
    invitation = models.BigIntegerField()
    question = models.CharField(max_length=8)
    conversation = models.BigIntegerField()
    customer = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    team = models.BigIntegerField()
    offered_ms = models.BigIntegerField()
    answered_ms = models.BigIntegerField(null=True)
    day = models.IntegerField(null=True)  # of the answer, as week and month
    week = models.IntegerField(null=True)
    month = models.IntegerField(null=True)
    answer = models.IntegerField(null=True)
    is_last = models.SmallIntegerField()  # 1: the last answer to this question about this conversation

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invitation", "question"], name="answer_fact_once")]
        indexes = [
            models.Index("question", "answered_ms", name="answer_fact_answered"),
            models.Index("question", "offered_ms", name="answer_fact_offered"),
            models.Index("conversation", name="answer_fact_conversation"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.invitation}, {self.question}"


class ComplaintFact(models.Model):
    """A conversation in which the customer complained: when first, and when it was first escalated after that."""

    conversation = models.BigIntegerField(primary_key=True)
    customer = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    team = models.BigIntegerField()
    received_ms = models.BigIntegerField()
    day = models.IntegerField()
    week = models.IntegerField()
    month = models.IntegerField()
    escalated_ms = models.BigIntegerField()  # ENDLESS when it was not

    class Meta:
        indexes = [
            models.Index("received_ms", name="complaint_fact_received"),
            models.Index("customer", name="complaint_fact_customer"),
        ]

    def __str__(self) -> str:
        return f"complaint in conversation {self.conversation}"


class CallFact(models.Model):
    """A call that a telephone system announced. `customer` and `conversation` 0: not known, or in none."""

    # `call` is a keyword of SQL
    phone_call = models.BigIntegerField(primary_key=True)
    customer = models.BigIntegerField(default=0)
    conversation = models.BigIntegerField(default=0)
    channel = models.CharField(max_length=20, default="phone")
    team = models.BigIntegerField(default=0)
    way = models.CharField(max_length=3, default="in")
    began_ms = models.BigIntegerField()  # when we first heard of it
    is_answered = models.SmallIntegerField(default=0)
    is_over = models.SmallIntegerField(default=0)
    # How long it rang, until it was taken or given up; null where it was announced only after that.
    rang_s = models.IntegerField(null=True)
    spoken_s = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index("began_ms", name="call_fact_began")]

    def __str__(self) -> str:
        return f"call {self.phone_call}"


class PromiseFact(models.Model):
    """A promise with a date, as it stands: `state` "open", "kept", "late" or "broken". Taken back: no row."""

    promise = models.BigIntegerField(primary_key=True)
    customer = models.BigIntegerField()
    conversation = models.BigIntegerField(default=0)
    channel = models.CharField(max_length=20, default="")
    team = models.BigIntegerField(default=0)
    made_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()  # as last agreed
    moved = models.IntegerField(default=0)
    state = models.CharField(max_length=6)
    ended_ms = models.BigIntegerField()  # ENDLESS while it is open

    class Meta:
        indexes = [
            models.Index("due_ms", name="promise_fact_due"),
            models.Index("conversation", name="promise_fact_conversation"),
        ]

    def __str__(self) -> str:
        return f"promise {self.promise}"


class DeadlineFact(models.Model):
    """Something owed by a target of service that was met or missed, or is owed no longer. `settled_ms`: when; of a missed
    one, when it was due."""

    deadline = models.BigIntegerField(primary_key=True)
    conversation = models.BigIntegerField()
    customer = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    team = models.BigIntegerField()
    target = models.BigIntegerField()
    owed = models.CharField(max_length=12)
    priority = models.CharField(max_length=12)
    is_met = models.SmallIntegerField()  # 1 met, 0 missed, 2 neither: owed no longer
    settled_ms = models.BigIntegerField()
    paused_s = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index("settled_ms", name="deadline_fact_settled"),
            models.Index("conversation", name="deadline_fact_conversation"),
        ]

    def __str__(self) -> str:
        return f"deadline {self.deadline}"


class SignalFact(models.Model):
    """What somebody read from a touchpoint of the service before it, or of what caused it; `said_ms`: when it was said."""

    id = models.BigAutoField(primary_key=True)
    touchpoint = models.BigIntegerField()
    signal = models.CharField(max_length=20)
    conversation = models.BigIntegerField()
    customer = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    team = models.BigIntegerField()
    said_ms = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["touchpoint", "signal"], name="signal_fact_once")]
        indexes = [
            models.Index("signal", "said_ms", name="signal_fact_said"),
            models.Index("conversation", name="signal_fact_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.signal} in touchpoint {self.touchpoint}"


class OrderFact(models.Model):
    """Something a customer bought."""

    # `order` is a keyword of SQL
    placed_order = models.BigIntegerField(primary_key=True)
    customer = models.BigIntegerField()
    amount_cents = models.BigIntegerField()
    placed_ms = models.BigIntegerField()
    day = models.IntegerField()
    week = models.IntegerField()
    month = models.IntegerField()

    class Meta:
        indexes = [
            models.Index("customer", "placed_ms", name="order_fact_customer"),
            models.Index("placed_ms", name="order_fact_placed"),
        ]

    def __str__(self) -> str:
        return f"order {self.placed_order}"


class ColleagueFact(models.Model):
    """A stretch of time in which a customer was a colleague of ours: from 0 for one who was met as one, and else from the
    moment it was said of them."""

    id = models.BigAutoField(primary_key=True)
    customer = models.BigIntegerField()
    ordinal = models.IntegerField()
    began_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField()  # ENDLESS while they are one

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "ordinal"], name="colleague_fact_once")]

    def __str__(self) -> str:
        return f"customer {self.customer}, a colleague for the {self.ordinal + 1}. time"
