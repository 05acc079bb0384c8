"""Contents go to the disk beside the reading, and nothing is committed before they are there."""

import threading
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from rung.touchpoints.models.touchpoint import attachment_path
from rung.touchpoints.storage import contents_kept, keep_content


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # the fixture of pytest-django


def test_contents_are_there_when_the_block_ends() -> None:
    with contents_kept():
        digests = [keep_content(bytes([number]) * 1000) for number in (1, 2, 3, 1)]
    assert len(set(digests)) == 3
    for digest in digests:
        with default_storage.open(attachment_path(digest)) as kept:
            assert len(kept.read()) == 1000


def test_the_block_goes_on_while_the_disk_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    went_on, save = threading.Event(), default_storage.save

    def slow(name: str, content: object) -> str:
        assert went_on.wait(20)
        return str(save(name, content))

    monkeypatch.setattr(default_storage, "save", slow)
    with contents_kept():
        digest = keep_content(b"a photograph")
        assert not default_storage.exists(attachment_path(digest))
        went_on.set()
    assert default_storage.exists(attachment_path(digest))


def test_a_full_disk_is_told_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(name: str, content: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    went_on = []

    def keep_and_go_on() -> None:
        with contents_kept():
            went_on.append(keep_content(b"a photograph"))

    with pytest.raises(OSError, match="No space"):
        keep_and_go_on()
    assert went_on


def test_what_was_kept_in_the_same_block_is_not_written_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    written, save = [], default_storage.save

    def count(name: str, content: object) -> str:
        written.append(name)
        return str(save(name, content))

    monkeypatch.setattr(default_storage, "save", count)
    with contents_kept(), contents_kept():
        assert keep_content(b"logo") == keep_content(b"logo")
    keep_content(b"logo")
    assert len(written) == 1
