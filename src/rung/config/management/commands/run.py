"""`python -m rung run`, which `bin/run` calls: everything an installation needs, in one supervised command."""

import os
import shlex
import socket
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.urls import get_resolver

from rung.accounts.first_run import has_a_seat, nobody_has_a_seat, welcome_link
from rung.channels.email.access import own_addresses
from rung.config.environment import env, web_processes
from rung.config.listening import PortTaken, listen
from rung.config.parts import load_web, parts
from rung.config.readiness import NotReady, told_in_a_line, waiting_changes
from rung.config.supervisor import Supervisor
from rung.core.fetching import is_own_machine
from rung.core.place import Place
from rung.demo.company import DEMO_PASSWORD, DEMO_SIGN_INS, DOMAIN, MAILBOXES

# A mailbox of Ada's team: whichever of the printed sign-ins is tried, the letter is seen to arrive.
DEMO_MAILBOX = f"{MAILBOXES[1][1]}@{DOMAIN}"


class Command(BaseCommand):
    help = "Start Rung: web, worker and mail door. Ctrl-C stops all of it. Ports and the rest: docs/operate/settings.md"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--empty", action="store_true", help="do not fill in the made-up company on the first start"
        )

    def handle(self, *, empty: bool, **options: Any) -> None:
        try:
            processes = web_processes()
        except ImproperlyConfigured as wrong:
            raise CommandError(str(wrong)) from wrong
        try:
            web = self.take_web_place()
        except PortTaken as taken:
            raise CommandError(str(taken)) from taken
        try:
            self.prepare_database()
        except NotReady as refused:
            raise CommandError(str(refused)) from refused
        if nobody_has_a_seat() and not empty:
            self.fill_in_the_company()
        try:
            self.find_door_places()
        except PortTaken as taken:
            raise CommandError(str(taken)) from taken
        self.greet()
        get_resolver().url_patterns  # noqa: B018  # loads every screen now, to be shared by the processes forked below
        load_web()
        connections.close_all()
        Supervisor(parts(web, processes)).run()
        self.say("Rung has stopped.")

    def take_web_place(self) -> socket.socket:
        """Bind the web's socket. Where it moved to is told to the parts through the environment."""
        web, place = listen("RUNG_LISTEN")
        if str(place) != env("RUNG_LISTEN"):
            self.say(f"Port {env('RUNG_LISTEN')} is taken by somebody else; using {place}.")
        if not os.environ.get("RUNG_BASE_URL"):
            settings.BASE_URL = os.environ["RUNG_BASE_URL"] = f"http://{place.reached_at}"
        return web

    def find_door_places(self) -> None:
        """Make sure of the door's ports, which it takes itself. Where they moved to is told to it through the environment.

        Just before the parts start: whoever starts while the company is filled in could take what was free at first.
        """
        for name in ("SMTP_LISTEN", "LMTP_LISTEN"):
            if getattr(settings, name):
                bound, place = listen(f"RUNG_{name}")
                bound.close()
                if str(place) != getattr(settings, name):
                    self.say(f"Port {getattr(settings, name)} is taken by somebody else; using {place}.")
                    setattr(settings, name, str(place))
                    os.environ[f"RUNG_{name}"] = str(place)

    def prepare_database(self) -> None:
        if waiting_changes():
            self.say("Preparing the database ...")
            with told_in_a_line("The database could not be prepared"):
                call_command("migrate", verbosity=0, interactive=False)

    def fill_in_the_company(self) -> None:
        """In a process of its own, whose memory goes with it. Not where others can come in: the passwords of the made-up
        administrator and agents are printed here for everybody."""
        if not is_own_machine(urlsplit(settings.BASE_URL).hostname or ""):
            self.say(
                "Starting empty: RUNG_BASE_URL is not this machine, and the made-up company has passwords that anybody can "
                "look up. `.venv/bin/python -m rung demo` fills it in all the same."
            )
            return
        self.say("First start: filling in a made-up company (start with --empty to go without) ...")
        connections.close_all()
        if subprocess.run([sys.executable, "-m", "rung", "demo"], check=False).returncode:
            raise CommandError(
                "The made-up company could not be filled in; see above. `bin/run --empty` starts without."
            )

    def greet(self) -> None:
        self.say(f"\n  Rung runs at   {settings.BASE_URL}")
        if nobody_has_a_seat():
            self.say(f"  First of all   {welcome_link()}")
            self.say("                 creates the first administrator; only this link can")
        for address, role in DEMO_SIGN_INS:
            if has_a_seat(address):
                self.say(f"  Sign in as     {address} ({role}), password {DEMO_PASSWORD}")
        self.invite_a_letter()
        self.say("  Ctrl-C stops it.\n")

    def invite_a_letter(self) -> None:
        """A line to copy, that sends a letter through the door as any mail program would."""
        if not settings.SMTP_LISTEN:
            return
        place = Place.read(settings.SMTP_LISTEN).reached_at
        addresses = sorted(own_addresses())
        if not addresses:
            self.say(
                f"  Mail to        {place} arrives, once a mailbox is set up at {settings.BASE_URL}/settings/mailboxes"
            )
            return
        to = next((address for address in addresses if address == DEMO_MAILBOX), addresses[0])
        head = f"From: Carla Ruiz <carla@example.org>\\nTo: {to}\\nSubject: My light flickers"
        letter = f"{head}\\n\\nSince Monday. What can I do?"
        send = f"smtplib.SMTP('{place.host}', {place.port}).sendmail('carla@example.org', '{to}', '{letter}')"
        self.say(f"  Mail to        {to} arrives at {place}; try it in another terminal:\n")
        self.say(f'{shlex.quote(sys.executable)} -c "import smtplib; {send}"\n')

    def say(self, text: str) -> None:
        self.stdout.write(f"{text}\n", ending="")
        self.stdout.flush()
