"""What a caller can do wrong: every message says the value seen, the value wanted and what to do."""


class GeodataError(Exception):
    """A wrong call. The message is written for the person who made it; `zh` says it in Chinese, for pages."""

    def __init__(self, message: str = "", *, zh: str | None = None) -> None:
        super().__init__(message)
        self.zh = zh

    def told(self, language: str) -> str:
        """Return the message in a language of the pages, in English where it has no other."""
        return self.zh if self.zh is not None and language.lower().startswith("zh") else str(self)


class InvalidInput(GeodataError):
    """An argument or a file that cannot be used as it is."""


class NotFound(GeodataError):
    """A layer, area, recipe or record that isn't there, or isn't there for this audience."""


class NotPublished(NotFound):
    """Nothing has been published yet, so there is nothing for this audience anywhere."""


class SettingsError(GeodataError):
    """A deployment's csmap.toml, or the environment, says something impossible."""


class DatabaseUnavailable(GeodataError):
    """The database can't be started or reached."""


class DatabaseOutdated(DatabaseUnavailable):
    """The database has the shape of another version of the code."""


class NoRoom(GeodataError):
    """A file can't be written: its disk is full."""


class TooBusy(GeodataError):
    """A wish that has to wait: as many of its kind as may be are being answered."""
