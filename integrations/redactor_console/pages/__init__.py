"""The pages, one module a subject. Each has a tuple `PAGES`; a page that is not in one is nowhere."""

from collections.abc import Sequence

from redactor_console.pages import (
    audit,
    consents,
    conversations,
    customers,
    downloads,
    exports,
    home,
    me,
    numbers,
    people,
    proposals,
    queue,
    requests,
    reveal,
    search,
    verdicts,
    views,
)
from redactor_console.web.visit import Page

PAGES: Sequence[Page] = (
    *home.PAGES,
    *people.PAGES,
    *me.PAGES,
    *queue.PAGES,
    *conversations.PAGES,
    *verdicts.PAGES,
    *numbers.PAGES,
    *search.PAGES,
    *views.PAGES,
    *downloads.PAGES,
    *reveal.PAGES,
    *requests.PAGES,
    *customers.PAGES,
    *consents.PAGES,
    *audit.PAGES,
    *proposals.PAGES,
    *exports.PAGES,
)
