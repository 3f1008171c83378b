"""Is this a travel document, driving licence, vehicle, device or provider number? Pure predicates that never raise."""

from itertools import cycle

import regex

from redactor.detection.checks import calendar_date, digits_of, luhn
from redactor.detection.words import words

# --- machine-readable travel documents (ICAO Doc 9303, parts 3 to 6) -------------------------------------------------


def _mrz_digit(field: str) -> str:
    """The check digit of a field: weights 7-3-1, A is 10 to Z 35, the filler 0, modulo 10 (part 3, 4.9)."""
    total = sum((0 if c == "<" else int(c, 36)) * weight for c, weight in zip(field, cycle((7, 3, 1)), strict=False))
    return str(total % 10)


def _holds(field: str, digit: str) -> bool:
    """Whether the digit fits; a filler may stand for 0 where the field is empty."""
    return digit == _mrz_digit(field) or (digit == "<" and not field.strip("<"))


_MRZ = regex.compile(r"[A-Z0-9<\s]++")


def mrz(text: str) -> bool:
    """The lines of a machine-readable zone with right check digits, or the line of one that holds them."""
    if not _MRZ.fullmatch(text):
        return False
    lines = text.split()
    if [len(line) for line in lines] == [30, 30, 30]:
        return _three_lines(*lines[:2])
    return len(lines) in (1, 2) and len(lines[-1]) in (36, 44) and _second_line(lines[-1])


def _second_line(line: str) -> bool:
    """Of a passport or visa (44 characters) or a card of two lines (36)."""
    personal = _holds(line[28:42], line[42]) if len(line) == 44 else True
    dated = _holds(line[:9], line[9]) and _holds(line[13:19], line[19]) and _holds(line[21:27], line[27])
    return dated and personal and _holds(line[:10] + line[13:20] + line[21:-1], line[-1])


def _three_lines(first: str, second: str) -> bool:
    number = _holds(first[5:14], first[14]) or first[14] == "<"  # a longer number goes on in the optional part
    dated = _holds(second[:6], second[6]) and _holds(second[8:14], second[14])
    return number and dated and _holds(first[5:] + second[:7] + second[8:15] + second[18:29], second[29])


# --- driving licences ------------------------------------------------------------------------------------------------

_DVLA = regex.compile(r"([A-Z]{1,5}9{0,4})(\d)(\d\d)(\d\d)(\d)[A-Z9][A-Z9]\d[A-Z]{2}(?:\d\d)?")


def dvla(text: str) -> bool:
    """A driver number of Great Britain: five characters of the surname, filled with nines, the day of birth with 50
    added to a woman's month, two initials, three that tell equals apart, perhaps the issue (DVLA, field 5 of the card).
    """
    found = _DVLA.fullmatch(_compact(text))
    if found is None or len(found[1]) != 5:
        return False
    month = int(found[3]) % 50
    return int(found[3]) <= 62 and calendar_date(f"19{found[2]}{found[5]}-{month}-{found[4]}")


_FUEHRERSCHEIN = regex.compile(r"[A-Z0-9]\d\d[A-Z0-9]{6}[0-9X][A-Z0-9]")


def german_licence(text: str) -> bool:
    """The number of a German licence: office, serial number, a digit modulo 11, number of the copy
    (Fahrerlaubnis-Verordnung, Anlage 8; weights 9 to 1, letters from 10).
    """
    code = _compact(text)
    if not _FUEHRERSCHEIN.fullmatch(code):
        return False
    return "0123456789X"[sum(int(c, 36) * w for c, w in zip(code[:9], range(9, 0, -1), strict=True)) % 11] == code[9]


_INDIAN_STATES = words(
    "AN AP AR AS BR CG CH DD DL DN GA GJ HP HR JH JK KA KL LA LD MH ML MN MP MZ NL OD OR PB PY RJ SK TN TR TS TG UA "
    "UK UP WB"
)
"""Codes of the states and territories on licences and plates (India, Ministry of Road Transport and Highways)."""


def indian_state(text: str) -> bool:
    """Whether a licence or plate begins with the code of an Indian state."""
    return text[:2].upper() in _INDIAN_STATES


# --- vehicles --------------------------------------------------------------------------------------------------------

_VIN_VALUES = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN = regex.compile(r"(?=\d{0,16}[A-Z])[A-HJ-NPR-Z\d]{13}\d{4}")


def vin_shaped(text: str) -> bool:
    """A vehicle identification number by its form: 17 characters without I, O, Q, the last four digits (ISO 3779)."""
    return _VIN.fullmatch(text.upper()) is not None and len(set(text)) > 5


def vin(text: str) -> bool:
    """The same with North America's check digit in the ninth place (49 CFR 565.15 (c))."""
    code = text.upper()
    if not vin_shaped(code):
        return False
    total = sum(int(_VIN_VALUES.get(c, c)) * weight for c, weight in zip(code, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11] == code[8]


# --- devices and providers -------------------------------------------------------------------------------------------


def imei(text: str) -> bool:
    """A mobile device's number: 15 digits, the last by Luhn (3GPP TS 23.003, 6.2.1)."""
    digits = digits_of(text)
    return len(digits) == 15 and len(set(digits)) > 2 and luhn(digits)


def iccid(text: str) -> bool:
    """A SIM card's number: 89 for telecommunication, 19 or 20 digits, the last by Luhn (ITU-T E.118)."""
    digits = digits_of(text)
    return len(digits) in (19, 20) and digits.startswith("89") and len(set(digits)) > 3 and luhn(digits)


def npi(text: str) -> bool:
    """A United States provider's number: ten digits from 1 or 2, Luhn with 80840 before it (45 CFR 162.406; CMS)."""
    digits = digits_of(text)
    return len(digits) == 10 and digits[0] in "12" and luhn("80840" + digits)


_DEA = regex.compile(r"[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}")


def dea(text: str) -> bool:
    """A registration of the United States Drug Enforcement Administration: the sum of the first, third and fifth digit
    and twice that of the others ends in the seventh (DEA, Office of Diversion Control).
    """
    code = _compact(text)
    if not _DEA.fullmatch(code):
        return False
    digits = [int(c) for c in code[2:]]
    return (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]


# ISO 3166-1 alpha-2, and XK, which ISO 9362 uses for Kosovo.
_COUNTRIES = words(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK"
)
_BIC = regex.compile(r"[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


def bic(text: str) -> bool:
    """A business identifier code: institution, a country that exists, place, perhaps a branch (ISO 9362)."""
    found = _BIC.fullmatch(text.upper())
    return found is not None and found[1] in _COUNTRIES


def _compact(text: str) -> str:
    return "".join(c for c in text.upper() if c.isascii() and c.isalnum())
