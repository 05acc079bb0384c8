"""The only writes to people, addresses, companies and orders."""

from rung.customers.verbs.bringing import bring_companies, bring_orders, bring_people
from rung.customers.verbs.companies import create_company, describe_company
from rung.customers.verbs.forgetting import forget_customer
from rung.customers.verbs.merging import distinguish_customers, merge_customers, part_customers
from rung.customers.verbs.people import (
    add_address,
    describe_customer,
    label_address,
    mark_address_failing,
    mark_address_unwilling,
    mark_address_working,
    meet_customer,
    move_order,
    place_order,
    recognise_customer,
    remove_address,
    trust_pictures,
)
from rung.customers.verbs.unbringing import take_back_brought
from rung.customers.verbs.wishes import confirm_preference, end_preference, state_consent, state_preference

__all__ = [
    "add_address",
    "bring_companies",
    "bring_orders",
    "bring_people",
    "confirm_preference",
    "create_company",
    "describe_company",
    "describe_customer",
    "distinguish_customers",
    "end_preference",
    "forget_customer",
    "label_address",
    "mark_address_failing",
    "mark_address_unwilling",
    "mark_address_working",
    "meet_customer",
    "merge_customers",
    "move_order",
    "part_customers",
    "place_order",
    "recognise_customer",
    "remove_address",
    "state_consent",
    "state_preference",
    "take_back_brought",
    "trust_pictures",
]
