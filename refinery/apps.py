"""Start-up of the app."""

from django.apps import AppConfig


class RefineryConfig(AppConfig):
    name = "refinery"

    def ready(self) -> None:
        from refinery import receivers  # noqa: F401, PLC0415 - models must be loaded first
