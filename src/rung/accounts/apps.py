from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "rung.accounts"
    label = "accounts"
