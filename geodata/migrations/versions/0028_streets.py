"""The street by which posts and services stand, so that those without a name can be told apart everywhere."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Add the street; what history has was never told with one."""
    for layer in ("police_post", "service_point"):
        for schema in ("live", "history"):
            street = sa.Column("street", sa.Text, comment="The nearest street with a name, within 200 m")
            op.add_column(layer, street, schema=schema)
        op.execute(f"UPDATE live.{layer} SET street = {_NEAREST.format(layer=layer)}")


_NEAREST = """
    (SELECT r.name FROM live.road r WHERE r.name <> '' AND ST_DWithin(r.geom, {layer}.geom, 200 / 111320.0)
     ORDER BY r.geom <-> {layer}.geom, r.id LIMIT 1)
"""
