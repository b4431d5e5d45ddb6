"""Start-up of the kernel: checks, schedules, and the admin behind the same login as the site."""

from django.apps import AppConfig
from django.apps import apps as registry
from django.conf import settings
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site class."""

    default = False
    default_site = "databroker.operator_site.OperatorSite"


def sync_schedules(**_: object) -> None:
    """Writes the schedules of settings.SCHEDULES as the queue's rows; runs after each migrate."""
    schedule = registry.get_model("django_q", "Schedule")
    for name, task, minutes in settings.SCHEDULES:
        schedule.objects.update_or_create(
            name=name, defaults={"func": task, "schedule_type": "I", "minutes": minutes, "repeats": -1}
        )
    schedule.objects.exclude(name__in=[name for name, _task, _minutes in settings.SCHEDULES]).delete()


class KernelConfig(AppConfig):
    default = True
    name = "databroker"
    verbose_name = "Kernel"

    def ready(self) -> None:
        from databroker import checks  # noqa: F401, PLC0415 - registers the system checks once apps are loaded

        post_migrate.connect(sync_schedules, sender=self)
