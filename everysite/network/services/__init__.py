"""The network's writers."""
