"""A finished run recomputed from its own files: its workbook and its tables, with no solver and no model.

This is a second derivation of the plan's equations, in exact decimal arithmetic and kept apart from the
model's code, so that a mistake there does not vouch for itself. One file an idea, as in the models' own
folder: what is added up is written beside the equation that it must satisfy.
"""

from aidplan.audit.auditing import audit_run
from aidplan.audit.report import AuditFinding, AuditReport

__all__ = ["AuditFinding", "AuditReport", "audit_run"]
