"""Does the plan agree with itself: every derivable figure recomputed, every contradiction with both clauses."""

from collections.abc import Sequence

import pandas as pd

from mixplan.base.i18n import gettext as _
from mixplan.plan.figures import Book
from mixplan.plan.words import unit_text
from mixplan.targets.audit import conflicts, plausible, recomputed
from mixplan.targets.audit.items import AuditItem, Verdict, verdict_text

CHECKS = (*recomputed.CHECKS, *plausible.CHECKS, *conflicts.CHECKS)


def audit(frame: pd.DataFrame) -> tuple[AuditItem, ...]:
    """Recompute every derivable figure of the plan and list the places that contradict each other.

    Everything is computed from the frame: a changed figure changes the audit. A stated figure *agrees* with its
    recomputation when they differ by no more than half of its own last digit, else it *differs*; a *conflict* is
    two statements that cannot both hold as they stand.

    Raises
    ------
    DataError
        Naming the figure that the audit needs and cannot find.
    """
    book = Book(frame)
    order = {Verdict.CONFLICT: 0, Verdict.DIFFERS: 1, Verdict.AGREES: 2}
    found = [item for check in CHECKS for item in check(book)]
    return tuple(sorted(found, key=lambda item: order[item.verdict]))


def open_items(items: Sequence[AuditItem]) -> tuple[AuditItem, ...]:
    """Findings that someone has to settle: conflicts and figures that differ."""
    return tuple(item for item in items if item.verdict is not Verdict.AGREES)


def audit_table(items: Sequence[AuditItem]) -> pd.DataFrame:
    """The audit as a table in the reader's language."""
    return pd.DataFrame(
        [
            {
                _("结论"): verdict_text(item.verdict),
                _("核对内容"): item.title,
                _("算式或两处说法"): item.formula,
                _("原文"): item.stated,
                _("重算"): round(item.recomputed, 2),
                _("相差"): round(item.difference, 2),
                _("容差"): item.tolerance,
                _("单位"): unit_text(item.unit),
                _("条款与来源"): _("；").join(item.clauses),
                _("解释"): item.explanation,
            }
            for item in items
        ]
    )
