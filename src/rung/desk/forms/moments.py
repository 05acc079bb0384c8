from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rung.core.given import given_moment


def moment_in(text: str, zone: ZoneInfo) -> datetime:
    """What a date-and-time field says, in `zone` unless it names its own. A date alone means nine in the morning.

    Raises ValidationError when it is neither.
    """
    moment = given_moment(text)
    if moment is None:
        raise ValidationError(_("This is no date and time."))
    if len(text.strip()) == 10:
        moment = moment.replace(hour=9)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
