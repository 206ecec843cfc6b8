"""Looking after the directory: calls, what has to be checked, what people report, doubles, history."""

from litestar import Router
from litestar.di import Provide

from web.curator import (
    calling,
    checking,
    duplicates,
    editing,
    imports,
    past,
    problems,
    proposals,
    translations,
)
from web.staff.typed import read_typed

HANDLERS = [
    calling.script,
    calling.keep,
    checking.to_check,
    checking.say,
    problems.reported,
    problems.answer,
    duplicates.list_pairs,
    duplicates.look_again,
    duplicates.pair,
    duplicates.decide,
    editing.form,
    editing.save,
    proposals.waiting,
    proposals.answer,
    translations.waiting,
    translations.answer,
    imports.list_imports,
    imports.upload,
    imports.show,
    imports.confirm,
    imports.report,
    past.history,
    past.put_back,
]


def looking_after() -> Router:
    """The pages of those who look after the directory."""
    return Router("/", route_handlers=HANDLERS, dependencies={"typed": Provide(read_typed)})
