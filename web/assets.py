"""Static files: read once, named by their content, compressed once, and cached for ever.

A page asks `url("handrail.css")` and gets "/static/handrail.1f0c9a2b3d.css". Whoever holds that
name holds those bytes, so browsers never need to ask again. The one style sheet and the one script
are written in parts (`web/styles/*.css`, `web/scripts/*.js`) and joined here, in order of name.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
STYLES = Path(__file__).parent / "styles"
SCRIPTS = Path(__file__).parent / "scripts"
STYLE_SHEET = "handrail.css"
SCRIPT = "extras.js"
PREFIX = "/static/"
COMPRESSIBLE = {".css", ".js", ".svg"}
MARK_LENGTH = 10  # hexadecimal digits of SHA-256 in a name
_CSS_URL = re.compile(r"url\((?!#|data:|/)([^)]+)\)")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to send. `packed` is its gzip form, None where that would not help."""

    name: str
    media_type: str
    body: bytes
    packed: bytes | None


@cache
def assets() -> dict[str, Asset]:
    """Every static file by its published name."""
    return {asset.name: asset for asset in _by_path().values()}


def url(path: str) -> str:
    """Address of a file below `web/static`; KeyError names one that does not exist."""
    return PREFIX + _by_path()[path].name


@cache
def _by_path() -> dict[str, Asset]:
    # Style sheets last: they name other files, and must name them as they are published.
    files = sorted(
        (p for p in STATIC.rglob("*") if p.is_file() and p.name != "LICENSE"),
        key=lambda p: (p.suffix == ".css", p),
    )
    done: dict[str, Asset] = {}
    for file in files:
        path = file.relative_to(STATIC).as_posix()
        body = file.read_bytes()
        if file.suffix == ".css":
            body = _publish_urls(body.decode(), file, done).encode()
        done[path] = _asset(path, body)
    done[STYLE_SHEET] = _asset(STYLE_SHEET, style_sheet().encode())
    done[SCRIPT] = _asset(SCRIPT, _joined(SCRIPTS.glob("*.js")).encode())
    return done


def style_sheet() -> str:
    """Our own style sheet, its parts joined."""
    return _joined(STYLES.glob("*.css"))


def _joined(parts: Iterable[Path]) -> str:
    return "\n".join(part.read_text(encoding="utf-8") for part in sorted(parts))


def _asset(path: str, body: bytes) -> Asset:
    stem, dot, suffix = path.rpartition(".")
    mark = hashlib.sha256(body).hexdigest()[:MARK_LENGTH]
    media_type = mimetypes.types_map.get(dot + suffix, "application/octet-stream")
    packed = gzip.compress(body, 9, mtime=0) if dot + suffix in COMPRESSIBLE else None
    return Asset(f"{stem}.{mark}.{suffix}", media_type, body, packed)


def _publish_urls(css: str, file: Path, done: dict[str, Asset]) -> str:
    """Point `url(images/x.png)` at the published name of that file."""

    def published(match: re.Match[str]) -> str:
        target = (file.parent / match[1].strip("'\"")).resolve().relative_to(STATIC.resolve())
        return f"url({PREFIX}{done[target.as_posix()].name})"

    return _CSS_URL.sub(published, css)
