"""What a register stated last stays beside the deadline that an officer has set, so that it is known which is newer."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add the stated deadline; where the web has set another, it is that of the last version that a file brought."""
    comment = "The deadline that its register stated last"
    for schema in ("live", "history"):
        op.add_column("hazard", sa.Column("due_stated", sa.Date, comment=comment), schema=schema)
        op.execute(STATED.format(schema=schema))


# As arrays: a version that stated no deadline isn't none that there isn't.
STATED = """
    UPDATE {schema}.hazard h SET due_stated = (coalesce(
        (SELECT ARRAY[x.due_on] FROM history.hazard x JOIN ledger.load l ON l.id = x.load_id
         WHERE x.id = h.id AND l.kind = 'load' AND x.recorded_from < h.recorded_from
             AND EXISTS (SELECT FROM ledger.load own WHERE own.id = h.load_id AND own.kind <> 'load')
         ORDER BY x.recorded_from DESC LIMIT 1),
        ARRAY[h.due_on]))[1]
    WHERE h.source <> 'web'
"""
