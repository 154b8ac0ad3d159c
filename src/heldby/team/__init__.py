"""Who works with one ledger: roles and what each may do, members and how they are known, sign-ins, and the journal of what was done."""

from heldby.team.journal import Journal, check_journal, read_journal
from heldby.team.members import Member, Team, load_team
from heldby.team.permits import Permits, Role, load_permits
from heldby.team.sessions import Pace, Sessions

__all__ = [
    "Journal",
    "Member",
    "Pace",
    "Permits",
    "Role",
    "Sessions",
    "Team",
    "check_journal",
    "load_permits",
    "load_team",
    "read_journal",
]
