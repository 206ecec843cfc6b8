from pathlib import Path

import pytest

from core.settings import DEMO_SECRET, PARSERS, Settings, SettingsError, variables
from tests.support.secrets import SECRETS


def test_defaults_put_the_database_into_home(tmp_path: Path) -> None:
    settings = Settings.from_env({"HANDRAIL_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/handrail.db"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.geocoder == "offline"
    assert settings.map_tiles_url is None


def test_home_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_env({}).home == tmp_path / "var"


def test_other_variables_are_left_alone() -> None:
    assert Settings.from_env({"PATH": "/bin", "HANDRAILS": "x"}) == Settings.from_env({})


def test_every_field_has_a_parser() -> None:
    assert variables() == tuple("HANDRAIL_" + name.upper() for name in PARSERS)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="HANDRAIL_PROT is not a setting; did you mean HAND"):
        Settings.from_env({"HANDRAIL_PROT": "80"})


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "http", "from 1 to 65535"),
        ("PORT", "٣", "from 1 to 65535"),
        ("WORKERS", "-1", "from 1 to 64"),
        ("HOME", "", "not empty"),
        ("DEMO", "maybe", "1, true, yes"),
        ("DATABASE_URL", "mysql://x/y", "sqlite:///FILE or postgresql"),
        ("DATABASE_URL", "what", "sqlite:///FILE or postgresql"),
        ("DATABASE_URL", "sqlite://", "in memory"),
        ("GEOCODER", "nominatum", "did you mean nominatim"),
        ("GEOCODER_OPTIONS", "[1]", "a JSON object"),
        ("GEOCODER_OPTIONS", "{", "a JSON object"),
        ("TIME_ZONE", "America/New_Yrok", "such as America/New_York"),
        ("TIME_ZONE", "../etc/passwd", "an IANA time zone"),
        ("HOLIDAYS", "US-XX", "US or US-NC"),
        ("LANGUAGE", "fr", "en, es"),
        ("LOG_LEVEL", "loud", "debug, info"),
        ("BASE_URL", "handrail.example.org", "an address like"),
        ("MAP_TILES_URL", "https://tiles.example.org/", "{z}, {x} and {y}"),
        ("TRUSTED_PROXIES", "10.0.0.0/99", "10.0.0.0/8"),
        ("RATE_LIMIT", "many", "from 0 to"),
        ("SEARCH_URL", "localhost:7700", "an address like"),
        ("SEARCH_FALLBACK", "sometimes", "none, embedded"),
    ],
)
def test_a_wrong_value_names_the_variable_and_what_is_allowed(
    name: str, value: str, allowed: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.from_env({f"HANDRAIL_{name}": value})
    assert str(raised.value).startswith(f"HANDRAIL_{name} must be ")
    assert allowed in str(raised.value)


def test_values_are_read() -> None:
    settings = Settings.from_env(
        {
            "HANDRAIL_DATABASE_URL": "postgresql://u:p@db/handrail",
            "HANDRAIL_HOST": "::1",
            "HANDRAIL_PORT": "8080",
            "HANDRAIL_GEOCODER": "Nominatim",
            "HANDRAIL_GEOCODER_OPTIONS": '{"user_agent": "example.org"}',
            "HANDRAIL_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "HANDRAIL_HOLIDAYS": "us-nc",
            "HANDRAIL_LANGUAGE": "ES",
        }
    )
    assert settings.base_url == "http://[::1]:8080"
    assert settings.geocoder == "nominatim"
    assert settings.geocoder_options == {"user_agent": "example.org"}
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1/128")
    assert settings.holidays == "US-NC"
    assert settings.language == "es"


def test_secrets_are_not_shown() -> None:
    settings = Settings.from_env(
        {
            "HANDRAIL_SECRET_KEY": "hush" * 10,
            "HANDRAIL_DATABASE_URL": "postgresql://u:hush@db/handrail",
            "HANDRAIL_GEOCODER_OPTIONS": '{"api_key": "hush"}',
        }
    )
    assert "hush" not in repr(settings)


@pytest.mark.parametrize("secret", [DEMO_SECRET, "short"])
def test_default_and_short_secrets_are_refused_outside_the_demo(secret: str) -> None:
    settings = Settings.from_env({"HANDRAIL_SECRET_KEY": secret})
    with pytest.raises(SettingsError, match="HANDRAIL_SECRET_KEY"):
        settings.check_secrets()
    settings.as_demo().check_secrets()


def test_good_secrets_are_accepted_and_each_is_needed() -> None:
    good = {f"HANDRAIL_{name}": value for name, value in SECRETS.items()}
    Settings.from_env(good).check_secrets()
    for name in good:
        less = {other: value for other, value in good.items() if other != name}
        with pytest.raises(SettingsError, match=name):
            Settings.from_env(less).check_secrets()
