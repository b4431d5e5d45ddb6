#!/usr/bin/env python
"""Django's command-line door; `manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "databroker.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - reads the settings named above

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
