"""Start-up of the app: it listens for erasures."""

from django.apps import AppConfig

from databroker.signals import blob_erased


class SuppliersConfig(AppConfig):
    name = "suppliers"

    def ready(self) -> None:
        from suppliers.receivers import on_blob_erased  # noqa: PLC0415 - needs the models, which load after this module

        blob_erased.connect(on_blob_erased, dispatch_uid="suppliers.on_blob_erased")
