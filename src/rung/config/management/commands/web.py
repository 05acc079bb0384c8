"""`python -m rung web`: the web processes that `bin/run` starts, and nothing else."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.urls import get_resolver

from rung.config.environment import web_processes
from rung.config.listening import PortTaken, listen
from rung.config.parts import load_web, web_parts
from rung.config.readiness import NotReady, waiting_changes
from rung.config.supervisor import Supervisor


class Command(BaseCommand):
    help = "Serve pages and live streams on RUNG_LISTEN, by RUNG_WEB_PROCESSES processes. Ctrl-C stops them."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        try:
            processes = web_processes()
            listening, place = listen("RUNG_LISTEN")
            waiting = waiting_changes()
        except (ImproperlyConfigured, PortTaken, NotReady) as refused:
            raise CommandError(str(refused)) from refused
        if waiting:
            raise CommandError("The tables are not up to date with this Rung: run `python -m rung migrate` first.")
        self.stdout.write(f"Serving at http://{place.reached_at}")
        get_resolver().url_patterns  # noqa: B018  # loads every screen now, to be shared by the processes forked below
        load_web()
        connections.close_all()
        Supervisor(web_parts(listening, processes)).run()
