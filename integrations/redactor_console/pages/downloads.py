"""What a search found as a file; above a number of rows, only what a second person has allowed."""

from starlette.responses import Response, StreamingResponse

from redactor_console.downloading import FORMATS, FREE, body_of, take, typed_of
from redactor_console.notes import LONGEST
from redactor_console.searching import Asked, address_again, asked_in, search_of, words_of
from redactor_console.second_person import REASONS, ask_for, form_reason, is_waiting
from redactor_console.web.visit import Page, Visit


def download(visit: Visit) -> Response:
    """The file, or the form by which a second person is asked."""
    asked, words = _asked(visit)
    kind = visit.form.get("format", "")
    lines = take(visit, search_of(visit, asked), asked, kind)
    if lines is None:
        return visit.render(
            "download.html",
            200,
            asked=asked,
            words=words,
            format=kind,
            free=FREE,
            waiting=is_waiting(visit, "download", body_of(asked), typed_of(asked)),
            back=address_again(asked, words),
            reasons=REASONS,
            longest=LONGEST,
        )
    headers = {"content-disposition": f'attachment; filename="messages.{kind}"'}
    return StreamingResponse(lines, media_type=FORMATS[kind], headers=headers)


def ask(visit: Visit) -> Response:
    """Ask a second person."""
    asked, _ = _asked(visit)
    search_of(visit, asked)
    ask_for(visit, "download", body_of(asked), *form_reason(visit), typed=typed_of(asked))
    return visit.go("/requests")


def _asked(visit: Visit) -> tuple[Asked, str]:
    words = visit.form.get("words", "")
    return asked_in(visit.form, words_of(visit, words) if words else ""), words


PAGES = (
    Page("/downloads", "read", post=download),
    Page("/downloads/ask", "read", post=ask),
)
