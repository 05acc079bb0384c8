from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand

from rung.core import clock
from rung.core.actor import SYSTEM
from rung.customers.access import Customer
from rung.ladder.verbs import grade_customers

BATCH = 500


class Command(BaseCommand):
    help = (
        "Work out every touchpoint's level and every customer's expectation again, from the journal and nothing else."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customer", type=int, action="append", help="only this customer; may be given repeatedly")

    def handle(self, *args: Any, **options: Any) -> None:
        started, at, done, last = perf_counter(), clock.now(), 0, 0
        people = Customer.objects.order_by("pk")
        if options["customer"]:
            people = people.filter(pk__in=options["customer"])
        while pks := list(people.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
            done += grade_customers(pks, by=SYSTEM, at=at)
            last = pks[-1]
        took = perf_counter() - started
        self.stdout.write(f"{done} touchpoints graded in {took:.1f} s")
