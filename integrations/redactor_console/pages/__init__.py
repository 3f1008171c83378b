"""The pages, one module a subject. Each has a tuple `PAGES`; a page that is not in one is nowhere."""

from collections.abc import Sequence

from redactor_console.pages import conversations, home, me, people, queue, verdicts
from redactor_console.web.visit import Page

PAGES: Sequence[Page] = (*home.PAGES, *people.PAGES, *me.PAGES, *queue.PAGES, *conversations.PAGES, *verdicts.PAGES)
