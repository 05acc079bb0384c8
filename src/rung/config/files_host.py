"""A host of its own for strangers' files, where one is set (RUNG_FILES_URL): nothing else is there, they nowhere else."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FILES = "/files/"


class FilesHost:
    """Stands before sessions, so that the files' host never sets or reads a cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.FILES_URL:
            is_files_host = request.get_host() == urlsplit(settings.FILES_URL).netloc
            if is_files_host != request.path.startswith(FILES):
                return HttpResponse("There is nothing here.\n", status=404, content_type="text/plain")
        return self.get_response(request)
