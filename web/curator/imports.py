"""Imports of a directory: upload files, see what would change and what is refused, then apply it."""

import shutil
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import File

from core.access import staff
from core.errors import Conflict, Invalid, NotFound
from directory import import_jobs
from directory.import_jobs import BYTES_MAX, REPORT, folder
from directory.importing import REASONS, Kind
from directory.models import ImportJob, JobStatus
from directory.permissions import CURATORS
from web.curator.desk import curating
from web.i18n import N_
from web.providers import PageRequest
from web.staff.desk import NO_STORE, Desk, go, known_id, nothing_typed
from web.staff.typed import Sent, Typed

IMPORTS = "/staff/imports"
ONE = f"{IMPORTS}/{{job_id:str}}"
WHO = staff(*CURATORS)
SHOWN = 50
"""So many problems stand on the page; all of them are in the file."""
BODY_MAX = BYTES_MAX + 1_000_000
STATUS: Mapping[JobStatus, str] = {
    JobStatus.CHECKING: N_("Being checked"),
    JobStatus.CHECKED: N_("Checked: nothing is changed yet"),
    JobStatus.APPLYING: N_("Being applied"),
    JobStatus.APPLIED: N_("Applied"),
    JobStatus.FAILED: N_("Could not be read: nothing was changed"),
}
LOST: Mapping[str, str] = {
    Kind.REFUSED: N_("Rows refused"),
    Kind.VALUE: N_("Values left out; the row is imported"),
    Kind.ORPHAN: N_("Rows kept apart: what they belong to is not there"),
    Kind.LINK: N_("Links left out; the row is imported"),
    Kind.GONE: N_("No longer in the files; kept as it was"),
}


async def read_uploads(request: PageRequest) -> list[UploadFile]:
    """The files of the form; they are on disk when they are large."""
    found = (await request.form()).getall("files", [])
    return [one for one in found if isinstance(one, UploadFile) and one.filename]


Uploads = NamedDependency[list[UploadFile]]


@get(IMPORTS, opt=WHO, sync_to_thread=True)
def list_imports(request: PageRequest) -> Response[str]:
    """The newest imports, and the form for another."""
    return _list(curating(request), nothing_typed())


@post(
    IMPORTS,
    opt=WHO,
    sync_to_thread=True,
    status_code=303,
    request_max_body_size=BODY_MAX,
    dependencies={"uploads": Provide(read_uploads)},
)
def upload(request: PageRequest, typed: Sent, uploads: Uploads) -> Response[Any]:
    """Keeps the files, and has the worker find out what they would change."""
    desk = curating(request)
    named = [(PurePath(one.filename).name, one) for one in uploads]
    sizes = [(name, one.file.seek(0, 2)) for name, one in named]
    home, job_id = desk.site.settings.home, ""
    try:
        with desk.database.write() as session:
            job_id = import_jobs.ask(session, desk.actor, typed.value("source"), sizes).id
            place = folder(home, job_id) / "files"
            place.mkdir(parents=True)
            for name, one in named:
                one.file.seek(0)
                with (place / name).open("wb") as kept:
                    shutil.copyfileobj(one.file, kept)
    except Invalid as refused:
        errors = refused.errors or {"form": refused.message}
        return _list(desk, typed.wrong({k: _words(desk, k) for k in errors}), 400)
    except OSError:
        shutil.rmtree(folder(home, job_id), ignore_errors=True)
        raise
    return go(f"{IMPORTS}/{job_id}")


@get(ONE, opt=WHO, sync_to_thread=True)
def show(request: PageRequest, job_id: FromPath[str]) -> Response[str]:
    """How far it is; what it would change, or did; and what was refused."""
    return _show(curating(request), job_id)


@post(f"{ONE}/apply", opt=WHO, sync_to_thread=True, status_code=303)
def confirm(request: PageRequest, job_id: FromPath[str]) -> Response[Any]:
    """Has it applied."""
    desk, key = curating(request), known_id(job_id)
    try:
        with desk.database.write() as session:
            import_jobs.confirm(session, desk.actor, key)
    except Conflict:
        return _show(desk, key, 409)
    return go(f"{IMPORTS}/{key}")


@get(f"{ONE}/problems.csv", opt=WHO, sync_to_thread=True)
def report(request: PageRequest, job_id: FromPath[str]) -> File:
    """Everything that was not imported, with file and row."""
    desk, key = curating(request), known_id(job_id)
    with desk.database.read() as session:
        found = import_jobs.job(session, desk.actor, key)
    path = folder(desk.site.settings.home, found.id) / REPORT
    if not path.exists():
        raise NotFound("There is no such report.")
    name = f"{found.source}-problems.csv"
    return File(path, filename=name, media_type="text/csv; charset=utf-8", headers=NO_STORE)


def _list(desk: Desk, typed: Typed, status: int = 200) -> Response[str]:
    with desk.database.read() as session:
        found = import_jobs.jobs(session, desk.actor)
    lines = [
        (one, desk.say.gettext(STATUS[one.status]), desk.moment(one.asked_at)) for one in found
    ]
    megabytes = BYTES_MAX // 1_000_000
    return desk.show("curator/imports.html", status, typed=typed, jobs=lines, megabytes=megabytes)


def _words(desk: Desk, field: str) -> str:
    said = {
        "files": N_("Choose up to 60 files called like services.csv, with 20 megabytes together."),
        "source": N_("Give a name of letters and digits, such as county-2026."),
    }
    return desk.say.gettext(said[field])


def _show(desk: Desk, job_id: str, status: int = 200) -> Response[str]:
    key = known_id(job_id)
    with desk.database.read() as session:
        found = import_jobs.job(session, desk.actor, key)
    home = desk.site.settings.home
    return desk.show(
        "curator/import.html",
        status,
        job=found,
        state=desk.say.gettext(STATUS[found.status]),
        busy=found.status in import_jobs.BUSY,
        asked=desk.moment(found.asked_at),
        tables=[
            (name, counts) for name, counts in found.result.get("tables", {}).items() if any(counts)
        ],
        sums=_sums(desk, found),
        problems=import_jobs.problems(home, found.id, SHOWN),
        reasons=REASONS,
        refused=status == 409,
        shown=SHOWN,
    )


def _sums(desk: Desk, found: ImportJob) -> list[tuple[str, str, int]]:
    """(how much is lost, why, how many)."""
    return [
        (desk.say.gettext(LOST.get(kind, kind)), REASONS.get(reason, reason), count)
        for kind, reason, count in found.result.get("problems", [])
    ]
