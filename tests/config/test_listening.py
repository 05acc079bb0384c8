import pytest

from rung.config.listening import PortTaken, bind, listen
from rung.core.place import Place

ANYWHERE = Place("127.0.0.1", 0)


@pytest.fixture
def taken() -> str:
    with bind(ANYWHERE) as bound:
        yield f"127.0.0.1:{bound.getsockname()[1]}"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("127.0.0.1:8000", Place("127.0.0.1", 8000)),
        ("[::1]:8000", Place("::1", 8000)),
        (":8000", Place("0.0.0.0", 8000)),
    ],
)
def test_a_place_is_read(text: str, place: Place) -> None:
    assert Place.read(text) == place


@pytest.mark.parametrize("text", ["8000", "localhost", "localhost:http", "localhost:", "127.0.0.1:99999", ""])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no place to listen at"):
        Place.read(text)


def test_every_address_is_reached_at_this_machine() -> None:
    assert str(Place("0.0.0.0", 80).reached_at) == "127.0.0.1:80"
    assert str(Place("::", 80).reached_at) == "[::1]:80"


def test_a_default_port_that_is_taken_moves_on(taken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNG_LISTEN", raising=False)
    monkeypatch.setattr("rung.config.listening.env", lambda name: taken)
    bound, place = listen("RUNG_LISTEN")
    bound.close()
    assert place.port > Place.read(taken).port


def test_a_port_asked_for_by_name_is_refused_in_plain_words(taken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_LISTEN", taken)
    with pytest.raises(PortTaken, match="somebody else listens"):
        listen("RUNG_LISTEN")
