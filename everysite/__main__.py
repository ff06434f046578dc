"""Lets `python -m everysite` be the command."""

from everysite.cli import main

if __name__ == "__main__":
    main()
