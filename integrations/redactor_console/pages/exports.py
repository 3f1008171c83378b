"""Reviewed messages as training data, with stand-ins in the place of values; many at once need a second person."""

import io
import secrets
import tempfile
import zipfile
from pathlib import Path

from starlette.responses import Response

from redactor.exceptions import ConfigError
from redactor.reviews import exporting, hugging_face
from redactor.reviews.exporting import Example
from redactor.reviews.reading import finished
from redactor_console.notes import LONGEST
from redactor_console.second_person import REASONS, allowed, ask_for, form_reason, is_waiting
from redactor_console.web.visit import Page, Visit

FREE = 1_000
"""Reviewed messages that one person may export alone."""
FORMATS = {
    "jsonl": "JSON lines: text and spans; models/training reads them",
    "conll": "CoNLL: a token and its IOB2 tag a line",
    "huggingface": "A folder for Hugging Face datasets, zipped",
}
_NAMES = {"jsonl": "reviews.jsonl", "conll": "reviews.conll", "huggingface": "reviews.zip"}
_TYPES = {"jsonl": "application/x-ndjson", "conll": "text/plain; charset=utf-8", "huggingface": "application/zip"}


def show(visit: Visit) -> Response:
    """What can be exported."""
    return _page(visit)


def take(visit: Visit) -> Response:
    """The file, or the form by which a second person is asked."""
    form = visit.form.get("format", "")
    if form not in FORMATS:
        raise ConfigError(f"expected a format among {', '.join(FORMATS)}")
    if _count(visit) > FREE and not allowed(visit, "export", _body(visit)):
        return _page(visit, is_asking=True)
    made = exporting.export(visit.redactor, secrets.token_hex(8), visit.account.tenants)
    headers = {"content-disposition": f'attachment; filename="{_NAMES[form]}"'}
    return Response(_written(form, made.examples), headers=headers, media_type=_TYPES[form])


def ask(visit: Visit) -> Response:
    """Ask a second person."""
    ask_for(visit, "export", _body(visit), *form_reason(visit))
    return visit.go("/requests")


def _page(visit: Visit, *, is_asking: bool = False) -> Response:
    return visit.render(
        "exports.html",
        count=_count(visit),
        formats=FORMATS,
        left_out=exporting.LEFT_OUT,
        kept=sorted(visit.redactor.policy.kept - exporting.SPECIAL),
        free=FREE,
        is_asking=is_asking,
        waiting=is_asking and is_waiting(visit, "export", _body(visit)),
        reasons=REASONS,
        longest=LONGEST,
    )


def _count(visit: Visit) -> int:
    return sum(1 for _ in finished(visit.redactor.parts.store, visit.account.tenants))


def _body(visit: Visit) -> dict[str, str]:
    return {"tenants": ", ".join(visit.account.tenants) or "all"}


def _written(form: str, examples: tuple[Example, ...]) -> bytes:
    if form == "huggingface":
        return _zipped(examples)
    lines = exporting.to_jsonl(examples) if form == "jsonl" else exporting.to_conll(examples)
    return "".join(lines).encode()


def _zipped(examples: tuple[Example, ...]) -> bytes:
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        folder = Path(scratch) / "reviews"
        for path in hugging_face.write(folder, examples):
            archive.write(path, path.relative_to(folder).as_posix())
    return packed.getvalue()


PAGES = (
    Page("/exports", "export", get=show, post=take),
    Page("/exports/ask", "export", post=ask),
)
