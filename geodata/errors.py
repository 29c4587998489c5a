"""What a caller can do wrong: every message says the value seen, the value wanted and what to do."""


class GeodataError(Exception):
    """A wrong call. The message is written for the person who made it."""


class InvalidInput(GeodataError):
    """An argument or a file that cannot be used as it is."""


class NotFound(GeodataError):
    """A layer, area, recipe or record that isn't there, or isn't there for this audience."""


class SettingsError(GeodataError):
    """A deployment's csmap.toml, or the environment, says something impossible."""


class DatabaseUnavailable(GeodataError):
    """The database can't be started or reached."""


class DatabaseOutdated(DatabaseUnavailable):
    """The database has the shape of another version of the code."""
