"""Which column fills which field: guessed from the head of a table, in the words people use there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rung.core.text import folded
from rung.fields.access import Field, fields_of
from rung.imports.models import Subject

FIELDS: dict[str, dict[str, tuple[Promise, str]]] = {
    Subject.PEOPLE: {
        "name": (_("Name"), "name|full name|fullname|contact|contact name|ansprechpartner|nom complet|nombre completo"),
        "first_name": (_("First name"), "first name|firstname|first|given name|vorname|prenom|nombre"),
        "last_name": (_("Last name"), "last name|lastname|last|surname|nachname|familienname|apellido|apellidos"),
        "email": (_("E-mail address"), "email|e-mail|mail|email address|e-mail address|e-mail-adresse|courriel"),
        "email_2": (_("Second e-mail address"), "email 2|e-mail 2|second email|other email|private email|email privat"),
        "phone": (_("Phone number"), "phone|telephone|tel|phone number|telefon|telefonnummer|telefono"),
        "phone_2": (_("Second phone number"), "phone 2|mobile|mobile phone|cell|cell phone|handy|mobil|movil|portable"),
        "company": (_("Company"), "company|company name|organisation|organization|account|firma|unternehmen|empresa"),
        "role_title": (_("Role"), "role|title|job title|position|funktion|rolle|poste|cargo"),
        "decision_role": (_("In the decision"), "decision|decision role|in the decision|entscheidung"),
        "language": (_("Language"), "language|lang|sprache|langue|idioma|locale"),
        "time_zone": (_("Time zone"), "time zone|timezone|tz|zeitzone"),
        "about": (_("About"), "about|notes|note|comment|comments|bemerkung|notiz|remarque|notas"),
        "avoid": (_("What to avoid"), "avoid|what to avoid|vermeiden"),
    },
    Subject.COMPANIES: {
        "name": (_("Name"), "name|company|company name|firma|unternehmen|organisation|organization|societe|empresa"),
        "domains": (_("Domains"), "domain|domains|website|web|url|homepage|site"),
    },
    Subject.ORDERS: {
        "number": (_("Number"), "number|order|order number|order no|order id|no|id|nummer|bestellnummer|auftragsnummer"),
        "email": (_("E-mail address"), "email|e-mail|mail|customer email|customer|kunde|courriel|correo"),
        "phone": (_("Phone number"), "phone|telephone|tel|telefon|mobile"),
        "title": (_("What"), "title|what|product|item|description|artikel|bezeichnung|produkt|produit|producto"),
        "amount": (_("Amount"), "amount|total|price|sum|value|betrag|summe|preis|montant|importe"),
        "currency": (_("Currency"), "currency|wahrung|waehrung|devise|moneda"),
        "state": (_("State"), "state|status|zustand|etat|estado"),
        "placed_at": (_("Placed on"), "placed at|placed on|placed|date|order date|ordered|ordered at|datum|bestelldatum"),
    },
}  # fmt: skip


OF_ONES_OWN = "field-"
"""What the name of a column begins with that fills a custom field; its number follows."""

_SUBJECTS = {Subject.PEOPLE.value: "customer", Subject.COMPANIES.value: "company"}


def own_fields(subject: str) -> dict[str, Field]:
    """The custom fields that a list of this kind can fill, by the name of the column. A query, but none for orders."""
    fields = fields_of(_SUBJECTS[subject]) if subject in _SUBJECTS else []
    return {f"{OF_ONES_OWN}{field.pk}": field for field in fields}


def guessed_columns(subject: str, head: Sequence[str], own: Iterable[tuple[str, Field]] = ()) -> list[str]:
    """The field that each column fills, "" where none is meant; no field is filled twice."""
    known = {folded(field.name).replace("_", " ").strip(" :*."): name for name, field in own}
    known |= {word: name for name, (_label, words) in FIELDS[subject].items() for word in words.split("|")}
    known |= {name: name for name in FIELDS[subject]} | {name.replace("_", " "): name for name in FIELDS[subject]}
    guessed: list[str] = []
    for title in head:
        name = known.get(folded(title).replace("_", " ").strip(" :*."), "")
        guessed.append(name if name not in guessed else "")
    return guessed


def missing_columns(subject: str, columns: Sequence[str]) -> bool:
    """Whether what every line needs is filled by no column."""
    if subject == Subject.PEOPLE:
        return not {"email", "email_2", "phone", "phone_2"} & set(columns)
    if subject == Subject.COMPANIES:
        return "name" not in columns
    return "number" not in columns or not {"email", "phone"} & set(columns)
