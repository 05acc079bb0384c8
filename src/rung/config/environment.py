"""What the environment may say, with the defaults. One list: the settings page of the documentation is made from it."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


@dataclass(frozen=True)
class Setting:
    """One environment variable: its default and, in a sentence for the operator, what it does."""

    name: str
    default: str
    meaning: str
    empty_says_something: bool = False


SETTINGS = (
    Setting("RUNG_DATA", "var", "Folder for the embedded database, attachments, outbox and secret key."),
    Setting(
        "DATABASE_URL",
        "",
        "Database, such as `postgres://user:password@host/rung`. Empty: SQLite in the data folder.",
    ),
    Setting(
        "RUNG_DATABASE_PATIENCE",
        "20",
        "Seconds a write waits while another holds the database, until whoever asked is told to try again.",
    ),
    Setting(
        "RUNG_DATABASE_KEEPS_PLANS",
        "yes",
        "`yes`: PostgreSQL parses and plans what is asked again and again once a connection. `no` where a pooler such as "
        "PgBouncer hands connections round within a session and does not know of prepared statements.",
    ),
    Setting(
        "RUNG_SECRET_KEY",
        "",
        "Key that signs sessions and reply tokens and encrypts mailbox passwords. Empty: made once, kept in the data "
        "folder.",
    ),
    Setting(
        "RUNG_FORMER_SECRET_KEYS",
        "",
        "Keys that were RUNG_SECRET_KEY before, separated by blanks: what they signed or encrypted is still believed, so "
        "that a key can be changed while reply addresses and links in mails that are out go on to work.",
    ),
    Setting(
        "RUNG_BASE_URL",
        "http://127.0.0.1:8000",
        "Address people reach the desk by; links in mail begin with it. With https, cookies are sent over https only.",
    ),
    Setting(
        "RUNG_FILES_URL",
        "",
        "Address, of another host than RUNG_BASE_URL, under which attachments are handed out, such as "
        "`https://files.example.org`; it leads to the same web process. Empty: the desk's own host, in a sandbox.",
    ),
    Setting("RUNG_ALLOWED_HOSTS", "", "Further host names to answer to, separated by commas."),
    Setting("RUNG_BEHIND_PROXY", "no", "`yes` when a reverse proxy sets X-Forwarded-Proto and X-Forwarded-For."),
    Setting("RUNG_LISTEN", "127.0.0.1:8000", "Where the web processes of `bin/run` listen."),
    Setting(
        "RUNG_WEB_PROCESSES",
        "",
        "How many web processes `bin/run` starts, each of some 30 MB. Empty: one for each core, four at most.",
    ),
    Setting("RUNG_SMTP_LISTEN", "127.0.0.1:2525", "Where the mail door takes SMTP. Set but empty: not at all.", True),
    Setting("RUNG_LMTP_LISTEN", "127.0.0.1:2526", "Where the mail door takes LMTP. Set but empty: not at all.", True),
    Setting(
        "RUNG_DOOR_CERTIFICATE", "", "File with the certificate (PEM) the mail door offers STARTTLS with. Empty: none."
    ),
    Setting("RUNG_DOOR_KEY", "", "File with that certificate's key. Empty: it is in the certificate's file."),
    Setting(
        "RUNG_DOOR_PER_HOST",
        "50",
        "Connections the mail door takes from one host at a time. Raise it where one mail server in front hands over all.",
    ),
    Setting(
        "RUNG_DOOR_MEMORY",
        str(256 * 1024 * 1024),
        "Bytes of letters the mail door holds while they come in; beyond that senders are asked to try again.",
    ),
    Setting("RUNG_MAX_LETTER_BYTES", str(100 * 1024 * 1024), "Largest letter taken in, in bytes."),
    Setting(
        "RUNG_PHONE_REGION",
        "",
        "Two letters of the country, such as DE, whose phone numbers are written without a country code. Empty: none's are.",
    ),
    Setting(
        "RUNG_NUMBERS",
        "duckdb",
        "What answers the questions behind the numbers: `duckdb`, from a mirror of the facts in the data folder, or "
        "`database`, the one named by DATABASE_URL; a `postgres://…` address asks a copy of that database instead, and "
        "where it does not answer the database itself; `clickhouse://user:password@host:8123/database` (`clickhouses://` "
        "for TLS) is a ClickHouse server, to which the worker carries the files of the mirror. Where it does not answer, "
        "the mirror does.",
    ),
    Setting(
        "RUNG_NUMBERS_MEMORY",
        "448000000",
        "Bytes a process may take for answers from the mirror. What needs more is asked of the database, which is slow. "
        "The default is enough for ten million touchpoints; a hundred million want four times as much.",
    ),
    Setting("RUNG_IMAP_INTERVAL", "30", "Seconds between two looks into an IMAP mailbox."),
    Setting(
        "RUNG_SMTP_URL",
        "",
        "Server for outgoing mail, `smtp://user:password@host:587?security=starttls` (or `tls`, `plain`). Empty: what "
        "we write is kept in the outbox folder.",
    ),
    Setting(
        "RUNG_SENDING_HOST",
        "",
        "Host, or IP address, by which mail sent through RUNG_SMTP_URL reaches the world, where that is not the host named "
        "there. Only for the page on deliverability.",
    ),
    Setting(
        "RUNG_DNS",
        "",
        "Resolver asked for the page on deliverability: `IP` or `IP:port`. Empty: the one of the system.",
    ),
    Setting(
        "RUNG_SMIME_ANCHORS",
        "",
        "File with the certificates (PEM), of authorities or of people, that may vouch for signed mail. Empty: nobody does; "
        "signatures are still checked against what was signed.",
    ),
    Setting("RUNG_MAIL_FROM", "Rung <rung@localhost>", "Sender of Rung's own mail, such as a password reset."),
    Setting("RUNG_LOG_LEVEL", "INFO", "How much the log says: DEBUG, INFO, WARNING or ERROR."),
    Setting("RUNG_DEBUG", "no", "`yes` shows errors in the browser. Never on a machine others can reach."),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def env(name: str) -> str:
    """A setting's value. Raises KeyError for a name that is not in SETTINGS."""
    setting = _BY_NAME[name]
    given = os.environ.get(name)
    if given is not None and (given.strip() or setting.empty_says_something):
        return given.strip()
    return setting.default


def flag(name: str) -> bool:
    value = env(name).lower()
    if value in ("yes", "true", "1", "on"):
        return True
    if value in ("no", "false", "0", "off", ""):
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; say yes or no.")


def number(name: str) -> int:
    """A whole number above nought."""
    value = env(name)
    if not (value.isascii() and value.isdecimal() and int(value)):
        raise ImproperlyConfigured(f"{name} is {value!r}; say a whole number above 0.")
    return int(value)


def seconds(name: str) -> float:
    value = env(name)
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", value, re.ASCII) or not float(value):
        raise ImproperlyConfigured(f"{name} is {value!r}; say a number of seconds above 0, such as 30 or 0.5.")
    return float(value)


MOST_WEB_PROCESSES = 4


def web_processes() -> int:
    """How many processes make pages: as many as somebody wants, else one for each core that is ours, four at most."""
    if env("RUNG_WEB_PROCESSES"):
        return number("RUNG_WEB_PROCESSES")
    # Where it is known, the cores this process may use: in a container they can be fewer than there are.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_WEB_PROCESSES)


SHORTEST_KEY = 32

DATA_DIR = Path(env("RUNG_DATA")).expanduser().resolve()


@contextmanager
def _data_folder() -> Iterator[None]:
    """The data folder, made where there is none. Raises ImproperlyConfigured where it, or what lies in it, is not ours."""
    try:
        # Letters and their files are nobody else's on this machine.
        DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield
    except OSError as refused:
        raise ImproperlyConfigured(
            f"RUNG_DATA is {str(DATA_DIR)!r}, and {refused.filename!r} is not to be had there: {refused.strerror}. Say a "
            "folder that belongs to whoever runs Rung."
        ) from refused


def _make_key(kept: Path) -> None:
    aside = kept.with_name(f".secret_key.{os.getpid()}")
    aside.touch(mode=0o600)
    with aside.open("w", encoding="utf-8") as fresh:
        fresh.write(get_random_secret_key())
        fresh.flush()
        os.fsync(fresh.fileno())  # or a power cut leaves a name with nothing behind it
    try:
        os.link(aside, kept)  # atomic, and the first of several processes wins
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def secret_key() -> str:
    """The key from the environment, or the one kept in the data folder, made on first use and readable by us only.

    Raises ImproperlyConfigured when it is too short, or what is kept there is no key any more.
    """
    if given := env("RUNG_SECRET_KEY"):
        if len(given) < SHORTEST_KEY:
            raise ImproperlyConfigured(
                f"RUNG_SECRET_KEY has {len(given)} characters, which can be guessed: whoever does signs in as anybody. Say "
                f"at least {SHORTEST_KEY}, made by chance, or nothing: then one is made and kept in the data folder."
            )
        return given
    kept = DATA_DIR / "secret_key"
    with _data_folder():
        if not kept.exists():
            _make_key(kept)
        key = kept.read_bytes().decode("utf-8", "replace").strip()
    if len(key) < SHORTEST_KEY or not key.isprintable() or "\ufffd" in key:
        # Not made anew in silence: with the old one go all sessions, reply addresses and mailbox passwords.
        raise ImproperlyConfigured(
            f"The secret key in {kept} is damaged. Put it back from a backup. Or delete the file for a new key: then all "
            "sign in again, mailbox passwords are entered again, and answers to letters sent so far open new conversations."
        )
    return key


def former_secret_keys() -> list[str]:
    """Keys that are still believed, and used for nothing new. Raises ImproperlyConfigured for one that can be guessed."""
    keys = env("RUNG_FORMER_SECRET_KEYS").split()
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise ImproperlyConfigured(
            f"RUNG_FORMER_SECRET_KEYS names a key of less than {SHORTEST_KEY} characters, which was none; say whole keys, "
            "separated by blanks."
        )
    return keys


# PostgreSQL takes a turning disk and long questions for granted: it read a table through for a page of it, and started two
# processes to count to a thousand (46 ms, 1.6 without). Whoever knows better says so in the options of DATABASE_URL.
_PLANNED = "-c random_page_cost=1.1 -c parallel_setup_cost=50000 -c jit=off"


def database() -> dict[str, Any]:
    """Django's database settings for SQLite in the data folder, or for what DATABASE_URL names."""
    url = env("DATABASE_URL")
    patience_s = seconds("RUNG_DATABASE_PATIENCE")
    if url:
        try:
            parsed = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
        except ValueError:  # not shown: there is a password in it
            raise ImproperlyConfigured(
                "DATABASE_URL cannot be read. Say it as postgres://user:password@host:5432/name, with what is no letter or "
                "digit in the password written as in web addresses (@ is %40)."
            ) from None
        if "postgres" not in str(parsed["ENGINE"]):
            raise ImproperlyConfigured("DATABASE_URL names a database Rung does not run on: use PostgreSQL or SQLite.")
        parsed["ENGINE"] = "rung.core.postgresql"
        options: dict[str, Any] = parsed.setdefault("OPTIONS", {})  # type: ignore[assignment]  # a dict by Django's rule
        # By itself PostgreSQL waits for ever, and with it a sender at the mail door, or somebody at a page.
        options["options"] = f"{_PLANNED} {options.get('options', '')} -c lock_timeout={int(patience_s * 1000)}"
        options["prepare_threshold"] = 1 if flag("RUNG_DATABASE_KEEPS_PLANS") else None
        return parsed
    with _data_folder():
        pass
    return {
        "ENGINE": "rung.core.sqlite",
        "NAME": DATA_DIR / "db.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": patience_s,
            # Immediate: a transaction that will write takes its place at once, instead of failing half-way.
            "transaction_mode": "IMMEDIATE",
            # FULL, not NORMAL: a letter we said "250 OK" to survives a power cut too. One sync a commit is the price.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000; "
                "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; PRAGMA journal_size_limit=67108864; "
                # A letter writes some ten pages: so what many wrote is carried over together, and pages met twice only once.
                "PRAGMA wal_autocheckpoint=4000"
            ),
        },
    }


def base_url() -> str:
    """Where people reach the desk. Raises ImproperlyConfigured when that is no web address, or has a path."""
    url = _web_address("RUNG_BASE_URL", "https://desk.example.org")
    if path := urlsplit(url).path:
        raise ImproperlyConfigured(
            f"RUNG_BASE_URL is {url!r}, but Rung answers at the root of a host, not under a path: say "
            f"{url.removesuffix(path)}, or give it a host of its own, such as https://desk.example.org."
        )
    return url


def files_url(base_url: str) -> str:
    """Where attachments are handed out. Raises ImproperlyConfigured when that is no host of its own."""
    url = _web_address("RUNG_FILES_URL", "https://files.example.org") if env("RUNG_FILES_URL") else ""
    if url and (urlsplit(url).netloc == urlsplit(base_url).netloc or urlsplit(url).path):
        raise ImproperlyConfigured("RUNG_FILES_URL names another host than RUNG_BASE_URL, and no path on it.")
    return url


def _web_address(name: str, example: str) -> str:
    """A setting that is one, without a slash at its end."""
    url = env(name).rstrip("/")
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_one = False
    if not is_one or not url.isprintable() or set(url) & set(' "<>\\?#@'):
        raise ImproperlyConfigured(f"{name} is {url!r}; say the whole address, such as {example}.")
    return url


LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def log_level() -> str:
    level = env("RUNG_LOG_LEVEL").upper()
    if level not in LOG_LEVELS:
        raise ImproperlyConfigured(
            f"RUNG_LOG_LEVEL is {level!r}; say {', '.join(LOG_LEVELS[:-1])} or {LOG_LEVELS[-1]}."
        )
    return level


def mail_url() -> str:
    """The outgoing server's address as given. Raises ImproperlyConfigured when it is not an smtp:// address."""
    url = env("RUNG_SMTP_URL")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_one = False
    if not is_one:  # not shown: there is a password in it
        raise ImproperlyConfigured(
            "RUNG_SMTP_URL must begin with smtp:// or smtps:// and name a server, such as smtp://user:password@host:587."
        )
    return url
