"""How long a test waits for what is sure to come; one that fails ends nevertheless."""

MINUTES = 180.0
"""Seconds. A busy machine may stand still for half a minute, which says nothing about the code."""
