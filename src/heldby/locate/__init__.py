"""Locating: names in claims become units of the theatre, or gaps that say why not."""

from heldby.locate.locator import Locator

__all__ = ["Locator"]
