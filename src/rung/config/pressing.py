"""Pages travel pressed, also where no proxy stands before us."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PressedPages(GZipMiddleware):
    """Pages alone: what is told piece by piece is not held back, and a file that somebody fetches is as it is."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
