"""Officers and police have logins of their own and read under row rules: rights alone, which each migration gives anew."""

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Change nothing but the number that says which rights a database has."""
