"""The operators' pages: bases for every app's admin, and the kernel's own rows."""

from databroker.admin import accounts, records  # noqa: F401 - registers the kernel's rows
