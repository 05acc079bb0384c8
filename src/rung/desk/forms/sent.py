"""What a form is known by, so that the same one sent twice is taken once."""

import hashlib

from django.http import HttpRequest


def form_key(request: HttpRequest) -> str:
    """A digest of all that was sent. The token against forged requests is masked anew for each page, so it tells a page
    that is sent twice from one that was opened twice; "" where a form came without it."""
    page = request.POST.get("csrfmiddlewaretoken", "")
    if not page:
        return ""
    said = [request.path, *(f"{name}={each}" for name, given in sorted(request.POST.lists()) for each in given)]
    said += [f"{name}:{file.name}:{file.size}" for name, given in request.FILES.lists() for file in given]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()
