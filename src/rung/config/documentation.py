"""The pages of docs/ that the code can write itself, and so cannot get wrong: the map, the events, the settings."""

from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from inspect import cleandoc
from itertools import groupby
from pathlib import Path
from typing import Any, cast

import rung
from rung.config.environment import SETTINGS
from rung.core.rooms import ROOMS
from rung.journal.events import EVENTS, Event
from rung.journal.reacting import reaction_name, reactions_to

SOURCE = Path(rung.__file__).parent
WRITTEN = "<!-- Written by `python -m rung docs` from the code; a test fails when it is not true. -->"
MAP = """
# The map

The rooms from the roof down. A room calls only what lies below it, and announces what happened to those above
([events.md](events.md)). Its furniture is the same everywhere: `models` nouns, `verbs` the only writes, `access` who may
see what, `pages` what a screen needs, `views` gate → verb → page → render, `events` what it announces, `reactions` what
it does when lower rooms announce, `errands` its waiting work, done by the worker. [`core`](../src/rung/core/) lies below
all of them: small values without a room's words. [`config`](../src/rung/config/) is the roof: settings, addresses,
processes.
"""
HAPPENINGS = """
# What happens

Every fact that the rooms record in the journal: its kind (for ever; never renamed), what it means, what it carries,
which of that is blanked when a person is forgotten, and who reacts. All of them also carry when it happened, when it was
recorded, and who did it.
"""
VARIABLES = """
# Settings

Environment variables, read once at the start. All have defaults that run on a laptop: `bin/run` needs none of them. What
belongs to the desk rather than to the machine (mailboxes, agents, teams, surveys) is set on its screens.

| variable | default | what it does |
|---|---|---|
"""
FURNITURE = ("models", "events", "access", "verbs", "pages", "reactions", "errands", "forms", "views", "urls")


def pages() -> dict[str, str]:
    """The pages, by their path below docs/."""
    writers: dict[str, Callable[[], str]] = {
        "map.md": map_page,
        "events.md": events_page,
        "operate/settings.md": settings_page,
    }
    return {path: write() for path, write in writers.items()}


def map_page() -> str:
    lines = [WRITTEN, *MAP.splitlines()]
    for floor, rooms in groupby(reversed(ROOMS), key=lambda room: room[1]):
        lines += ["", f"## {floor}", "", "| room | what it is for | furniture |", "|---|---|---|"]
        for room, _floor in sorted(rooms):
            lines.append(f"| [`{room}`]({_link(room)}) | {_purpose(room)} | {', '.join(_furniture(room))} |")
    return "\n".join(lines) + "\n"


def events_page() -> str:
    lines = [WRITTEN, *HAPPENINGS.splitlines()]
    for room, _floor in reversed(ROOMS):
        ours = {kind: event for kind, event in sorted(EVENTS.items()) if _is_in(event, room)}
        if not ours:
            continue
        lines += ["", f"## {room}"]
        for kind, event in ours.items():
            lines += ["", f"### {kind}", "", cleandoc(event.__doc__ or ""), "", f"- carries: {_fields(event)}"]
            if event.personal:
                lines.append(f"- personal: {', '.join(f'`{name}`' for name in event.personal)}")
            if reacting := sorted(reaction_name(reaction) for reaction in reactions_to(kind)):
                lines.append(f"- reacts: {', '.join(f'`{name}`' for name in reacting)}")
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    lines = [WRITTEN, *VARIABLES.splitlines()]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "(empty)"
        lines.append(f"| `{setting.name}` | {default} | {setting.meaning} |")
    return "\n".join(lines) + "\n"


def _link(room: str) -> str:
    return f"../src/rung/{room.replace('.', '/')}/"


def _purpose(room: str) -> str:
    doc = cleandoc(import_module(f"rung.{room}").__doc__ or "")
    return " ".join(doc.split("\n\n")[0].split()).replace("|", "\\|")


def _furniture(room: str) -> list[str]:
    folder = SOURCE / room.replace(".", "/")
    return [name for name in FURNITURE if (folder / f"{name}.py").exists() or (folder / name).is_dir()]


def _is_in(event: type[Event], room: str) -> bool:
    return event.__module__.startswith(f"rung.{room}.")


def _fields(event: type[Event]) -> str:
    def said(kind: Any) -> str:
        return str(getattr(kind, "__name__", kind)) if isinstance(kind, type) else str(kind)

    return ", ".join(f"`{field.name}` ({said(field.type)})" for field in fields(cast(Any, event))) or "nothing more"
