"""Stylesheets, scripts and pictures under names that carry a hash of their content, with nothing to collect first.

A page links `/static/ui/css/base.3f2a9c81d04e.css`, which browsers may keep for ever; the plain name answers too (a
stylesheet may point at its neighbour by it), for a minute. Collecting the files into one folder, as Django's own manifest
storage does, would be one more step at every start and upgrade, and one more thing to forget.
"""

import gzip
import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseMiddleware

from rung.config.pressing import takes_pressed

LENGTH = 12
# What is made of words travels as a third of its length; pictures and type are pressed already.
WORDS = ("text/", "image/svg", "application/javascript", "application/json")
HASHED = re.compile(rf"\.[0-9a-f]{{{LENGTH}}}\.\w+$")


@cache
def hashed_name(name: str) -> str:
    """ui/css/base.css → ui/css/base.3f2a9c81d04e.css. Raises ValueError when no room has such a file."""
    found = finders.find(name)
    if not isinstance(found, str):
        raise ValueError(f"no room has a static file {name!r}")
    return _hashed(name, found)


def _hashed(name: str, path: str) -> str:
    pure = PurePosixPath(name)
    return str(pure.with_name(f"{pure.stem}.{_digest(path)}{pure.suffix}"))


@cache
def _digest(path: str) -> str:
    """Once in the life of a process: pages and the serving below must agree, also while an upgrade replaces the files."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:LENGTH]


class HashedOnSight(StaticFilesStorage):
    """Names a file by its content at the first sight of it; while debugging, plainly, because it may change."""

    def url(self, name: str | None) -> str:
        return super().url(name if name is None or settings.DEBUG else hashed_name(name))


@lru_cache(maxsize=512)
def _pressed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # the library has no types
    """Serves each file by both names, straight from the rooms' folders."""

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        super().add_file_to_dictionary(url, path, stat_cache=stat_cache)
        super().add_file_to_dictionary(_hashed(url, path), path, stat_cache=stat_cache)

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponseBase:
        """Pressed at the first asking: a folder of pressed twins would have to be collected."""
        response: FileResponse = WhiteNoiseMiddleware.serve(static_file, request)
        if response.status_code != 200 or not response.headers.get("Content-Type", "").startswith(WORDS):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        file = response.file_to_stream  # None where only the head was asked for
        if file is None or not takes_pressed(request):
            return response
        # Its file is closed, not the answer: that would say the request was over while its own answer is still to leave.
        with file:
            body = _pressed(file.read())
        # Its mark is of the file as it lies there; the date still says that nothing has changed.
        headers = {name: value for name, value in response.items() if name not in ("Content-Length", "ETag")}
        return HttpResponse(body, headers={**headers, "Content-Encoding": "gzip", "Content-Length": str(len(body))})

    def immutable_file_test(self, path: str, url: str) -> bool:
        return HASHED.search(url) is not None
