"""The certificates that may vouch for the signature on a letter, as whoever runs the desk has named them."""

from functools import lru_cache
from pathlib import Path

import structlog
from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.conf import settings

log = structlog.get_logger(__name__)


def anchors() -> tuple[Certificate, ...]:
    """Those in the file of RUNG_SMIME_ANCHORS; none without it. Read once in a process."""
    return _read(settings.SMIME_ANCHORS) if settings.SMIME_ANCHORS else ()


@lru_cache(maxsize=4)
def _read(path: str) -> tuple[Certificate, ...]:
    try:
        return tuple(load_pem_x509_certificates(Path(path).read_bytes()))
    except (OSError, ValueError) as failure:
        # No letter may wait for a file: signatures are only less worth without it.
        log.error("smime.anchors_unreadable", path=path, reason=str(failure))
        return ()
