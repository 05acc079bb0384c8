"""What is written behind an operator, as a moment or a level."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from rung.accounts.access import Agent
from rung.core.text import folded
from rung.ladder.levels import HIGHEST, LOWEST, level_name

LEVELS = ("criminal", "basic", "expected", "desired", "surprising", "unbelievable")
DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


def moment_meant(value: str, agent: Agent, at: datetime) -> datetime | None:
    """The beginning of the day, month or year that is written, in the agent's zone; or so many days, weeks, months ago."""
    today = datetime.combine(at.astimezone(agent.zone).date(), time.min, agent.zone)
    value = value.lower()
    if value in DAYS:
        return today + timedelta(days=DAYS[value])
    if ago := re.fullmatch(r"(\d{1,4})([dwmy])", value):
        try:
            return today - timedelta(days=int(ago[1]) * {"d": 1, "w": 7, "m": 30, "y": 365}[ago[2]])
        except OverflowError:  # before the year 1
            return None
    # With points between them the day comes first wherever people write so; with strokes that depends on the country.
    if day_first := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.((?:19|20|21)\d\d)", value):
        value = f"{day_first[3]}-{day_first[2]}-{day_first[1]}"
    written_so = re.fullmatch(r"((?:19|20|21)\d\d)(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", value)
    if written_so is None:
        return None
    year, month, day = (int(part) if part else 1 for part in written_so.groups())
    try:
        return datetime(year, month, day, tzinfo=agent.zone)
    except ValueError:
        return None


def level_meant(word: str) -> int | None:
    if word.isdecimal():
        return int(word) if LOWEST <= int(word) <= HIGHEST else None
    wanted = folded(word)
    return next((n for n in range(LOWEST, HIGHEST + 1) if wanted in (LEVELS[n - 1], folded(level_name(n)))), None)
