"""Topics in texts: what is planted is found again, whoever wrote is not."""

import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from rung.patterns.finding import FEWEST_BEARERS, Sampled, found_topics, matched, usual_number, vocabulary
from rung.patterns.topic_model import kept, model_from, topics_of
from rung.patterns.wording import names_in, words_in
from tests.patterns.stories import ENGLISH, GERMAN, NAMES, sample

PLANTED = {**ENGLISH, **GERMAN}


@pytest.fixture(scope="module")
def planted():
    letters, themes = sample()
    model = found_topics(letters, names_in(NAMES), 7)
    assert model is not None
    return model, letters, themes


def test_planted_topics_are_found_again_in_both_languages(planted):
    model, _letters, _themes = planted
    found = [{word for word, _ in model.top_words(k, 10)} for k in range(7)]
    for theme, words in PLANTED.items():
        assert max(len(set(words.split()) & each) for each in found) >= 9, theme


def test_conversations_are_assigned_to_what_they_were_planted_as(planted):
    model, letters, themes = planted
    assigned = [
        placed[0][0] if placed else None for placed in topics_of(model.weights([each.words for each in letters]))
    ]
    pairs = Counter(zip(themes, assigned, strict=True))
    right = sum(max(count for (theme, _), count in pairs.items() if theme == planted) for planted in PLANTED)
    assert right >= 0.97 * len(letters)


def test_the_same_sample_gives_the_same_topics_twice(planted):
    model, letters, _themes = planted
    again = found_topics(letters, names_in(NAMES), 7)
    assert again.words == model.words
    assert np.allclose(again.parts, model.parts)


def test_no_name_number_or_address_becomes_a_word(planted):
    model, _letters, _themes = planted
    for piece in (*NAMES, "0171", "shop", "example", "org", "https"):
        for part in piece.lower().split():
            assert part not in model.words
    assert not [word for word in model.words if any(letter.isdigit() or letter == "@" for letter in word)]
    assert set(model.words) <= {word for words in PLANTED.values() for word in words.split()}


def test_what_only_few_customers_write_stays_theirs():
    few = [Sampled(number % (FEWEST_BEARERS - 1), "", ["kleinkummerfeld", "bicycle"]) for number in range(60)]
    many = [Sampled(100 + number, "", ["bicycle"] if number % 3 == 0 else ["bell"]) for number in range(200)]
    assert "kleinkummerfeld" not in vocabulary([*few, *many], frozenset())
    assert "bicycle" not in vocabulary([*few, *many], frozenset({"bicycle"}))


def test_the_grammar_of_a_language_nobody_wrote_down_is_found_by_how_common_it_is():
    rows = [Sampled(n, "pl", ["jest", "bardzo", f"słowo{chr(97 + n % 5)}"]) for n in range(60)]
    rows += [Sampled(1000 + n, "en", ["wheel" if n % 4 else "spoke"]) for n in range(600)]
    found = vocabulary(rows, frozenset())
    assert "jest" not in found
    assert "bardzo" not in found
    assert "słowoa" in found
    assert "spoke" in found


def test_a_conversation_of_unknown_words_has_no_topic(planted):
    model, _letters, _themes = planted
    weights = model.weights([["granite", "violin"], [], ["parcel"]])
    assert topics_of(weights)[:2] == [[], []]
    assert topics_of(weights)[2]


def test_assigning_agrees_with_who_fitted(planted):
    """Our own least squares and scikit-learn's transform place the same texts alike."""
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    model, letters, _themes = planted
    words = [each.words for each in letters]
    matrix = TfidfVectorizer(analyzer=list, vocabulary=list(model.words), sublinear_tf=True).fit_transform(words)
    nmf = NMF(n_components=7, init="nndsvda", max_iter=300, random_state=1)
    nmf.fit(matrix)
    nmf.components_ = np.ascontiguousarray(model.parts)
    ours = model.weights(words)
    assert np.abs(ours - nmf.transform(matrix)).max() < 0.02


def test_a_model_comes_back_from_json_as_good_as_it_was(planted):
    model, letters, _themes = planted
    again = model_from(kept(model))
    assert again.words == model.words
    words = [each.words for each in letters[:50]]
    assert np.abs(again.weights(words) - model.weights(words)).max() < 0.01


def test_topics_of_a_new_fit_are_matched_to_those_before():
    before = [{"parcel": 0.9, "van": 0.4}, {"invoice": 1.0}]
    now = [{"invoice": 0.8, "refund": 0.3}, {"violin": 1.0}, {"parcel": 0.7, "van": 0.5, "depot": 0.1}]
    assert matched(before, now) == {0: 1, 2: 0}
    assert matched([], now) == {}


def test_too_little_is_no_topic():
    letters, _ = sample(5)
    assert found_topics(letters, frozenset()) is None
    assert usual_number(300) == 6
    assert usual_number(100_000) == 18
    assert usual_number(10) == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("My brake squeals! See https://a.example/b?c=1 or a.b@c.example", ["brake", "squeals"]),
        ("Dear Mrs Featherstonehaugh,\nthe wheel broke", ["wheel", "broke"]),
        ("Sehr geehrte Frau Quist,\nmein Rahmen ist gebrochen", ["rahmen", "gebrochen"]),
        ("Order FC-20931, IBAN DE02 1203 0000, call +49171/55", ["order", "iban", "call"][:2]),
        ("l'équipe n'a pas réparé mon vélo", ["l'équipe", "réparé", "vélo"]),
        ("自転車のブレーキ", ["自転", "転車", "車の", "のブ", "ブレ", "レー", "ーキ"]),
        ("", []),
    ],
)
def test_words(text, words):
    assert words_in(text) == words


def test_the_desk_and_the_worker_load_no_scikit_learn():
    """It costs some 60 MB, and only the process that finds topics needs it."""
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE']='tests.settings'; django.setup();"
        "import rung.config.urls, sys; sys.exit('sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
