"""Made-up matters with planted words: what a customer of ours could write about five subjects in two languages."""

from __future__ import annotations

import numpy as np

from rung.patterns.finding import Sampled
from rung.patterns.wording import words_in

ENGLISH = {
    "delivery": "parcel courier delivery depot tracking doorstep shipment van delayed driver",
    "invoice": "invoice amount refund charged bank statement payment credit accounting billed",
    "brakes": "brake squeal lever pads rotor hydraulic bleeding rattling caliper stopping",
    "account": "password login account email locked reset browser username security signin",
}
GERMAN = {
    "delivery_de": "paket lieferung sendung verspätet fahrer zusteller haustür lager versand ankunft",
    "frame_de": "rahmen riss schweißnaht gebrochen lack garantie kratzer gabel sattelrohr gewinde",
    "light_de": "scheinwerfer rücklicht dynamo kabel birne flackert batterie schalter halterung dunkel",
}
FILLERS = {"en": "It was with the and we have not been there", "de": "Es ist mit der und wir haben noch nicht die das"}
NAMES = ("Annegret Lindqvist", "Bartholomew Osei", "Ximena Farrokhzad", "Wolfram Quist")


def letter(theme: str, rng: np.random.Generator) -> str:
    """Some sentences about one subject, by somebody with a name, a telephone and an address."""
    words = (ENGLISH | GERMAN)[theme].split()
    language = "de" if theme in GERMAN else "en"
    body = " ".join(str(word) for word in rng.choice(words, size=7))
    who = NAMES[int(rng.integers(len(NAMES)))]
    return (
        f"Hello {who},\n{FILLERS[language]} {body}. Order {rng.integers(10_000, 99_999)}, call 0171-{rng.integers(1e6)}.\n"
        f"{who} {who.split()[0].lower()}@example.org https://shop.example/{rng.integers(1e6)}"
    )


def sample(each: int = 60, *, seed: int = 4) -> tuple[list[Sampled], list[str]]:
    """So many letters of every subject, shuffled, and the subject of each."""
    rng = np.random.default_rng(seed)
    themes = [theme for theme in (*ENGLISH, *GERMAN) for _ in range(each)]
    themes = [themes[i] for i in rng.permutation(len(themes))]
    return [
        Sampled(number, "de" if theme in GERMAN else "en", words_in(letter(theme, rng)))
        for number, theme in enumerate(themes)
    ], themes
