"""The folder that holds everything Handrail keeps: made when missing, refused when unusable."""

from pathlib import Path

from sqlalchemy import make_url

from core.settings import Settings, SettingsError


def prepare(settings: Settings) -> None:
    """Make the home folder and the database's; raises SettingsError when that cannot be."""
    folders = [("HANDRAIL_HOME", settings.home)]
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        folders.append(("HANDRAIL_DATABASE_URL", Path(url.database).absolute().parent))
    for variable, folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise SettingsError(
                f"{variable} must be a place Handrail may write to; {folder}: {error.strerror}"
            ) from None
