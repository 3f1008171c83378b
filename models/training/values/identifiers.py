# ruff: noqa: E501  (tables and lists of alternatives are easiest to read in long lines)
"""National, tax and social insurance numbers of the world, completed by the library that validates them."""

import importlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from models.training.values.shapes import digits, laid_out, letters, mistyped, patterned

WRONG = 0.12
"""Share of numbers with one digit typed wrong, as people do."""
TRIES = 400


@dataclass(frozen=True)
class Identifier:
    """How one country's number is made and written.

    `check` is the module of python-stdnum that validates it ("" where the library has none).
    """

    check: str
    make: Callable[[random.Random], str]
    layouts: tuple[str, ...] = ()
    weight: float = 1.0


def module(name: str) -> Any:
    """A module of python-stdnum by its short name, as `gb.nhs`."""
    return _module(name)


@cache
def _module(name: str) -> Any:
    return importlib.import_module(f"stdnum.{name}")


def is_valid(name: str, number: str) -> bool:
    """What the library says; a number its code cannot read is not valid."""
    try:
        return bool(module(name).is_valid(number))
    except (ValueError, IndexError, KeyError):
        return False


def until_valid(name: str, draw: Callable[[], str]) -> str:
    """Draws until the library accepts one."""
    number = draw()
    for _ in range(TRIES):
        if is_valid(name, number):
            break
        number = draw()
    return number


def date(rng: random.Random, form: str = "ymd") -> str:
    """A birth date: y two digits, Y four, m, d."""
    year = rng.randint(1940, 1999)
    parts = {
        "y": f"{year % 100:02d}",
        "Y": str(year),
        "m": f"{rng.randint(1, 12):02d}",
        "d": f"{rng.randint(1, 28):02d}",
    }
    return "".join(parts[c] for c in form)


def completed(
    name: str, pattern: str, call: str = "calc_check_digit", before: str = ""
) -> Callable[[random.Random], str]:
    """A maker: the pattern (see `filled`), then the check digit that the library computes."""

    def make(rng: random.Random) -> str:
        def draw() -> str:
            body = filled(rng, pattern)
            return body + str(getattr(module(before or name), call)(body))

        return until_valid(name, draw)

    return make


def searched(name: str, pattern: str, last: str = "0123456789") -> Callable[[random.Random], str]:
    """A maker where the library validates only: the last character is the one that it accepts."""

    def make(rng: random.Random) -> str:
        for _ in range(TRIES):
            body = filled(rng, pattern)
            for c in last:
                if is_valid(name, body + c):
                    return body + c
        return body + last[0]

    return make


def drawn(name: str, pattern: str) -> Callable[[random.Random], str]:
    """A maker for numbers without a check digit, or with one that is quickly hit."""
    return lambda rng: until_valid(name, lambda: filled(rng, pattern)) if name else filled(rng, pattern)


def filled(rng: random.Random, pattern: str) -> str:
    """The pattern of `patterned`, with `{ymd}` and its like for a birth date and `{0|1|2}` for a choice."""
    while "{" in pattern:
        start, end = pattern.index("{"), pattern.index("}")
        inner = pattern[start + 1 : end]
        new = rng.choice(inner.split("|")) if "|" in inner else date(rng, inner)
        pattern = (
            pattern[:start] + "".join("\\" + c if c.isalpha() or c == "9" else c for c in new) + pattern[end + 1 :]
        )
    return patterned(rng, pattern)


def mod11(number: str, weights: tuple[int, ...]) -> int:
    return sum(int(c) * w for c, w in zip(number, weights, strict=False)) % 11


def cpf(rng: random.Random) -> str:
    """Brazil: two check digits, each 11 minus the weighted sum modulo 11."""
    number = digits(rng, 9)
    for first in (10, 11):
        number += str(mod11(number, tuple(range(first, 1, -1))) * 10 % 11 % 10)
    return number


def abn(rng: random.Random) -> str:
    body = digits(rng, 9)
    return str(module("au.abn").calc_check_digits(body)) + body


def utr(rng: random.Random) -> str:
    body = digits(rng, 9)
    return str(module("gb.utr").calc_check_digit(body)) + body


def nino(rng: random.Random) -> str:
    """UK national insurance: prefixes without D F I Q U V, suffix A to D."""
    return until_valid_nino(rng) + digits(rng, 6) + rng.choice("ABCD")


def until_valid_nino(rng: random.Random) -> str:
    prefix = rng.choice("ABCEGHJKLMNOPRSTWXYZ") + rng.choice("ABCEGHJKLMNPRSTWXYZ")
    return "QQ" if rng.random() < 0.01 else "AB" if prefix in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ") else prefix


def german_tax_id(rng: random.Random) -> str:
    """Among the first ten digits one stands twice, one is missing."""
    chosen = rng.sample("0123456789", 9)
    chosen.append(rng.choice(chosen))
    rng.shuffle(chosen)
    body = "".join(chosen)
    if body[0] == "0":
        body = body[::-1] if body[-1] != "0" else body[1:] + body[0]
    return body + str(module("iso7064.mod_11_10").calc_check_digit(body))


def austrian_insurance(rng: random.Random) -> str:
    def draw() -> str:
        number = rng.choice("123456789") + digits(rng, 2) + "0" + date(rng, "dmy")
        return number[:3] + str(module("at.vnr").calc_check_digit(number))[-1] + number[4:]

    return until_valid("at.vnr", draw)


def belgian(rng: random.Random) -> str:
    body = date(rng) + f"{rng.randint(1, 997):03d}"
    return body + f"{97 - int(body) % 97:02d}"


def norwegian(rng: random.Random) -> str:
    def draw() -> str:
        body = date(rng, "dmy") + f"{rng.randint(0, 499):03d}"
        body += str(module("no.fodselsnummer").calc_check_digit1(body))
        return body + str(module("no.fodselsnummer").calc_check_digit2(body))

    return until_valid("no.fodselsnummer", draw)


def finnish(rng: random.Random) -> str:
    body = date(rng, "dmy")
    serial = f"{rng.randint(2, 899):03d}"
    return f"{body}-{serial}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(body + serial) % 31]}"


def czech(rng: random.Random) -> str:
    """Birth number: divisible by 11, born after 1954."""

    def draw() -> str:
        body = f"{rng.randint(54, 99)}{rng.randint(1, 12) + rng.choice((0, 50)):02d}{rng.randint(1, 28):02d}{digits(rng, 3)}"
        return body + str(-int(body) * 10 % 11)[-1]

    return until_valid("cz.rc", draw)


def snils(rng: random.Random) -> str:
    """Russia's pension number: weighted sum modulo 101."""
    body = digits(rng, 9)
    return body + f"{sum(int(c) * w for c, w in zip(body, range(9, 0, -1), strict=True)) % 101 % 100:02d}"


def hong_kong(rng: random.Random) -> str:
    """A letter, six digits and a check digit over weights 9 to 2 (a blank before one letter counts 36)."""
    letter, body = rng.choice("ABCDEFGHKMPRVWYZ"), digits(rng, 6)
    total = 36 * 9 + (ord(letter) - 55) * 8 + sum(int(c) * w for c, w in zip(body, range(7, 1, -1), strict=True))
    return letter + body + "0A987654321"[total % 11]


def taiwan(rng: random.Random) -> str:
    """A letter (for a number, by the place of registration) and nine digits."""
    letter = rng.choice("ABCDEFGHIJKLMNOPQRSTUVXYWZ")
    code = 10 + "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter)
    body = rng.choice("12") + digits(rng, 7)
    total = code // 10 + code % 10 * 9 + sum(int(c) * w for c, w in zip(body, range(8, 0, -1), strict=True))
    return letter + body + str(-total % 10)


def singapore(rng: random.Random) -> str:
    """NRIC and FIN: weights 2 7 6 5 4 3 2, 4 more for T and G, and a letter by table."""
    kind, body = rng.choice("SSTFG"), digits(rng, 7)
    total = sum(int(c) * w for c, w in zip(body, (2, 7, 6, 5, 4, 3, 2), strict=True)) + 4 * (kind in "TG")
    return kind + body + ("JZIHGFEDCBA" if kind in "ST" else "XWUTRQPNMLK")[total % 11]


def luhn(pattern: str) -> Callable[[random.Random], str]:
    """A maker: the pattern and a Luhn digit."""
    return completed("luhn", pattern)


def chinese(rng: random.Random) -> str:
    """An 18-character identity number of a county that exists."""
    places = (
        "110101",
        "310104",
        "440106",
        "440305",
        "510107",
        "330106",
        "320102",
        "420106",
        "610113",
        "500103",
        "370202",
        "350203",
    )

    def draw() -> str:
        body = rng.choice(places) + date(rng, "Ymd") + digits(rng, 3)
        return body + str(module("cn.ric").calc_check_digit(body + "0"))

    return until_valid("cn.ric", draw)


def french_insurance(rng: random.Random) -> str:
    body = filled(rng, "{1|2}") + date(rng, "ym") + f"{rng.randint(1, 95):02d}" + digits(rng, 6)
    return body + str(module("fr.nir").calc_check_digits(body))


def codice_fiscale(rng: random.Random) -> str:
    def consonants() -> str:
        return "".join(rng.choices("BCDFGLMNPRSTVZ", k=3))

    day = rng.randint(1, 28) + rng.choice((0, 40))
    body = f"{consonants()}{consonants()}{date(rng, 'y')}{rng.choice('ABCDEHLMPRST')}{day:02d}{rng.choice('ABCDEFGHIL')}{digits(rng, 3)}"
    return body + str(module("it.codicefiscale").calc_check_digit(body))


def swiss(rng: random.Random) -> str:
    body = "756" + digits(rng, 9)
    return body + str(module("ean").calc_check_digit(body))


MEXICAN_STATES = [
    "AS",
    "BC",
    "BS",
    "CC",
    "CL",
    "CM",
    "CS",
    "CH",
    "DF",
    "DG",
    "GT",
    "GR",
    "HG",
    "JC",
    "MC",
    "MN",
    "MS",
    "NT",
    "NL",
    "OC",
    "PL",
    "QT",
    "QR",
    "SP",
    "SL",
    "SR",
    "TC",
    "TS",
    "TL",
    "VZ",
    "YN",
    "ZS",
]


def curp(rng: random.Random) -> str:
    def draw() -> str:
        vowel = rng.choice("AEIOU")
        cons = "".join(rng.choices("BCDFGHJKLMNPQRSTVWXYZ", k=3))
        body = f"{rng.choice('ABCDEFGHLMPRSTV')}{vowel}{rng.choice('BCDFGLMRS')}{rng.choice('ABCEJLMR')}{date(rng)}"
        body += f"{rng.choice('HM')}{rng.choice(MEXICAN_STATES)}{cons}0"
        return body + str(module("mx.curp").calc_check_digit(body))

    return until_valid("mx.curp", draw)


def rfc(rng: random.Random) -> str:
    def draw() -> str:
        body = f"{rng.choice('ABCDEFGHLMPRSTV')}{rng.choice('AEIOU')}{letters(rng, 2)}{date(rng)}{patterned(rng, 'XX')}"
        return body + str(module("mx.rfc").calc_check_digit(body))

    return until_valid("mx.rfc", draw)


def aadhaar(rng: random.Random) -> str:
    return until_valid(
        "in_.aadhaar",
        lambda: (b := rng.choice("23456789") + digits(rng, 10)) + str(module("verhoeff").calc_check_digit(b)),
    )


def latvian(rng: random.Random) -> str:
    def draw() -> str:
        body = date(rng, "dmy") + "1" + digits(rng, 3)
        return body + str(module("lv.pvn").calc_check_digit_pers(body))

    return until_valid("lv.pvn", draw)


# fmt: off
IDENTIFIERS: tuple[Identifier, ...] = (
    Identifier("us.ssn", drawn("us.ssn", "999999999"), ("###-##-####", "###-##-####", "###-##-####", "### ## ####", "#########", "###.##.####"), 26),
    Identifier("us.itin", drawn("us.itin", "\\999{7|8}99999"), ("###-##-####", "#########", "### ## ####"), 2),
    Identifier("us.ein", drawn("us.ein", "999999999"), ("##-#######", "#########"), 1.5),
    Identifier("", nino, ("## ## ## ## #", "#########", "## ###### #", "##-##-##-##-#", "##### ####"), 8),
    Identifier("gb.utr", utr, ("##########", "##### #####", "### ### ####"), 2),
    Identifier("ca.sin", luhn("{1|2|3|4|5|6|7|9}9999999"), ("###-###-###", "### ### ###", "#########"), 6),
    Identifier("au.tfn", searched("au.tfn", "Z9999999"), ("### ### ###", "#########", "###-###-###"), 4),
    Identifier("au.abn", abn, ("## ### ### ###", "###########"), 2),
    Identifier("nz.ird", completed("nz.ird", "{49|50|81|92|104|110|125}99999"), ("###-###-###", "#########"), 2),
    Identifier("ie.pps", searched("ie.pps", "9999999", "ABCDEFGHIJKLMNOPQRSTUVW"), ("########", "####### #", "### #### #"), 3),
    Identifier("in_.aadhaar", aadhaar, ("#### #### ####", "############", "####-####-####"), 6),
    Identifier("in_.pan", drawn("in_.pan", "AAA{P|P|P|C|H}A9999A"), ("##########",), 4),
    Identifier("za.idnr", luhn("{ymd}99990{8|8}"), ("#############", "###### #### ###", "###### #### # # #"), 3),
    Identifier("br.cpf", cpf, ("###.###.###-##", "###########", "#########-##"), 5),
    Identifier("br.cnpj", completed("br.cnpj", "999999990001", "calc_check_digits"), ("##.###.###/####-##", "##############"), 1),
    Identifier("mx.curp", curp, (), 3),
    Identifier("mx.rfc", rfc, ("#############", "#### ###### ###", "####-######-###"), 2),
    Identifier("ar.cuit", completed("ar.cuit", "{20|23|24|27}99999999"), ("##-########-#", "###########"), 2),
    Identifier("ar.dni", drawn("ar.dni", "{2|3|4}9999999"), ("##.###.###", "########"), 2),
    Identifier("cl.rut", completed("cl.rut", "{1|2}9999999"), ("##.###.###-#", "########-#", "#########"), 3),
    Identifier("co.nit", completed("co.nit", "9999999999"), ("##########-#", "#.###.###.###-#"), 1.5),
    Identifier("", drawn("", "1999999999"), ("##########", "#.###.###.###"), 1),
    Identifier("pe.cui", searched("pe.cui", "99999999"), ("########-#", "########"), 1),
    Identifier("ec.ci", searched("ec.ci", "{01|09|17|13}{0|1|2|3|4|5}999999"), ("##########", "#########-#"), 1),
    Identifier("do.cedula", searched("do.cedula", "{001|002|031|402}9999999"), ("###-#######-#", "###########"), 1),
    Identifier("ve.rif", completed("ve.rif", "{V|E|J}99999999"), ("#-########-#", "##########"), 0.7),
    Identifier("uy.rut", completed("uy.rut", "21999999001"), ("############",), 0.4),
    Identifier("gt.nit", completed("gt.nit", "9999999"), ("#######-#", "########"), 0.4),
    Identifier("py.ruc", completed("py.ruc", "Z999999"), ("#######-#",), 0.4),
    Identifier("cr.cpf", drawn("cr.cpf", "0{1|2|3|4|5}99999999"), ("##-####-####", "#-####-####"), 0.4),
    Identifier("es.dni", completed("es.dni", "99999999"), ("#########", "########-#", "##.###.###-#", "######## #"), 4),
    Identifier("es.nie", completed("es.nie", "{X|Y|Z}9999999"), ("#########", "#-#######-#", "#-#######-#"), 2),
    Identifier("pt.nif", completed("pt.nif", "{1|2}9999999"), ("#########", "### ### ###"), 2),
    Identifier("fr.nir", french_insurance, ("# ## ## ## ### ### ##", "###############", "############# ##"), 4),
    Identifier("fr.nif", completed("fr.nif", "{0|1|2|3}999999999", "calc_check_digits"), ("## ## ### ### ###", "#############"), 1),
    Identifier("it.codicefiscale", codice_fiscale, ("################", "### ### ##### #####"), 4),
    Identifier("de.idnr", german_tax_id, ("## ### ### ###", "###########", "##/###/###/###"), 3),
    Identifier("at.vnr", austrian_insurance, ("#### ######", "##########"), 1.5),
    Identifier("ch.ssn", swiss, ("###.####.####.##", "#############"), 2),
    Identifier("nl.bsn", searched("nl.bsn", "{1|2}9999999"), ("#########", "#### ## ###", "####.##.###"), 3),
    Identifier("be.nn", belgian, ("##.##.##-###.##", "###########", "###### ### ##"), 2),
    Identifier("lu.tva", completed("lu.tva", "999999", "calc_check_digits"), ("########",), 0.3),
    Identifier("se.personnummer", luhn("{ymd}{1|2|3|4|5|6|7|8}99"), ("######-####", "##########", "######-####", "###### ####"), 3),
    Identifier("no.fodselsnummer", norwegian, ("###### #####", "###########"), 2),
    Identifier("dk.cpr", drawn("dk.cpr", "{dmy}{1|2|3}999"), ("######-####", "##########", "###### ####"), 2),
    Identifier("fi.hetu", finnish, ("###########",), 2),
    Identifier("ee.ik", completed("ee.ik", "{3|4}{ymd}999"), ("###########",), 1),
    Identifier("lt.asmens", completed("lt.asmens", "{3|4}{ymd}999", "calc_check_digit", "ee.ik"), ("###########",), 1),
    Identifier("lv.pvn", latvian, ("######-#####", "###########"), 1),
    Identifier("pl.pesel", completed("pl.pesel", "{ymd}9999"), ("###########",), 3),
    Identifier("pl.nip", searched("pl.nip", "{5|6|7|8}99999999"), ("###-###-##-##", "##########", "###-##-##-###"), 2),
    Identifier("cz.rc", czech, ("######/####", "##########"), 2),
    Identifier("sk.rc", czech, ("######/####", "##########"), 1),
    Identifier("hu.anum", searched("hu.anum", "9999999"), ("########", "########-1-42"), 1),
    Identifier("ro.cnp", completed("ro.cnp", "{1|2}{ymd}{10|20|32|40}999"), ("#############",), 2),
    Identifier("bg.egn", completed("bg.egn", "{ymd}999"), ("##########",), 1),
    Identifier("gr.amka", luhn("{dmy}9999"), ("###########",), 1),
    Identifier("gr.vat", completed("gr.vat", "{0|1}9999999"), ("#########",), 1),
    Identifier("si.emso", completed("si.emso", "{dm}{945|962|978|985|991}509\\99"), ("#############",), 0.5),
    Identifier("hr.oib", searched("hr.oib", "9999999999"), ("###########",), 1),
    Identifier("md.idno", completed("md.idno", "{1|2}99999999999"), ("#############",), 0.4),
    Identifier("tr.tckimlik", completed("tr.tckimlik", "Z99999999", "calc_check_digits"), ("###########",), 2),
    Identifier("il.idnr", luhn("{0|2|3}9999999"), ("#########", "########-#"), 2),
    Identifier("ru.inn", completed("ru.inn", "9999999999", "calc_personal_check_digits"), ("############",), 1.5),
    Identifier("", snils, ("###-###-### ##", "###########"), 1),
    Identifier("ua.rntrc", completed("ua.rntrc", "{2|3}99999999"), ("##########",), 1),
    Identifier("kr.rrn", completed("kr.rrn", "{ymd}{1|2}99999"), ("######-#######", "#############"), 2),
    Identifier("cn.ric", chinese, ("##################",), 2),
    Identifier("", hong_kong, ("#######(#)", "########", "#######-#", "# ######(#)"), 2),
    Identifier("", taiwan, ("##########",), 1.5),
    Identifier("", singapore, ("#########",), 3),
    Identifier("my.nric", drawn("my.nric", "{ymd}{01|07|10|14}9999"), ("######-##-####", "############", "###### ## ####"), 3),
    Identifier("th.pin", completed("th.pin", "{1|3}99999999999"), ("#-####-#####-##-#", "#############"), 2),
    Identifier("", drawn("", "{32|31|35|12|51}{01|04|71|73}{01|02|05}{dmy}000Z"), ("################", "#### #### #### ####"), 2),
    Identifier("", drawn("", "{001|079|048|031}{0|1}{y}999999"), ("############", "### ### ### ###"), 1.5),
    Identifier("vn.mst", completed("vn.mst", "{01|03|80}9999999"), ("##########",), 0.7),
    Identifier("", drawn("", "9999999999999999"), ("####-####-####-####", "#### #### #### ####"), 0.7),
    Identifier("", drawn("", "{03|04|34}99999999"), ("##-#######-#", "##########"), 1.2),
    Identifier("", drawn("", "Z99999999000"), ("###-###-###-###", "#########"), 1),
    Identifier("jp.in_", completed("jp.in_", "99999999999"), ("#### #### ####", "############", "####-####-####"), 2),
    Identifier("", drawn("", "Z9999999999"), ("###########", "#### ### ####"), 2),
    Identifier("", drawn("", "2299999999Z"), ("###########",), 1.5),
    Identifier("", drawn("", "{2|3}9999999"), ("########", "## ### ###"), 1.5),
    Identifier("", drawn("", "A99999999\\9A"), ("###########",), 1),
    Identifier("", drawn("", "7999999999"), ("GHA-#########-#", "GHA##########", "GHA-########-#"), 1.5),
    Identifier("", drawn("", "2{ymd}{01|02|12|21}99999"), ("##############", "# ###### ## #####"), 1.5),
    Identifier("pk.cnic", drawn("pk.cnic", "{1|3|4|6}9999999999Z{1|2|3|4}"), ("#####-#######-#", "#############", "##### ####### #"), 3),
    Identifier("", drawn("", "{19|26|69|88}999999999{55|02|71}"), ("#############",), 1),
    Identifier("", drawn("", "{5|6|7|8|9}99999999{V|X|v}"), ("##########", "######### #"), 1.5),
    Identifier("", drawn("", "{Y}99999999"), ("############",), 1),
    Identifier("", luhn("784{Y}9999999"), ("###-####-#######-#", "###############"), 2),
    Identifier("", luhn("{1|2}99999999"), ("##########",), 1.5),
    Identifier("", drawn("", "2{Y}9999999"), ("############",), 0.7),
    Identifier("mu.nid", completed("mu.nid", "A{dmy}999999"), ("##############",), 0.3),
    Identifier("eu.vat", lambda rng: "DE" + completed("de.vat", "Z9999999", "calc_check_digit", "iso7064.mod_11_10")(rng), ("###########", "## #########", "## ### ### ###"), 1),
    Identifier("eu.vat", lambda rng: "PT" + completed("pt.nif", "{1|2|5}9999999")(rng), ("###########", "## #########"), 0.4),
    Identifier("eu.vat", lambda rng: "EL" + completed("gr.vat", "{0|1}9999999")(rng), ("###########",), 0.4),
    Identifier("eu.vat", lambda rng: "PL" + searched("pl.nip", "{5|6}99999999")(rng), ("############", "## ### ### ## ##"), 0.4),
    Identifier("gb.vat", lambda rng: until_valid("gb.vat", lambda: "GB" + digits(rng, 9)), ("## ### #### ##", "###########"), 1),
)
# fmt: on
CUMULATED = tuple(accumulate(i.weight for i in IDENTIFIERS))


def written(rng: random.Random, number: str, layouts: tuple[str, ...]) -> str:
    """The number as people write it: some in small letters."""
    text = laid_out(number, rng.choice(layouts)) if layouts else number
    return text.lower() if text[-1:].isalpha() and rng.random() < 0.15 else text


def national_id(rng: random.Random) -> str:
    """A national, tax or social insurance number; 12% with one digit typed wrong."""
    kind = rng.choices(IDENTIFIERS, cum_weights=CUMULATED)[0]
    number = kind.make(rng)
    if rng.random() < WRONG:
        number = mistyped(rng, number)
    return written(rng, number, kind.layouts)
