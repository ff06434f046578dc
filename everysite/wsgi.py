"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "everysite.settings")
application = get_wsgi_application()

from everysite.base import clock  # noqa: E402
from everysite.network import queries  # noqa: E402

_network = queries.network()
if _network.demo and _network.clock_stopped_at:
    clock.stop_at(_network.clock_stopped_at)
