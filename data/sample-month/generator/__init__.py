"""Writes the sample month of an invented shop: who writes, when, about what, in which words."""
