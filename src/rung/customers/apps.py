from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "rung.customers"
    label = "customers"
