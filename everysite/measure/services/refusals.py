"""What a writer of figures says when it refuses one."""


class FigureRefused(ValueError):
    """A figure cannot be true; `field` names which, and the text says what to enter."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class NotYours(Exception):
    """Whoever asks may not do this here; a door answers as if the thing did not exist."""
