import pytest

from rung.config.environment import env, flag


def test_what_is_not_said_or_said_empty_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNG_IMAP_INTERVAL", raising=False)
    assert env("RUNG_IMAP_INTERVAL") == "30"
    monkeypatch.setenv("RUNG_IMAP_INTERVAL", " ")
    assert env("RUNG_IMAP_INTERVAL") == "30"


def test_a_listener_said_empty_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_LMTP_LISTEN", "")
    assert env("RUNG_LMTP_LISTEN") == ""


def test_a_setting_nobody_documented_does_not_exist() -> None:
    with pytest.raises(KeyError):
        env("RUNG_SECRET_SAUCE")


def test_a_flag_is_yes_or_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_DEBUG", "Yes")
    assert flag("RUNG_DEBUG") is True
    monkeypatch.setenv("RUNG_DEBUG", "perhaps")
    with pytest.raises(Exception, match="say yes or no"):
        flag("RUNG_DEBUG")
