"""The demo: an invented network, and one learning walked through the whole journey. Nobody in it exists."""
