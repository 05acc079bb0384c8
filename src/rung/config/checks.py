"""Settings that only a part of the product reads: `python -m rung check` says what is wrong with them before that part does.

What every process reads is refused at the start, by `environment` and `surroundings`.
"""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email

from rung.config.environment import SETTINGS, env, web_processes
from rung.core.place import Place

# Read by bin/prepare, and by the tests.
_NO_SETTINGS = ("RUNG_PYTHON", "RUNG_CHROMIUM", "RUNG_TEST_")


@checks.register("settings")
def settings_mean_something(**options: Any) -> list[checks.CheckMessage]:
    """Each setting that some part could not work with, by its name and with what to write."""
    return [checks.Error(said, id="config.E001") for said in _wrong()]


def _wrong() -> Iterator[str]:
    # Here, so that no process carries them that is not asked.
    from cryptography.x509 import load_pem_x509_certificates

    from rung.channels.email.connecting import server_from_url
    from rung.channels.email.management.commands.door import certificate

    for name in ("RUNG_LISTEN", "RUNG_SMTP_LISTEN", "RUNG_LMTP_LISTEN"):
        try:
            if env(name):
                Place.read(env(name))
        except ValueError as nonsense:
            yield f"{name}: {nonsense}."
    try:
        web_processes()
    except ImproperlyConfigured as nonsense:
        yield str(nonsense)
    try:
        validate_email(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    except ValidationError:
        yield (
            f"RUNG_MAIL_FROM is {settings.DEFAULT_FROM_EMAIL!r}; say an address, or a name and an address, such as "
            "Service <service@example.com>."
        )
    try:
        if settings.SMTP_URL:
            server_from_url(settings.SMTP_URL)
    except ValueError as nonsense:
        yield str(nonsense)
    try:
        certificate()
    except CommandError as refused:
        yield str(refused)
    try:
        if settings.SMIME_ANCHORS:
            load_pem_x509_certificates(Path(settings.SMIME_ANCHORS).read_bytes())
    except (OSError, ValueError) as refused:
        yield (
            f"RUNG_SMIME_ANCHORS {settings.SMIME_ANCHORS!r} cannot be used: {refused}. Name a PEM file that whoever runs "
            "Rung may read."
        )


@checks.register("settings")
def settings_are_known(**options: Any) -> list[checks.CheckMessage]:
    """A name that is none would leave its setting at the default, without a word."""
    known = [setting.name for setting in SETTINGS if setting.name.startswith("RUNG_")]
    strange = sorted(name for name in os.environ if name.startswith("RUNG_") and name not in known)
    return [
        checks.Warning(f"{name} is no setting of Rung.", hint=_meant(name, known), id="config.W001")
        for name in strange
        if not name.startswith(_NO_SETTINGS)
    ]


def _meant(name: str, known: list[str]) -> str:
    near = get_close_matches(name.removeprefix("RUNG_"), [each.removeprefix("RUNG_") for each in known], n=1)
    return f"Did you mean RUNG_{near[0]}?" if near else "docs/operate/settings.md lists them all."
