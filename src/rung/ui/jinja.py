"""The Jinja2 environment of every room's templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import cache, lru_cache, partial
from pathlib import Path
from types import FunctionType
from typing import Any

import jinja2
from django.apps import apps
from django.template import engines
from django.templatetags.static import static
from django.utils.translation import get_language, gettext, ngettext, npgettext, override, pgettext
from django_htmx.jinja import htmx_script
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from rung.core.addresses import reverse
from rung.ui import moments
from rung.ui.branding import brand
from rung.ui.compiling import Quick, Template
from rung.ui.figures import counted
from rung.ui.folding import Known
from rung.ui.moments import spoken
from rung.ui.rungs import level_glyph
from rung.ui.stamped import stamp_of

# What every page loads, in this order. One file per component: the browser keeps them all, and a component can be
# found by its name.
STYLESHEETS = (
    *("layers", "reset", "tokens", "base", "utilities"),
    *(
        f"components/{name}"
        for name in (
            *("layout", "frame", "page-head", "icon", "button", "field", "surface", "chip", "level", "person", "tabs"),
            *(
                "menu",
                "disclosure",
                "table",
                "empty",
                "notice",
                "facts",
                "dialog",
                "palette",
                "pager",
                "calls",
                "bars",
                "charts",
                "print",
            ),
        )
    ),
)
BEHAVIOURS = (
    *("htmx-setup", "live-news", "live", "away", "calm", "keys", "menu", "dialog", "theme", "confirm", "busy"),
    *(
        "files",
        "autogrow",
        "auto-submit",
        "counts-news",
        "arrive",
        "send",
        "unsaved",
        "suggests",
        "copy",
        "letter-frame",
        "believed",
        "no-pictures",
        "calls-news",
        "keeps",
        "finds",
    ),
    *("palette-here", "palette", "seek"),
)

_URL = re.compile(r"(https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])")


def environment(**options: Any) -> jinja2.Environment:
    """Named in `TEMPLATES[…]["OPTIONS"]["environment"]`; finds `templates/` in every room of the house.

    Only the rooms' own folders are searched, so a third party's Django template of the same name is never
    handed to Jinja2 by accident.
    """
    folders = [
        str(Path(config.path) / "templates")
        for config in apps.get_app_configs()
        if config.name.startswith("rung.") and (Path(config.path) / "templates").is_dir()
    ]
    options["loader"] = jinja2.FileSystemLoader(folders)
    options["undefined"] = jinja2.StrictUndefined
    options.setdefault("extensions", ["jinja2.ext.i18n", "jinja2.ext.do"])
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    env = jinja2.Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.context_class, env.template_class, env.code_generator_class = QuickContext, Template, Quick
    env.globals.update(
        _=say,
        gettext=say,
        url=url,
        static=_static,
        stylesheet=stylesheet,
        behaviour=behaviour,
        every_stylesheet=every_stylesheet,
        every_behaviour=every_behaviour,
        kept=kept,
        stamp_of=stamp_of,
        icon=icon,
        level_glyph=level_glyph,
        brand=brand,
        ui=Components(env),
        stylesheets=STYLESHEETS,
        moment=moments.moment,
        since=moments.since,
        duration=moments.duration,
        size=moments.size,
        money=moments.money,
        htmx_script=cache(htmx_script),
    )
    env.filters.update(paragraphs=paragraphs, initials=initials, hue=hue, counted=counted)
    return env


def environment_in(language: str) -> jinja2.Environment:
    """The environment of pages in a language, whose templates have the words in them that are the same on every page."""
    env: jinja2.Environment = engines["rooms"].env  # type: ignore[attr-defined]  # BaseEngine does not declare it
    return _environment_in(env, language) if language and not env.auto_reload else env


@lru_cache(maxsize=16)
def _environment_in(plain: jinja2.Environment, language: str) -> jinja2.Environment:
    env = plain.overlay()
    env.globals = {**plain.globals, "ui": Components(env)}
    steady = (url, stylesheet, behaviour, every_stylesheet, every_behaviour, icon, level_glyph)
    functions: dict[str, Callable[..., Any]] = {each.__name__: each for each in steady}
    functions |= {"_": say, "gettext": say, "static": _static}
    small = {name: getattr(plain.globals["ui"], name) for name in SMALL}
    words = partial(_words, language, is_to_be_filled=True)
    env.known = Known(  # type: ignore[attr-defined]  # `Quick` looks for it
        functions={name: _in(language, function) for name, function in functions.items()},
        words={"_": words, "gettext": words},
        components={"ui": {name: _in(language, function) for name, function in small.items()}},
    )
    return env


def _in(language: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def said(*args: Any, **kwargs: Any) -> Any:
        before = spoken.set(language)
        try:
            with override(language):
                return function(*args, **kwargs)
        finally:
            spoken.reset(before)

    return said


class QuickContext(Context):
    """Calls what a template calls, where that is not plain from its name (`compiling.py`). Jinja2 looks each time anew for
    whether what is called wants the context; of words, macros and plain functions it is known."""

    def __init__(self, environment: Any, parent: Any, name: Any, blocks: Any, **_: Any) -> None:
        # Without the names of all globals, for imports: see `Template`.
        super().__init__(environment, parent, name, blocks)

    def call(
        self, obj: Callable[..., Any], /, *args: Any, _block_vars: Any = None, _loop_vars: Any = None, **kwargs: Any
    ) -> Any:
        if obj is say:
            words = _words if self.eval_ctx.autoescape else _bare_words
            (message,) = args
            language = spoken.get() or get_language()
            return words(language, message, True) % kwargs if kwargs else words(language, message, False)
        kind = type(obj)
        if kind is Macro:
            return obj(self.eval_ctx, *args, **kwargs)
        if kind is Remembering or kind is _Cached:
            return obj(*args, **kwargs)
        if kind is FunctionType and not hasattr(obj, "jinja_pass_arg"):
            return obj(*args, **kwargs)
        return super().call(obj, *args, _block_vars=_block_vars, _loop_vars=_loop_vars, **kwargs)


def say(message: str, **variables: Any) -> Markup:
    """`_("Assigned to %(name)s", name=…)` of a template, in the language of the page."""
    language = spoken.get() or get_language()
    return _words(language, message, True) % variables if variables else _words(language, message, False)


@lru_cache(maxsize=8192)
def _words(language: str | None, message: str, is_to_be_filled: bool) -> Markup:
    """Text of ours, which needs no escaping; a "%%" in it is one "%" once it is filled, be it with nothing."""
    text = Markup(gettext(message))  # noqa: S704  # from our own catalogues
    return text if is_to_be_filled else text % {}


@lru_cache(maxsize=1024)
def _bare_words(language: str | None, message: str, is_to_be_filled: bool) -> str:
    text = gettext(message)
    return text if is_to_be_filled else text % {}


_Cached = type(_words)


class Components:
    """Every macro of `ui/macros/*.html` under one name, `ui`.

    A global rather than an import at the head of each template: a fragment is rendered without running the head.
    """

    def __init__(self, env: jinja2.Environment) -> None:
        self._env = env
        self._macros: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if not self._macros or self._env.auto_reload:
            self._load()
        try:
            return self._macros[name]
        except KeyError:
            raise AttributeError(f"ui/macros has no component named {name!r}; see rung/ui/README.md") from None

    def _load(self) -> None:
        # Shown only when whole: the first pages of a server are asked for by several threads at once.
        macros = {}
        for name in self._env.list_templates(filter_func=lambda n: n.startswith("ui/macros/")):
            module = self._env.get_template(name).module
            for macro in module.__dict__:
                if not macro.startswith("_"):
                    made = getattr(module, macro)
                    macros[macro] = Remembering(made) if macro in SMALL else made
        self._macros = macros


# Components that stand on a page by the dozen and are made of nothing but what they are given: the same is the same again.
SMALL = frozenset(
    {"avatar", "person", "chip", "count", "level_chip", "button", "link_button", "icon_button", "menu_button"}
)


class Remembering:
    """A macro that makes the same of the same arguments once for each language."""

    def __init__(self, macro: Macro) -> None:
        self._macro = macro

    def __call__(self, *args: Any, **kwargs: Any) -> Markup:
        try:
            return _remembered(spoken.get() or get_language(), self._macro, *args, **kwargs)
        except TypeError:  # with something that cannot be hashed, such as attributes of a button
            return Markup(self._macro(*args, **kwargs))  # noqa: S704  # a macro escapes


@lru_cache(maxsize=8192, typed=True)
def _remembered(language: str | None, macro: Macro, *args: Any, **kwargs: Any) -> Markup:
    """By kind as well: a text and the same text that is safe as it is are equal, and must be written otherwise."""
    return Markup(macro(*args, **kwargs))  # noqa: S704  # as above


def url(name: str, /, *args: Any) -> str:
    return reverse(name, args)


@cache
def _static(path: str) -> str:
    """The address of a static file; it does not change while the process lives."""
    return static(path)


@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", css: str = "") -> Markup:
    """One symbol of the sprite. Without `label` it is decoration and hidden from assistive technology."""
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon {}" {} focusable="false"><use href="{}#{}"/></svg>').format(
        css, said, _static("ui/icons.svg"), name
    )


@cache
def stylesheet(path: str) -> Markup:
    return Markup('<link rel="stylesheet" href="{}">').format(_static(path))


@cache
def behaviour(path: str) -> Markup:
    return Markup('<script type="module" src="{}"></script>').format(_static(path))


@cache
def every_stylesheet() -> Markup:
    """Those that every page loads, a line each; what they are called does not change while the process lives."""
    return Markup("\n").join(stylesheet(f"ui/css/{name}.css") for name in STYLESHEETS)


@cache
def every_behaviour() -> Markup:
    return Markup("\n").join(behaviour(f"ui/behaviours/{name}.js") for name in BEHAVIOURS)


def kept(macro: Macro, *args: Hashable) -> Markup:
    """What a macro makes of these, made once for each language: for what is the same on page after page. It must not say
    anything that it was not given: no token, no moment."""
    return _kept(spoken.get() or get_language(), macro, args)


@lru_cache(maxsize=512)
def _kept(language: str | None, macro: Macro, args: tuple[Hashable, ...]) -> Markup:
    return Markup(macro(*args))  # noqa: S704  # a macro escapes


def paragraphs(text: str) -> Markup:
    """Plain text as readable HTML: paragraphs at blank lines, line breaks kept, web addresses clickable."""
    parts = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip("\n")):
        safe = str(escape(part))
        safe = _URL.sub(_anchor, safe)
        parts.append(f"<p>{safe.replace(chr(10), '<br>')}</p>")
    return Markup("\n".join(parts))  # noqa: S704 - every part was escaped above


def _anchor(found: re.Match[str]) -> str:
    address = found.group(1)
    return f'<a href="{address}" rel="noopener noreferrer nofollow" target="_blank">{address}</a>'


# A title with its full stop before a name, and what stands in brackets behind it.
BESIDE_A_NAME = re.compile(r"^(?:[^\W\d_]{2,4}\.\s+)+(?=\S)|\([^)]*\)?\s*$")


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """ "Carla Díaz Pérez" → "CP", "Dr. Ida Nørgaard (Purchasing)" → "IN"; an address gives its first letter; nothing "?"."""
    bare = BESIDE_A_NAME.sub(" ", name.split("@")[0])
    words = [w for w in re.split(r"[\s.@_-]+", bare) if w and w[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@lru_cache(maxsize=4096)
def hue(name: str) -> int:
    """A steady number 0-7 for a name, to tint its initials; decoration only."""
    return sum((i + 1) * ord(c) for i, c in enumerate(name)) % 8
