"""Numbers: what was found, how good it is, what has moved, signs of attacks, the time it takes, and what waits."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import urlencode

from starlette.responses import Response

from redactor.exceptions import ConfigError
from redactor.metrics import drift, report
from redactor.metrics.counts import Kind, Label, day_of, names, total
from redactor.metrics.report import Report
from redactor.metrics.signs import REPLY_SIGNS, SIGNS
from redactor.metrics.window import KEPT_DAYS, Window, of_rows, written
from redactor.reviews.drawing import catch_up
from redactor.reviews.estimates import FEWEST, Estimates, Share, of_counts, of_store, tallied
from redactor.storage import Search, TallyRow, TurnRow
from redactor.transcripts.recorded import decode_timings
from redactor_console import backlog, charts
from redactor_console.charts import Chart
from redactor_console.pages.queue import tenants
from redactor_console.web.visit import Page, Visit

DAYS = (7, 30, 90)
"""Windows to choose from."""
_TYPES = 8
"""Types that have a chart of their own; the table has all of them."""
_TIMED = 1000
"""Messages, the latest, whose times are looked at: enough for the 95th percentile, and read in a moment."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table: a text, and where the messages behind it are."""

    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a chart. The first cell of a row names it."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its name."""

    name: str
    chart: Chart


@dataclass(frozen=True, slots=True)
class Section:
    """One subject: charts, and the table with the same numbers."""

    id: str
    title: str
    about: str
    figures: Sequence[Figure] = ()
    table: Table = field(default_factory=lambda: Table((), ()))
    notes: Sequence[str] = ()
    key: Sequence[str] = ()
    """What the plain and the hatched bars are, where there are both."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at."""

    days: int
    tenants: Sequence[str]
    """None: all."""
    today: int
    """Days since the epoch, the last of the window."""

    @property
    def first(self) -> int:
        """The first day of the window."""
        return self.today - self.days + 1

    @property
    def reference_days(self) -> int:
        """How many days before the window it is compared with: four weeks or more, so that each weekday is in it."""
        return min(max(28, 3 * self.days), KEPT_DAYS - self.days)

    def search(self, **filters: str) -> str:
        """Where the messages of the window are that fit."""
        tenant = {"tenant": self.tenants[0]} if len(self.tenants) == 1 else {}
        return "/search?" + urlencode({**tenant, "since": written(self.first), "until": written(self.today), **filters})

    def on(self, day: int, **filters: str) -> str:
        """Where the messages of a day are."""
        return self.search(**{"since": written(day), "until": written(day), **filters})


def numbers(visit: Visit) -> Response:
    """The page."""
    asked = _asked(visit)
    compared = _compared(visit, asked)
    waiting = backlog.note(visit, asked.tenants)
    sections = [
        _found(asked, compared.window),
        *_estimated(visit, asked),
        _moved(asked, compared),
        _attacks(asked, compared.window),
        _times(visit, asked),
        _waiting(visit, asked),
    ]
    return visit.render(
        "numbers.html",
        200,
        sections=sections,
        report=compared,
        waiting=waiting,
        asked=asked,
        chosen=visit.query.get("tenant", ""),
        windows=DAYS,
        tenants=tenants(visit),
    )


def _asked(visit: Visit) -> Asked:
    given = visit.query.get("days", "30")
    if given not in map(str, DAYS):
        raise ConfigError(f"expected a number of days among {', '.join(map(str, DAYS))}")
    tenant = visit.query.get("tenant")
    if tenant and tenant not in tenants(visit):
        raise ConfigError("there is no such tenant")
    return Asked(int(given), (tenant,) if tenant else visit.account.tenants, day_of(visit.now))


def _compared(visit: Visit, asked: Asked) -> Report:
    """The window against the days before it; without any before, the window alone."""
    first = asked.first
    rows = _tallies(visit, asked, first - asked.reference_days)
    now, before = (of_rows(row for row in rows if (row.day >= first) == is_now) for is_now in (True, False))
    return report.make(now, before if before.days else None, any_model=True)


def _tallies(visit: Visit, asked: Asked, first: int) -> Sequence[TallyRow]:
    of: Sequence[str | None] = asked.tenants or (None,)
    store = visit.redactor.parts.store
    return list(chain.from_iterable(store.tallies(first, asked.today, tenant) for tenant in of))


# what was found


def _found(asked: Asked, window: Window) -> Section:
    counts = window.total()
    messages = total(counts, "message")
    found = Counter({name: total(counts, "entity", name=name) for name in names(counts, "entity")})
    ordered = sorted(found, key=lambda name: (-found[name], name))
    rows = [
        (
            Cell(name),
            Cell(f"{found[name]:,}", asked.search(type=name)),
            Cell(f"{100 * found[name] / max(messages, 1):.2f}"),
            Cell(f"{total(counts, 'holding', name=name) / max(messages, 1):.1%}"),
        )
        for name in ordered
    ]
    header = ("Type", "Found", "Per 100 messages", "Share of messages with it")
    figures = [Figure(name, charts.columns(_daily(asked, window, "entity", name))) for name in ordered[:_TYPES]]
    return Section(
        "found",
        "What was found",
        f"{messages:,} messages in {asked.days} days. One chart for each of the {_TYPES} types found most often.",
        [Figure("Messages", charts.columns(_daily(asked, window, "message", None))), *figures],
        Table(header, rows),
    )


def _daily(asked: Asked, window: Window, kind: Kind, name: str | None) -> list[tuple[str, int | None]]:
    """Every day of the window and its count; a day without messages counts 0."""
    return [
        (written(day), total(window.days[day], kind, name=name) if day in window.days else 0)
        for day in range(asked.first, asked.today + 1)
    ]


# how good it is


def _estimated(visit: Visit, asked: Asked) -> Iterator[Section]:
    found = _estimates(visit, asked)
    few = f"Of fewer than {FEWEST} judged things no number is told."
    judged = [each for each in found.types if each.precision.total]
    sought = [each for each in found.types if each.recall.total]
    yield Section(
        "precision",
        "Estimated precision",
        f"Of what was hidden and judged, the share that is personal, of this type and cut right, with the 95% interval "
        f"of Wilson; {found.messages:,} reviewed messages. Most of them were looked at for their risk, and are worse "
        "than others: the last but one column is of messages that chance has drawn.",
        _intervals("Precision by type", [(each.type, each.precision) for each in judged]),
        Table(
            ("Type", "Judged", "Right", "Share and interval", "Personal at all, where drawn", "What was not personal"),
            [
                (
                    *_share(each.type, each.precision),
                    Cell(_percent(each.drawn)),
                    Cell("messages", asked.search(type=each.type, verdict="not_personal")),
                )
                for each in judged
            ],
        ),
        [few],
    )
    leaking = found.leaking
    yield Section(
        "recall",
        "Estimated recall",
        f"Of the personal values in {found.drawn:,} messages that chance has drawn, the share that was found, with the "
        "95% interval of Wilson.",
        _intervals("Recall by type", [(each.type, each.recall) for each in sought]),
        Table(
            ("Type", "Personal values", "Found", "Share and interval", "What was missed"),
            [
                (
                    *_share(each.type, each.recall),
                    Cell("messages", asked.search(type=each.type, verdict="missed")),
                )
                for each in sought
            ],
        ),
        [f"In {leaking.count:,} of {leaking.total:,} drawn messages something was missed.", few],
    )


def _estimates(visit: Visit, asked: Asked) -> Estimates:
    if len(asked.tenants) <= 1:
        return of_store(visit.redactor, asked.tenants[0] if asked.tenants else None, asked.days)
    reader, counts = visit.redactor.parts.store, Counter[Label]()
    for tenant in asked.tenants:
        catch_up(visit.redactor, tenant)
        counts.update(tallied(reader, visit.now, tenant, asked.days))
    return of_counts(counts)


def _intervals(name: str, shares: Sequence[tuple[str, Share]]) -> list[Figure]:
    rows = [
        (label, each.share, *each.interval)
        for label, each in shares
        if each.is_enough and each.share is not None and each.interval is not None
    ]
    return [Figure(name, charts.intervals(rows))] if rows else []


def _share(name: str, each: Share) -> tuple[Cell, ...]:
    return Cell(name), Cell(f"{each.total:,}"), Cell(f"{each.count:,}"), Cell(_percent(each))


def _percent(share: Share) -> str:
    if not share.is_enough or share.share is None or share.interval is None:
        return "too few"
    return f"{share.share:.1%} ({share.interval[0]:.1%} to {share.interval[1]:.1%})"


# what has moved


def _moved(asked: Asked, compared: Report) -> Section:
    title = "What has moved"
    if compared.reference is None:
        return Section("drift", title, "There is nothing before these days to compare them with.")
    judged = [each for each in compared.drifts if each.reading != "too few"]
    rows = [
        (
            Cell(_of_what(each)),
            Cell(f"{each.actual:,}", asked.search(type=each.name) if each.name else asked.search()),
            Cell(f"{each.expected:,}"),
            Cell("" if each.reading == "too few" else f"{each.psi:.3f}"),
            Cell("" if each.reading == "too few" else f"{each.by_chance:.3f}"),
            Cell(each.reading),
        )
        for each in compared.drifts
    ]
    chart = charts.rows(
        [(_of_what(each), [each.psi]) for each in judged], names=["PSI"], limits=[drift.MOVED, drift.DRIFTED]
    )
    return Section(
        "drift",
        title,
        f"Types and scores of these {asked.days} days against the {asked.reference_days} days before "
        f"({compared.reference.span()}), by the population-stability index: from {drift.MOVED} on something has moved, "
        f"from {drift.DRIFTED} on it is an alarm, unless chance explains it.",
        [Figure("Population-stability index", chart)] if judged else [],
        Table(("Of what", "Now", "Before", "Index", "By chance below", "Reading"), rows),
        compared.notes,
    )


def _of_what(each: drift.Drift) -> str:
    return f"{each.what} of {each.name}" if each.name else "mix of types"


# signs of attacks


def _attacks(asked: Asked, window: Window) -> Section:
    counts = window.total()
    seen = [name for name in SIGNS if total(counts, "sign", name=name)]
    figures = [Figure(name.replace("_", " "), charts.columns(_daily(asked, window, "sign", name))) for name in seen]
    rows = [
        (
            Cell(name.replace("_", " ")),
            Cell(f"{total(counts, 'sign', name=name):,}"),
            Cell(_share_of(window, name)),
            Cell(_busiest(asked, window, name), _busiest_path(asked, window, name)),
            Cell(meaning),
        )
        for name, meaning in SIGNS.items()
    ]
    return Section(
        "signs",
        "Signs of attacks",
        "A sign is no verdict; what matters is how often it is seen. The link shows the day with the most.",
        figures,
        Table(("Sign", "Seen", "Share of messages or replies", "Most on", "What it is"), rows),
    )


def _share_of(window: Window, sign: str) -> str:
    counts = window.total()
    every = total(counts, "reply" if sign in REPLY_SIGNS else "message")
    return f"{total(counts, 'sign', name=sign) / every:.2%}" if every else ""


def _busiest_day(window: Window, sign: str) -> int | None:
    seen = {day: total(counts, "sign", name=sign) for day, counts in window.days.items()}
    most = max(seen, key=lambda day: (seen[day], day), default=None)
    return most if most is not None and seen[most] else None


def _busiest(asked: Asked, window: Window, sign: str) -> str:
    day = _busiest_day(window, sign)
    return written(day) if day is not None else ""


def _busiest_path(asked: Asked, window: Window, sign: str) -> str:
    day = _busiest_day(window, sign)
    if day is None:
        return ""
    return asked.on(day, **({"type": "LITERAL"} if sign == "placeholder_like" else {}))


# the time it takes


def _times(visit: Visit, asked: Asked) -> Section:
    rows = _latest(visit, asked)
    spent: dict[str, list[float]] = {}
    for timings in filter(None, (decode_timings(row.timings) for row in rows)):
        for step, each in {**timings, "all steps": sum(timings.values())}.items():
            spent.setdefault(step, []).append(each)
    steps = sorted(spent, key=lambda step: (step != "all steps", -percentile(spent[step], 0.95)))
    link = asked.search()
    return Section(
        "times",
        "The time it takes",
        f"Milliseconds per step of a message's way in, of the latest {len(rows):,} messages.",
        [Figure("Milliseconds per step", _of_times(steps, spent))] if steps else [],
        Table(
            ("Step", "Messages", "Median", "95th percentile"),
            [
                (
                    Cell(step),
                    Cell(f"{len(spent[step]):,}", link),
                    Cell(f"{percentile(spent[step], 0.5):.2f} ms"),
                    Cell(f"{percentile(spent[step], 0.95):.2f} ms"),
                )
                for step in steps
            ],
        ),
        key=("median", "95th percentile"),
    )


def _of_times(steps: Sequence[str], spent: dict[str, list[float]]) -> Chart:
    values = [(step, [percentile(spent[step], share) for share in (0.5, 0.95)]) for step in steps]
    return charts.rows(values, names=("median", "95th percentile"), unit=" ms")


def _latest(visit: Visit, asked: Asked) -> list[TurnRow]:
    store, found = visit.redactor.parts.store, list[TurnRow]()
    search = Search(tenants=tuple(asked.tenants), since=asked.first * 86_400.0)
    while len(found) < _TIMED:
        page = store.search(search, limit=500, before=found[-1].number if found else None)
        found += page
        if len(page) < 500:
            break
    return found[:_TIMED]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies, 0..1; of the values themselves, the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


# what waits


def _waiting(visit: Visit, asked: Asked) -> Section:
    noted = backlog.noted(visit, asked.tenants, asked.first)
    points = [(written(day), noted.get(day)) for day in range(asked.first, asked.today + 1)]
    rows = [
        (Cell(written(day), asked.on(day)), Cell(f"{waiting:,}"))
        for day, waiting in sorted(noted.items(), reverse=True)
    ]
    return Section(
        "waiting",
        "What waits for a look",
        "Noted when somebody opens this page or the home page; other days have no column.",
        [Figure("Messages that waited", charts.columns(points))],
        Table(("Day", "Waited"), rows),
    )


PAGES = (Page("/numbers", "read", get=numbers),)
