"""The analyst reads roads and turns as they were: rights alone, which every migration gives anew."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Change nothing but the number that says which rights a database has."""
