"""Reads reports: mentions, frames, voices, stance, dates, tallies. Pure: text in, claims out."""

from heldby.read.reader import Reader

__all__ = ["Reader"]
