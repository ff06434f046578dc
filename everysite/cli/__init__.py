"""The command `everysite`."""

import os
import sys


def main() -> None:
    """Run the command; the product is loaded only for the commands that need it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everysite.settings")
    from everysite.cli.app import app, tidy_errors

    sys.exit(tidy_errors(app))
