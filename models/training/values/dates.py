# ruff: noqa: E501  (tables and lists of alternatives are easiest to read in long lines)
"""Dates in the notations of many countries, in digits and in words; birth dates and ages."""

import random

from models.training.values.shapes import digits

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
]
ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ZONES = ("", "", " UTC", " GMT", " EST", " PST", " CET")


def suffix(day: int) -> str:
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def in_words(number: int) -> str:
    """A number under a hundred."""
    if number < 20:
        return ONES[number]
    return TENS[number // 10] + ("-" + ONES[number % 10] if number % 10 else "")


def year_in_words(rng: random.Random, year: int) -> str:
    """1987: nineteen eighty-seven; 2004: two thousand and four."""
    if 2000 <= year < 2010:
        return "two thousand" + (f"{rng.choice((' ', ' and '))}{in_words(year % 100)}" if year % 100 else "")
    low = year % 100
    return f"{in_words(year // 100)} {('oh ' if 0 < low < 10 else '') + in_words(low) if low else 'hundred'}"


def clock(rng: random.Random) -> str:
    h, m = rng.randint(0, 23), rng.choice((0, 0, 15, 30, 45, rng.randint(0, 59)))
    half = "am" if h < 12 else "pm"
    return rng.choice(
        (
            f"{h:02d}:{m:02d}",
            f"{h:02d}:{m:02d}",
            f"{h % 12 or 12}:{m:02d} {half}",
            f"{h % 12 or 12}{half}",
            f"{h % 12 or 12}:{m:02d}{half.upper()}",
            f"{h:02d}:{m:02d}:{rng.randint(0, 59):02d}",
        )
    )


def date_of(rng: random.Random, low: int, high: int) -> str:
    """A whole date between two years."""
    y, m, d = rng.randint(low, high), rng.randint(1, 12), rng.randint(1, 28)
    month = MONTHS[m - 1]
    dice = rng.random()
    if dice < 0.35:
        month = month[:3]
    if dice < 0.03:
        month = month.lower() if dice < 0.02 else month.upper()
    th = suffix(d)
    return rng.choice(
        (
            f"{m:02d}/{d:02d}/{y}", f"{m:02d}/{d:02d}/{y}", f"{m}/{d}/{y}", f"{d:02d}/{m:02d}/{y}", f"{d:02d}/{m:02d}/{y}", f"{d}/{m}/{y % 100:02d}", f"{m:02d}/{d:02d}/{y % 100:02d}", f"{y}-{m:02d}-{d:02d}", f"{y}-{m:02d}-{d:02d}",
            f"{d:02d}.{m:02d}.{y}", f"{d}.{m}.{y}", f"{d:02d}.{m:02d}.{y % 100:02d}", f"{m:02d}-{d:02d}-{y}", f"{d}-{m}-{y}", f"{d:02d}-{m:02d}-{y}", f"{month} {d}, {y}", f"{month} {d}, {y}", f"{month} {d}{th} {y}", f"{month} {d}{th}, {y}",
            f"{d} {month} {y}", f"{d} {month} {y}", f"{d}{th} of {month} {y}", f"{d}{th} {month}, {y}", f"{d}{th} {month} {y}", f"{month} {d} {y}", f"{d}-{month[:3]}-{y}", f"{d:02d}{month[:3].upper()}{y}", f"{d:02d}-{month[:3].upper()}-{y % 100:02d}",
            f"{m:02d} {d:02d} {y}", f"{y}/{m:02d}/{d:02d}", f"{y}.{m:02d}.{d:02d}", f"{y}{m:02d}{d:02d}", f"{d:02d} {m:02d} {y}", f"{month}. {d}, {y}", f"{d}. {month} {y}", f"the {d}{th} of {month} {y}", f"{d}{th} day of {month}, {y}", f"{d} {month} '{y % 100:02d}",
        )
    )  # fmt: skip


def words_of(rng: random.Random, low: int, high: int) -> str:
    """A date said in words: the fourth of May 1987."""
    y, month, day = rng.randint(low, high), rng.choice(MONTHS), rng.randint(1, 28)
    year, th = rng.choice((str(y), year_in_words(rng, y))), ORDINALS[day - 1]
    text = rng.choice(
        (
            f"the {th} of {month} {year}",
            f"{th} of {month} {year}",
            f"{month} {th}, {year}",
            f"{month} the {th} {year}",
            f"{month} {in_words(day)} {year}",
            f"{day} {month}, {year}",
        )
    )
    return text.lower() if rng.random() < 0.4 else text


def dob(rng: random.Random) -> str:
    """A birth date."""
    dice = rng.random()
    if dice < 0.03:
        return digits(rng, 8)
    if dice < 0.05:
        return f"{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{rng.randint(30, 99)}"
    return words_of(rng, 1930, 2020) if dice < 0.13 else date_of(rng, 1930, 2020)


def date(rng: random.Random) -> str:
    """Any date: whole, without a year, with the weekday, with a time."""
    dice = rng.random()
    if dice < 0.44:
        return date_of(rng, 2019, 2027) if rng.random() < 0.8 else date_of(rng, 1780, 2018)
    if dice < 0.52:
        return f"{date_of(rng, 2020, 2027)}{rng.choice((' ', ', ', ' at '))}{clock(rng)}"
    if dice < 0.56:
        return stamp(rng)
    if dice < 0.60:
        return words_of(rng, 2018, 2027)
    return partial(rng)


def stamp(rng: random.Random) -> str:
    """As a program writes it."""
    y, m, d = rng.randint(2020, 2027), rng.randint(1, 12), rng.randint(1, 28)
    h, minute, s = rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59)
    base = f"{y}-{m:02d}-{d:02d}"
    return rng.choice(
        (f"{base}T{h:02d}:{minute:02d}:{s:02d}Z", f"{base} {h:02d}:{minute:02d}:{s:02d}", f"{base}T{h:02d}:{minute:02d}:{s:02d}+0{rng.randint(0, 9)}:00", f"{base} {h:02d}:{minute:02d}{rng.choice(ZONES)}",
         f"{DAYS[d % 7][:3]}, {d:02d} {MONTHS[m - 1][:3]} {y} {h:02d}:{minute:02d}:{s:02d} GMT")
    )  # fmt: skip


def partial(rng: random.Random) -> str:
    """A day without its year, or a month with it, as people say it in a chat."""
    m, d = rng.choice(MONTHS), rng.randint(1, 28)
    th, day, y = suffix(d), rng.choice(DAYS), rng.randint(2019, 2027)
    return rng.choice(
        (
            f"{m} {d}", f"{m} {d}{th}", f"{m[:3]} {d}", f"{d} {m}", f"the {d}{th}", f"{rng.randint(1, 12)}/{d}", f"the {d}{th} of {m}", f"{m} {d}{th}", f"{d} {m[:3]}", f"{day}, {m} {d}", f"{day} {d} {m}", f"{day} the {d}{th}",
            f"{day[:3]} {d} {m[:3]}", f"{day[:3]}, {m[:3]} {d}", f"{m} {y}", f"{m[:3]} {y}", f"{d}{th} {m}", f"{m.lower()} {d}{th}", f"{m} the {ORDINALS[d - 1]}", f"{day} {m} {d}{th} at {clock(rng)}", f"{rng.randint(1, 12):02d}/{y}", f"{d:02d}.{rng.randint(1, 12):02d}.",
        )
    )  # fmt: skip


def age(rng: random.Random) -> str:
    """An age in years, now and then in words."""
    years = rng.randint(13, 96)
    return in_words(years) if rng.random() < 0.07 else str(years)
