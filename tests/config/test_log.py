import pytest
import structlog


def test_the_log_tells_where_it_failed_and_not_with_whose_words(capsys: pytest.CaptureFixture[str]) -> None:
    def send(password: str) -> None:
        raise ValueError("refused")

    try:
        send("".join(("tandem", "-in-the-rain")))
    except ValueError:
        structlog.get_logger("rung.test").exception("not sent")
    said = "".join(capsys.readouterr())
    assert "not sent" in said
    assert "ValueError: refused" in said
    assert "tandem-in-the-rain" not in said
