import pytest
from django.core.management import CommandError, call_command

from tests.ports import free_port
from tests.sink import Sink


def test_a_test_letter_goes_through_the_door(capsys: pytest.CaptureFixture[str]) -> None:
    with Sink() as door:
        call_command(
            "letter",
            to="support@desk.example",
            sender="carla@example.org",
            name="Carla Ruíz",
            subject="Größe?",
            text="Is it 2 m wide?",
            door=f"127.0.0.1:{door.port}",
        )
    [received] = door.received
    assert (received.sender, received.recipients) == ("carla@example.org", ("support@desk.example",))
    assert received.letter["Subject"] == "Größe?"
    assert received.letter["Message-ID"] in capsys.readouterr().out


def test_a_door_that_refuses_is_quoted() -> None:
    sink = Sink(refuse={"nobody@desk.example": "550 5.1.1 no such mailbox"})
    with sink as door, pytest.raises(CommandError, match="no such mailbox"):
        call_command(
            "letter", to="nobody@desk.example", sender="a@b.example", subject="x", door=f"127.0.0.1:{door.port}"
        )


def test_a_door_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match="Nothing listens"):
        call_command("letter", to="a@b.example", sender="c@d.example", subject="x", door=f"127.0.0.1:{free_port()}")
