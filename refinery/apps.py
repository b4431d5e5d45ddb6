"""Start-up of the app."""

from django.apps import AppConfig


class RefineryConfig(AppConfig):
    name = "refinery"
