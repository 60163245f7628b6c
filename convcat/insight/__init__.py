"""From a tagged table to findings: shares, failures, changes, and the audit that checks them.

In reading order: ``slice_columns`` and ``summaries`` count; ``profile`` and ``transfer`` know the
model's errors; ``intervals`` does the statistics; ``audit`` draws the sheet, ``checks`` reads it,
``audited`` lays it on the table; ``distribution``, ``failures``, ``comparison`` and
``trend`` are the findings.
"""

from convcat.insight.accumulate import learn
from convcat.insight.audit import AuditSheet, audit_sample
from convcat.insight.checks import Audit, is_filled, read_audit
from convcat.insight.comparison import Comparison, changes, compare
from convcat.insight.distribution import Distribution, distribution
from convcat.insight.failures import failures
from convcat.insight.profile import ErrorProfile
from convcat.insight.summaries import Summary
from convcat.insight.trend import Trend, trend

__all__ = [
    "Audit",
    "AuditSheet",
    "Comparison",
    "Distribution",
    "ErrorProfile",
    "Summary",
    "Trend",
    "audit_sample",
    "changes",
    "compare",
    "distribution",
    "failures",
    "is_filled",
    "learn",
    "read_audit",
    "trend",
]
