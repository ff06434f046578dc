"""Dates as people read them: 27 April 2026. Independent of the machine's language."""

from datetime import date

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def full(day: date) -> str:
    """27 April 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def day_month(day: date) -> str:
    """27 April."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def day_short_month(day: date) -> str:
    """27 Apr."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def weekday(day: date) -> str:
    """Monday 27 April."""
    return f"{_DAYS[day.weekday()]} {day_month(day)}"
