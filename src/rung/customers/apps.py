from django.apps import AppConfig

from rung.customers.belongings import add_belonging
from rung.fields.holding import add_holder


class CustomersConfig(AppConfig):
    name = "rung.customers"
    label = "customers"

    def ready(self) -> None:
        add_belonging("customers.Address")
        add_belonging("customers.Order")
        add_belonging("customers.Preference")
        add_belonging("customers.Consent")
        # Who was merged into one that is merged now goes along, so that one step leads to whom we keep.
        add_belonging("customers.Customer", "merged_into")

        # Below: it needs models, which are not loaded when this module is.
        from rung.customers.acquaintances import hold_numbered

        add_holder("customer", hold_numbered)
