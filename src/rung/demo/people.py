"""The four hundred: made up name by name, from a number."""

import re
import unicodedata
from dataclasses import dataclass
from random import Random

from rung.demo import company
from rung.demo.oddities import ODD_PEOPLE

NAMES: tuple[tuple[str, str, str, str], ...] = (
    # language, zone, given names, family names
    (
        "en", "Europe/London",
        "Alice Tom Priya Hugh Nell Marcus Edith Joan Rory Beth Callum Ursula Desmond Fiona Gareth Imogen Nasreen Owen Ruth",
        "Hargreaves Osei Whitfield Tran O'Malley Pritchard Underhill Blackwood Nakamura Ellery Sharma Fenwick Cole Ashdown",
    ),
    (
        "de", "Europe/Berlin",
        "Jürgen Sabine Lukas Anneliese Karsten Birgit Mehmet Friederike Uwe Käthe Torben Gisela Malte Renate Ayşe Holger",
        "Schröder Weiß Köhler Brandt Yıldız Hoffmann Grünewald Petersen Lange Ziegler Böhme Kowalski Sommer Vogt Arslan",
    ),
    (
        "nl", "Europe/Amsterdam",
        "Joost Femke Sander Marijke Bram Lotte Wouter Saskia Thijs Anouk Daan Hennie Ruud Jolanda",
        "Jansen Bakker Visser Mulder Bos Hendriks Dijkstra Kuipers Vermeer Postma Brouwer Hoekstra Smit",
    ),
    (
        "fr", "Europe/Paris",
        "Amélie Étienne Chloé Guillaume Maëlle Bastien Yasmine Loïc Odette Thibault Noémie Rémi Aïcha Gaspard",
        "Lefèvre Moreau Garnier Benali Rousseau Chevalier Dubois Lemaître Perrin Fontaine Marchand Delacroix",
    ),
    (
        "es", "Europe/Madrid",
        "Lucía Íñigo Carmen Joaquín Pilar Andrés Montserrat Rocío Gonzalo Ainhoa Xavier Belén Jordi Nieves",
        "García Etxeberria Ibáñez Muñoz Puig Serrano Domínguez Cano Vidal Peña Quintana Rey",
    ),
    (
        "it", "Europe/Rome",
        "Chiara Matteo Ginevra Alessio Bruna Nicolò Ornella Fabrizio Elisabetta Pietro Ludovica Dario",
        "Rinaldi Colombo D'Angelo Moretti Bianchi Zanetti Lombardi Pellegrini Caruso Gallo Fontana",
    ),
    (
        "pl", "Europe/Warsaw",
        "Małgorzata Paweł Zofia Krzysztof Agnieszka Wojciech Halina Łukasz Bożena Jacek Ewa Stanisław",
        "Wiśniewski Wójcik Kamińska Dąbrowska Lewandowska Zając Szymański Kaczmarek Piotrowska Głowacki",
    ),
    (
        "sv", "Europe/Stockholm",
        "Åsa Björn Maja Linnea Gunnar Ebba Henrik Sigrid Oskar Tuva Ragnhild Nils Freja Søren",
        "Lundgren Åkesson Nyström Sjöberg Ek Forsberg Hallström Dahl Wikström Bergqvist Kjær",
    ),
    (
        "en", "Africa/Lagos",
        "Chidi Ngozi Kwame Amara Tunde Zainab Kofi Adaeze Yusuf Folake Ama Ifeanyi",
        "Okeke Mensah Balogun Eze Asante Abubakar Danso Nwosu Owusu Adebayo Okonjo",
    ),
    (
        "en", "Asia/Kolkata",
        "Ananya Rohan Meera Vikram Lakshmi Arjun Kavya Suresh Divya Rahul Shreya Imran",
        "Iyer Chatterjee Reddy Nair Kulkarni Bose Qureshi Menon Desai Banerjee Pillai",
    ),
    (
        "cs", "Europe/Prague",
        "Zdeněk Jitka Ondřej Kateřina Jiří Blanka Tomáš Věra Radek Lenka",
        "Dvořák Novotná Procházka Krejčí Veselá Němec Růžička Beneš",
    ),
)  # fmt: skip

PRIVATE_DOMAINS = ("letterbox.test", "postbag.test")
ROLES = (
    "owner", "office manager", "fleet manager", "head of deliveries", "bookkeeper", "caretaker", "head of purchasing",
    "shift lead", "managing director", "apprentice",
)  # fmt: skip
ABOUTS = (
    "Rides to work all year round. Likes short letters.",
    "Prefers being written to; works nights.",
    "Knows more about gear hubs than we do. Take it as a compliment.",
    "Bought on the recommendation of a neighbour.",
    "Two children on the back since spring.",
    "Hard of hearing, so please do not call.",
    "Sends sketches. They are good.",
    "Has asked us never to put the invoice into the box with the bicycle.",
    "Came to the open day; met Greta.",
    "Pays late in January, always pays.",
)


@dataclass(frozen=True)
class Person:
    """A customer before they exist. `email` or `phone` may be empty, not both. `patience`: days until they ask again."""

    name: str
    email: str
    phone: str
    language: str
    zone: str
    firm: str
    role: str
    is_internal: bool
    captive: bool | None
    about: str
    city: str
    html: bool
    patience: float
    expectation: float
    harshness: float

    @property
    def first(self) -> str:
        return self.name.split()[0] if self.name else "there"


def slug(text: str) -> str:
    """ "Brouwerij De Lange Jan" → "brouwerij-de-lange-jan": ASCII, as a domain label."""
    bare = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("ø", "o").replace("ß", "ss").replace("ı", "i"))
    return re.sub(r"[^a-z0-9]+", "-", bare.encode("ascii", "ignore").decode().lower()).strip("-")


def firm_domain(firm: str) -> str:
    return f"{slug(firm)}.test"


def domains() -> tuple[str, ...]:
    """Every domain that somebody of the demo has an address at."""
    return (company.DOMAIN, *PRIVATE_DOMAINS, *map(firm_domain, company.FIRMS))


def people(lot: Random, count: int) -> list[Person]:
    """`count` people: a twentieth colleagues, a few hard to spell, about two fifths from firms, the rest private."""
    insiders = max(2, count // 20)
    odd = ODD_PEOPLE[: max(6, count // 25)]
    firms = company.FIRMS[: max(3, count * 15 // 100)]
    made: list[Person] = []
    taken: set[str] = set()
    for name in company.INSIDERS[:insiders]:
        made.append(_insider(lot, name, taken))
    for name, language, zone in odd:
        made.append(_person(lot, name, language, zone, "", taken))
    while len(made) < count:
        language, zone, given, family = lot.choices(NAMES, weights=(5, 7, 3, 3, 2, 2, 2, 2, 1, 1, 1))[0]
        name = f"{lot.choice(given.split())} {lot.choice(family.split())}"
        # Every firm has somebody before any has many.
        position = len(made) - insiders - len(odd)
        firm = lot.choice(firms) if lot.random() < 0.3 else ""
        if position < len(firms):
            firm = firms[position]
        made.append(_person(lot, name, language, zone, firm, taken))
    return made


def _insider(lot: Random, name: str, taken: set[str]) -> Person:
    return Person(
        name=name,
        email=_address(name, company.DOMAIN, taken),
        phone="",
        language="en",
        zone=company.ZONE,
        firm=lot.choice(company.DEPARTMENTS),
        role="colleague",
        is_internal=True,
        captive=True,
        about="",
        city="Lindenau",
        html=lot.random() < 0.5,
        patience=lot.uniform(1.5, 4),
        expectation=lot.gauss(0, 0.5),
        harshness=lot.gauss(0, 0.3),
    )


def _person(lot: Random, name: str, language: str, zone: str, firm: str, taken: set[str]) -> Person:
    domain = firm_domain(firm) if firm else lot.choice(PRIVATE_DOMAINS)
    has_phone = lot.random() < 0.4
    writes = lot.random() > 0.04 or bool(firm)
    captive: bool | None = False
    if firm and lot.random() < 0.35:
        captive = True
    elif lot.random() < 0.25:
        captive = None
    return Person(
        name=name,
        email=_address(name, domain, taken) if writes else "",
        phone=f"+49761{lot.randrange(1000000, 9999999)}" if has_phone or not writes else "",
        language=language,
        zone=zone,
        firm=firm,
        role=lot.choice(ROLES) if firm else "",
        is_internal=False,
        captive=captive,
        about=lot.choice(ABOUTS) if lot.random() < 0.15 else "",
        city=lot.choice(company.CITIES),
        html=lot.random() < 0.45,
        patience=lot.uniform(1.2, 5),
        expectation=lot.gauss(0, 0.6),
        harshness=lot.gauss(0, 0.35),
    )


def _address(name: str, domain: str, taken: set[str]) -> str:
    base = slug(name).replace("-", ".")[:40] or "rider"
    address, number = f"{base}@{domain}", 2
    while address in taken:
        address, number = f"{base}{number}@{domain}", number + 1
    taken.add(address)
    return address
