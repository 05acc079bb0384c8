"""Who wrote a letter, to whom, and how it came: what its first header says."""

from datetime import datetime

from rung.channels.email.reading.parts import Tree
from rung.channels.email.reading.people import MAX_PEOPLE, people
from rung.channels.email.reading.person import Person
from rung.channels.email.reading.values import moment
from rung.channels.email.reading.words import tidy


def people_of(tree: Tree, name: str) -> tuple[Person, ...]:
    """Everybody that a header names, at most MAX_PEOPLE."""
    found: list[Person] = []
    unread = 0
    for value in tree.headers.all_raw(name)[:50]:
        persons, more = people(value, tree.headers.hint)
        found += persons
        unread += more
    if len(found) > MAX_PEOPLE:
        unread += len(found) - MAX_PEOPLE
        del found[MAX_PEOPLE:]
    if unread:
        tree.remark(f"“{name.title()}” names {len(found) + unread} addresses; the first {len(found)} were read.")
    return tuple(found)


def sender_of(tree: Tree) -> Person | None:
    """Who wrote the letter: From, else Sender, else Reply-To; a header without an address counts for nothing."""
    for name in ("from", "sender", "reply-to"):
        for value in tree.headers.all_raw(name)[:5]:
            for person in people(value[:20_000], tree.headers.hint)[0]:
                if "@" in person.address:
                    if name != "from":
                        tree.remark(f"The letter has no From; the sender is taken from {name.title()}.")
                    return person
    tree.remark("The letter has no From: nobody knows who wrote it.")
    return None


def delivered_to(tree: Tree) -> tuple[str, ...]:
    found = [
        person.address
        for name in ("delivered-to", "x-original-to", "envelope-to", "x-delivered-to", "x-envelope-to")
        for value in tree.headers.all_raw(name)[:10]
        for person in people(value[:4000])[0]
        if person.address
    ]
    return tuple(dict.fromkeys(found))


def return_path(tree: Tree) -> str | None:
    if not tree.headers.has("return-path"):
        return None
    return tidy(tree.headers.raw("return-path")[:400].decode("utf-8", "replace")).strip("<> ")


def received_at(tree: Tree) -> datetime | None:
    for value in tree.headers.all_raw("received")[:1]:
        return moment(value.rpartition(b";")[2].strip())
    return None
