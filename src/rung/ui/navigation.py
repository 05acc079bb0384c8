"""Where the rooms announce their screens: each adds its own entry in `apps.py: ready()`, the frame draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

Place = Literal["main", "settings", "account", "shortcut", "find", "palette", "bell", "calls"]
Group = Literal["house", "ways", "words", "customers", "care", ""]
GROUPS: dict[Group, Any] = {
    "house": _("The house"),
    "ways": _("How customers reach us"),
    "words": _("Words and order"),
    "customers": _("Customers"),
    "care": _("Looking after it"),
    "": _("More"),
}
# Whether whoever looks has a permission, by its name.
May = Callable[[str], bool]


@dataclass(frozen=True)
class Entry:
    """One line of a menu. `label` may be a lazy translation; `permission` empty means everybody who is signed in; `key` is
    the keyboard's way there ("g c"). A "shortcut" stands in no menu, only in the list of keys. "find" is where the search
    field of the frame leads, "palette" what answers while one types into the palette, "bell" where what somebody is told
    stands, "calls" what lies above every page while it rings; `badge` says of an agent how much of it is unread. `about`
    says in a sentence what it is for, and `group` beside what it stands; the page of all settings shows both. `covers` are
    sections without an entry of their own ("/companies") that belong to this one."""

    place: Place
    label: Any
    url_name: str
    icon: str
    order: int
    permission: str
    key: str
    badge: Callable[[Any], int] | None = None
    about: Any = ""
    group: Group = ""
    covers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """`badge` is asked only where it is shown: a fragment has no use for it."""

    label: str
    href: str
    icon: str
    is_current: bool
    key: str
    badge: Callable[[], int] | None = None
    about: str = ""
    group: Group = ""


@dataclass(frozen=True)
class Navigation:
    main: tuple[Link, ...]
    settings: tuple[Link, ...]
    account: tuple[Link, ...]
    shortcuts: tuple[Link, ...]
    find: str = ""
    palette: str = ""
    bell: Link | None = None
    calls: str = ""

    @property
    def settings_in_groups(self) -> tuple[tuple[str, tuple[Link, ...]], ...]:
        """Each group with its label and its links, those without any left out."""
        found = ((str(label), tuple(e for e in self.settings if e.group == group)) for group, label in GROUPS.items())
        return tuple((label, links) for label, links in found if links)


_entries: dict[tuple[str, str], Entry] = {}


def add(
    place: Place,
    label: Any,
    url_name: str,
    icon: str,
    *,
    order: int,
    permission: str = "",
    key: str = "",
    badge: Callable[[Any], int] | None = None,
    about: Any = "",
    group: Group = "",
    covers: tuple[str, ...] = (),
) -> None:
    """Put a screen on a menu; adding the same screen to the same place again replaces the first."""
    _entries[place, url_name] = Entry(place, label, url_name, icon, order, permission, key, badge, about, group, covers)


def entries(place: Place, may: May) -> list[Entry]:
    found = [e for e in _entries.values() if e.place == place and (not e.permission or may(e.permission))]
    return sorted(found, key=lambda e: (e.order, str(e.label)))


@cache
def _address(url_name: str) -> str:
    """Worked out once: every page leads to forty screens."""
    return reverse(url_name)


def _links(place: Place, may: May, path: str) -> tuple[Link, ...]:
    return tuple(
        Link(
            str(e.label),
            href,
            e.icon,
            _is_within(path, href, steps=0 if place == "settings" else 2)
            or any(_is_within(path, section, steps=0) for section in e.covers),
            e.key,
            about=str(e.about),
            group=e.group,
        )
        for e, href in ((e, _address(e.url_name)) for e in entries(place, may))
    )


def links_for(may: May) -> tuple[Link, ...]:
    """Every screen that somebody may open, in the order of the menus; each once."""
    places: tuple[Place, ...] = ("main", "bell", "shortcut", "settings", "account")
    found: dict[str, Link] = {}
    for place in places:
        for link in _links(place, may, ""):
            found.setdefault(link.href, link)
    return tuple(found.values())


def _is_within(path: str, href: str, *, steps: int) -> bool:
    """/queue/mine belongs to /queue's entry: the section is as many first steps of it; with 0 the whole of it."""
    section = "/".join(href.split("/")[:steps]) if steps else href
    return path == href or (href != "/" and (path + "/").startswith(section + "/"))


def navigation_for(request: HttpRequest) -> Navigation | None:
    """The menus of the signed-in agent, or None for a visitor."""
    agent = getattr(request, "agent", None)
    if agent is None:
        return None
    may: May = agent.may
    return Navigation(
        main=_links("main", may, request.path),
        settings=_links("settings", may, request.path),
        account=_links("account", may, request.path),
        shortcuts=_links("shortcut", may, request.path),
        find=next((link.href for link in _links("find", may, "")), ""),
        palette=next((link.href for link in _links("palette", may, "")), ""),
        bell=_bell(agent, may, request.path),
        calls=next((link.href for link in _links("calls", may, "")), ""),
    )


def _bell(agent: Any, may: May, path: str) -> Link | None:
    link = next(iter(_links("bell", may, path)), None)
    badge = next((entry.badge for entry in entries("bell", may)), None)
    return replace(link, badge=partial(badge, agent)) if link is not None and badge is not None else link
