"""Where the rooms announce their screens: each adds its own entry in `apps.py: ready()`, the frame draws them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from rung.core.addresses import reverse

Place = Literal["main", "settings", "account", "shortcut", "view", "find", "palette", "bell", "calls"]
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
    the keyboard's way there ("g c"). A "shortcut" stands in no menu, only in the list of keys, and a "view" is found only by
    the palette; `args` are of its address. "find" is where the search
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
    args: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return " ".join((self.url_name, *self.args))

    @property
    def href(self) -> str:
        return reverse(self.url_name, args=self.args)


@dataclass(frozen=True)
class Link:
    """`badge` is asked only where it is shown: a fragment has no use for it."""

    label: str
    href: str
    icon: str
    is_current: bool
    key: str
    badge: Callable[..., int] | None = None
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
    def keys(self) -> tuple[tuple[str, str, str], ...]:
        """Address, key and label of the screens that have a key."""
        screens = (*self.main, *((self.bell,) if self.bell else ()), *self.shortcuts)
        return tuple((link.href, link.key, link.label) for link in screens if link.key)

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
    args: tuple[str, ...] = (),
) -> None:
    """Put a screen on a menu; adding the same screen to the same place again replaces the first."""
    for known in (_permissions, _places, _menus):
        known.cache_clear()
    entry = Entry(place, label, url_name, icon, order, permission, key, badge, about, group, covers, args)
    _entries[place, entry.name] = entry


def entries(place: Place, may: May) -> list[Entry]:
    found = [e for e in _entries.values() if e.place == place and (not e.permission or may(e.permission))]
    return sorted(found, key=lambda e: (e.order, str(e.label)))


def _links(place: Place, may: May, path: str) -> tuple[Link, ...]:
    return tuple(
        Link(
            str(e.label),
            href,
            e.icon,
            _is_current(path, href, _sections(e, href)),
            e.key,
            about=str(e.about),
            group=e.group,
        )
        for e, href in ((e, e.href) for e in entries(place, may))
    )


def links_for(may: May) -> tuple[Link, ...]:
    """Every screen that somebody may open, in the order of the menus; each once."""
    places: tuple[Place, ...] = ("main", "bell", "view", "shortcut", "settings", "account")
    found: dict[str, Link] = {}
    for place in places:
        for link in _links(place, may, ""):
            found.setdefault(link.href, link)
    return tuple(found.values())


def _sections(entry: Entry, href: str) -> tuple[str, ...]:
    """What the addresses begin with that belong to an entry: /queue/mine to /queue's, its section being the first step;
    of an entry of the settings it is the whole."""
    own = href if entry.place == "settings" else "/".join(href.split("/")[:2])
    return (*((f"{own}/",) if href != "/" else ()), *(f"{section}/" for section in entry.covers))


def _is_current(path: str, href: str, sections: tuple[str, ...]) -> bool:
    return path == href or f"{path}/".startswith(sections)


def navigation_for(request: HttpRequest) -> Navigation | None:
    """The menus of the signed-in agent, or None for a visitor."""
    agent = getattr(request, "agent", None)
    if agent is None:
        return None
    path = request.path
    allowed = frozenset(each for each in _permissions() if agent.may(each))
    current = frozenset(pair for pair, href, sections in _places() if _is_current(path, href, sections))
    menus = _menus(get_language(), allowed, current)
    if menus.bell is None or menus.bell.badge is None:
        return menus
    return replace(menus, bell=replace(menus.bell, badge=partial(menus.bell.badge, agent)))


def without_counts(menus: Navigation | None) -> Navigation | None:
    """The menus of a page that asks the database for nothing."""
    return replace(menus, bell=replace(menus.bell, badge=None)) if menus is not None and menus.bell else menus


@cache
def _permissions() -> frozenset[str]:
    return frozenset(entry.permission for entry in _entries.values() if entry.permission)


@cache
def _places() -> tuple[tuple[tuple[str, str], str, tuple[str, ...]], ...]:
    """Of each entry its place and name, its address, and the sections that belong to it."""
    hrefs = ((pair, entry, entry.href) for pair, entry in _entries.items())
    return tuple((pair, href, _sections(entry, href)) for pair, entry, href in hrefs)


@lru_cache(maxsize=512)
def _menus(language: str | None, allowed: frozenset[str], current: frozenset[tuple[str, str]]) -> Navigation:
    """The menus, but for the bell's badge, which still wants to know whose it is. They are made once for each role and
    section: forty lines in words were an eighth of a page that says nothing."""

    def links(place: Place) -> tuple[Link, ...]:
        return tuple(
            replace(link, is_current=(place, entry.name) in current)
            for link, entry in zip(
                _links(place, allowed.__contains__, ""), entries(place, allowed.__contains__), strict=True
            )
        )

    def first(place: Place) -> str:
        return next((link.href for link in links(place)), "")

    bell = next(iter(links("bell")), None)
    badge = next((entry.badge for entry in entries("bell", allowed.__contains__)), None)
    return Navigation(
        main=links("main"),
        settings=links("settings"),
        account=links("account"),
        shortcuts=links("shortcut"),
        find=first("find"),
        palette=first("palette"),
        bell=replace(bell, badge=badge) if bell is not None else None,
        calls=first("calls"),
    )
