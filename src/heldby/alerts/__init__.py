"""Alerts: rules over what changed since the last run, decided in pure code, sent by thin code, once at least and known again by their keys.

rules + edition + memory -> what is new, what must be taken back -> messages -> outbox -> destinations
"""
