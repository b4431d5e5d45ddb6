"""Start-up of the app."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"

    def ready(self) -> None:
        from marketplace import receivers  # noqa: F401, PLC0415 - connects the receivers once the models are loaded
