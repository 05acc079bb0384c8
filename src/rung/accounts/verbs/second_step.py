"""Signing in in two steps: a password, and a code from a device."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import choice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.accounts.events import (
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondStepBegun,
    SecondStepDemanded,
    SecondStepEnded,
)
from rung.accounts.models import Agent, RecoveryCode, Role, SecondStep
from rung.accounts.sealing import SealBroken, seal, unseal
from rung.accounts.totp import matching_window
from rung.accounts.verbs.roles import locked_role
from rung.core.actor import Actor
from rung.journal.verbs import record

CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another."""
MOST_TRIES = 5
LOCKED_FOR = timedelta(minutes=5)


@transaction.atomic
def begin_second_step(agent: Agent, *, secret: str, code: str, by: Actor, at: datetime) -> list[str]:
    """Ask for a code from now on, once the device has shown that it knows the secret; the recovery codes, which are shown
    this once. Raises ValidationError when the code is not that of the secret, or it is asked for already."""
    window = matching_window(secret, code, at)
    if window is None:
        raise ValidationError({"code": _("This is not the code that the app should show now. Is the clock right?")})
    _row, is_new = SecondStep.objects.get_or_create(
        agent=agent, defaults={"secret": seal(secret), "begun_at": at, "last_window": window}
    )
    if not is_new:
        raise ValidationError(_("You sign in in two steps already."))
    Agent.objects.filter(pk=agent.pk).update(owes_second_step=False)
    agent.owes_second_step = False
    record(SecondStepBegun(agent=agent.pk), by=by, at=at)
    return _fresh_codes(agent)


@transaction.atomic
def end_second_step(agent: Agent, *, by: Actor, at: datetime) -> None:
    """A password is enough again, unless their role demands more: then they have to set it up anew. Nothing happens when
    none was asked for."""
    gone, _each = SecondStep.objects.filter(agent=agent).delete()
    RecoveryCode.objects.filter(agent=agent).delete()
    if not gone:
        return
    owes = Role.objects.filter(key=agent.role, demands_second_step=True).exists()
    Agent.objects.filter(pk=agent.pk).update(owes_second_step=owes)
    agent.owes_second_step = owes
    record(SecondStepEnded(agent=agent.pk), by=by, at=at)


@transaction.atomic
def make_recovery_codes(agent: Agent, *, by: Actor, at: datetime) -> list[str]:
    """New ones, shown this once; the old ones open nothing any more. Raises ValidationError where no code is asked for."""
    if not SecondStep.objects.filter(agent=agent).exists():
        raise ValidationError(_("You do not sign in in two steps yet."))
    record(RecoveryCodesMade(agent=agent.pk), by=by, at=at)
    return _fresh_codes(agent)


@transaction.atomic
def take_second_step(agent: Agent, code: str, *, by: Actor, at: datetime) -> bool:
    """Whether a code opens: that of the device, each once, or a recovery code, each once. After MOST_TRIES wrong ones none
    does for LOCKED_FOR; then it raises ValidationError."""
    step = SecondStep.objects.select_for_update().get(agent=agent)
    is_locked = step.wrong_tries >= MOST_TRIES and step.tried_at is not None and at - step.tried_at < LOCKED_FOR
    if is_locked:
        raise ValidationError(_("Too many wrong codes. Wait five minutes, then try again."))
    if step.wrong_tries >= MOST_TRIES:
        step.wrong_tries = 0
    opens = _is_of_device(step, code, at) or _is_for_recovery(agent, code, by, at)
    step.wrong_tries = 0 if opens else step.wrong_tries + 1
    step.tried_at = at
    step.save(update_fields=["wrong_tries", "tried_at", "last_window"])
    return opens


@transaction.atomic
def demand_second_step(keys: Iterable[str], among: Iterable[str], *, by: Actor, at: datetime) -> None:
    """Of the roles `among`, those of `keys` have to sign in in two steps from now on, the others may. Who has not set it up
    is led there by their next click."""
    wanted = set(keys)
    for key in sorted(set(among)):
        role, demands = locked_role(key), key in wanted
        if role.demands_second_step == demands:
            continue
        role.demands_second_step = demands
        role.save(update_fields=["demands_second_step"])
        holders = Agent.objects.filter(role=key)
        holders.filter(second_step__isnull=True).update(owes_second_step=demands)
        record(SecondStepDemanded(role=key, name=str(role.label), demanded=demands), by=by, at=at)


def _is_of_device(step: SecondStep, code: str, at: datetime) -> bool:
    try:
        window = matching_window(unseal(step.secret), code, at, after=step.last_window)
    except SealBroken:
        return False
    if window is None:
        return False
    step.last_window = window
    return True


def _is_for_recovery(agent: Agent, code: str, by: Actor, at: datetime) -> bool:
    unused = RecoveryCode.objects.filter(agent=agent, digest=_digest(agent, code), used_at__isnull=True)
    if not unused.update(used_at=at):
        return False
    left = RecoveryCode.objects.filter(agent=agent, used_at__isnull=True).count()
    record(RecoveryCodeUsed(agent=agent.pk, left=left), by=by, at=at)
    return True


def _fresh_codes(agent: Agent) -> list[str]:
    RecoveryCode.objects.filter(agent=agent).delete()
    codes = ["-".join("".join(choice(LETTERS) for _letter in range(5)) for _half in range(2)) for _code in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(agent=agent, digest=_digest(agent, code)) for code in codes)
    return codes


def _digest(agent: Agent, code: str) -> str:
    """Ten letters drawn at random, 49 bits, need no slow hash."""
    bare = "".join(letter for letter in code.lower() if letter.isalnum())
    return sha256(f"{agent.pk}:{bare}".encode()).hexdigest()
