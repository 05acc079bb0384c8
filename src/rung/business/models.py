from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

from django.db import models

from rung.business.hours import Hours


class Business(models.Model):
    """Us, as customers see us. One row, key 1; before anybody has written it there is none."""

    name = models.CharField(max_length=120, default="", blank=True)
    address = models.TextField(max_length=500, default="", blank=True)
    support_url = models.URLField(max_length=300, default="", blank=True)
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=60, default="UTC")

    class Meta:
        verbose_name_plural = "businesses"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="business_is_one")]

    def __str__(self) -> str:
        return self.name


class Calendar(models.Model):
    """When some of us work: a week of opening hours in a zone, and holidays."""

    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    # Seven lists, Monday first, of [from, to] as "HH:MM"; to "00:00" is the end of the day.
    week = models.JSONField(default=list)
    # ISO day → name.
    holidays = models.JSONField(default=dict)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> Hours:
        try:
            zone = ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            zone = ZoneInfo("UTC")
        week = tuple(
            tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in day) for day in self.week
        )
        return Hours(zone, week or ((),) * 7, frozenset(date.fromisoformat(day) for day in self.holidays))


class Keeping(models.Model):
    """Who keeps a calendar: a team, or one agent instead of their team's."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="keepings")
    team = models.OneToOneField("accounts.Team", null=True, on_delete=models.CASCADE, related_name="+")
    agent = models.OneToOneField("accounts.Agent", null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(team__isnull=True) ^ models.Q(agent__isnull=True), name="keeping_is_of_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.team or self.agent}: {self.calendar}"


class Absence(models.Model):
    """Somebody is away from a moment on, until another; ended when they are back earlier."""

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+")
    begins_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agent", "until_at"], name="absence_by_agent")]

    def __str__(self) -> str:
        return f"{self.agent} until {self.until_at}"
