"""One process for both: the live stream over ASGI, the pages over WSGI in threads.

Django's own ASGI handler would cost about a millisecond more a page, and its middleware four times the memory for each
open stream; so the stream stands beside Django, not in it.
"""

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from rung.config import bodies
from rung.config.serving import Pages
from rung.config.wsgi import application as wsgi_pages
from rung.desk.stream import app as stream

# SQLite has one writer and Python one lock: more threads would only hold more memory.
THREADS = 8
LIVE = "/live"

pages = Pages(wsgi_pages, THREADS)


async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    if scope["type"] == "http" and scope["path"] == LIVE:
        await stream(scope, receive, send)
    elif scope["type"] == "http":
        await _page(scope, receive, send)
    else:
        raise RuntimeError(f"{scope['type']} is not served here")


async def _page(scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    try:
        body = await bodies.whole(receive) if bodies.has_body(scope) else receive
    except bodies.Gone:
        return
    except bodies.TooSlow:
        await bodies.say_too_slow(send)
        return
    except bodies.TooLarge:
        await bodies.say_too_large(pages, scope, receive, send)
        return
    await pages(scope, body, send)
