"""The demo: an invented network, and one learning walked through the whole journey. Nobody in it exists."""

PASSWORD = "brackenvale-demo-2026"  # noqa: S105  (printed on the screen: the demo listens on this machine only)
