"""Findings to a page: ``report(tagged).write_html("october.html")``."""

from __future__ import annotations

from convcat.reporting.page import Report, report

__all__ = ["Report", "report"]
