"""Rows for national, tax and health numbers, passports, licences, and dates of birth."""

from collections.abc import Iterator

from redactor.detection import checks
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import DATE, LINK

# (row, type, expression, check, topics, score alone, score in context, digits); score 0: only in context.
_IDS: tuple[tuple[str, str, str, checks.Check | None, str, float, float, int], ...] = (
    ("us_ssn", "US_SSN", r"\d{3}([- ])\d{2}\1\d{4}", checks.stdnum("us.ssn"), "ssn", 0.85, 0.98, 9),
    ("us_ssn_shaped", "US_SSN", r"\d{3}-\d{2}-\d{4}|\d{3}[. ]\d{2}[. ]\d{4}", None, "ssn", 0.6, 0.9, 9),
    ("us_ssn_bare", "US_SSN", r"\d{9}", None, "ssn", 0.0, 0.88, 9),
    ("us_itin", "NATIONAL_ID", r"9\d{2}([- ]?)\d{2}\1\d{4}", checks.stdnum("us.itin"), "tax ssn", 0.0, 0.9, 9),
    ("gb_nino", "NATIONAL_ID", r"(?i:[A-Z]{2}[ ]?(?:\d{2}[ ]?){3}[A-D])", checks.nino, "nino", 0.85, 0.98, 6),
    ("gb_utr", "NATIONAL_ID", r"\d{5}[ ]?\d{5}[Kk]?", checks.stdnum("gb.utr"), "utr", 0.0, 0.9, 10),
    ("gb_nhs", "NATIONAL_ID", r"\d{3}[ -]?\d{3}[ -]?\d{4}", checks.stdnum("gb.nhs"), "nhs", 0.0, 0.95, 10),
    ("ca_sin", "NATIONAL_ID", r"\d{3}[ -]?\d{3}[ -]?\d{3}", checks.stdnum("ca.sin"), "sin", 0.0, 0.93, 9),
    ("ca_sin_shaped", "NATIONAL_ID", r"\d{3}([ -])\d{3}\1\d{3}", checks.stdnum("ca.sin"), "sin", 0.5, 0.93, 9),
    ("de_idnr", "NATIONAL_ID", r"\d{2}[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}", checks.stdnum("de.idnr"), "idnr", 0.0, 0.95, 11),
    ("de_stnr", "NATIONAL_ID", r"\d{2,5}[ /]?\d{3,4}[ /]?\d{4,5}", checks.stdnum("de.stnr"), "idnr", 0.0, 0.85, 10),
    ("fr_nir", "NATIONAL_ID", r"[12][ ]?\d{2}[ ]?(?:0[1-9]|1[0-2]|[2-9]\d)[ ]?(?:\d{2}|2[ABab])[ ]?\d{3}[ ]?\d{3}(?:[ ]?\d{2})",
     checks.stdnum("fr.nir"), "nir", 0.8, 0.97, 13),
    ("fr_spi", "NATIONAL_ID", r"[0-3]\d[ ]?\d{2}[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}", checks.stdnum("fr.nif"), "spi", 0.0, 0.93, 13),
    ("es_dni", "NATIONAL_ID", r"(?i:\d{8}[ -]?[A-Z])", checks.stdnum("es.dni"), "dni", 0.7, 0.97, 8),
    ("es_nie", "NATIONAL_ID", r"(?i:[XYZ][ -]?\d{7}[ -]?[A-Z])", checks.stdnum("es.nie"), "dni", 0.8, 0.97, 7),
    ("it_codice_fiscale", "NATIONAL_ID", r"(?i:[A-Z]{6}[ ]?[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2}[ ]?[A-Z][\dLMNP-V]{3}[A-Z])",
     checks.stdnum("it.codicefiscale"), "cf", 0.95, 0.99, 3),
    ("nl_bsn", "NATIONAL_ID", r"\d{4}[ .-]?\d{2}[ .-]?\d{3}|\d{3}[ .-]\d{3}[ .-]\d{3}", checks.stdnum("nl.bsn"), "bsn", 0.0, 0.93, 9),
    ("in_aadhaar", "NATIONAL_ID", r"[2-9]\d{3}([ -])\d{4}\1\d{4}", checks.stdnum("in_.aadhaar"), "aadhaar", 0.75, 0.97, 12),
    ("in_aadhaar_bare", "NATIONAL_ID", r"[2-9]\d{11}", checks.stdnum("in_.aadhaar"), "aadhaar", 0.0, 0.93, 12),
    ("in_pan", "NATIONAL_ID", r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", checks.stdnum("in_.pan"), "pan", 0.75, 0.95, 4),
    ("in_pan_any_case", "NATIONAL_ID", r"(?i:[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z])", checks.stdnum("in_.pan"), "pan", 0.0, 0.9, 4),
    ("au_tfn", "NATIONAL_ID", r"\d{3}[ ]?\d{3}[ ]?\d{2,3}", checks.stdnum("au.tfn"), "tfn", 0.0, 0.93, 8),
    ("au_medicare", "NATIONAL_ID", r"[2-6]\d{3}[ ]?\d{5}[ ]?\d(?:[ /-]?\d)?", checks.medicare_au, "medicare", 0.0, 0.93, 10),
)  # fmt: skip


def _identity() -> Iterator[Pattern]:
    for name, kind, expression, check, topics, score, context_score, digits in _IDS:
        yield Pattern(
            name, kind, rf"(?<![\w.#$€£+/-])(?:{expression})(?![\w-]|[.,]\d)", score, check, topics(topics), context_score,
            requires_context=not score, digits=digits,
        )  # fmt: skip
    yield Pattern(
        "ssn_last_four", "US_SSN", r"(?i)\b(?:ssn|social(?:[ ]security)?)\b[^\d\n]{0,24}(?P<v>\d{4})(?![\w-])"
        r"|(?<![\w-])(?P<v>\d{4})[^\d\n]{1,16}\b(?:ssn|social[ ]security)\b", 0.7, digits=4, words=frozenset(("ssn", "social")),
    )  # fmt: skip
    yield Pattern(
        "named_id", "NATIONAL_ID",
        r"(?i)\b(?:national[ ]id(?:entity)?|identity|tax(?:payer)?|ssn|itin|nino|national[ ]insurance|social[ ]insurance|sin|aadha+r|pan|tfn|"
        r"tax[ ]file|medicare|bsn|dni|nie|nif|codice[ ]fiscale|steuer-?id(?:nr)?|nhs|utr)(?:[ ](?:card|id|identification))?[ ](?:number|no\.?|id|nr)?"
        rf"{LINK}(?P<v>(?=[A-Za-z \d-]{{0,8}}\d{{2}})[A-Za-z]{{0,6}}\d[A-Za-z\d]{{0,12}}(?:[ -]\d{{2,6}}){{0,4}}[A-Za-z]?)(?![\w-])",
        0.8, _has_six, digits=4, words=frozenset(
            "national identity tax taxpayer itin nino insurance sin aadhaar aadhar pan tfn medicare bsn dni nie nif fiscale steuer steuerid "
            "nhs utr".split()),
    )  # fmt: skip
    yield Pattern(
        "passport", "PASSPORT", rf"(?i)\bpass(?:port|eport)(?:[ ](?:number|no\.?|num|id|#))?{LINK}(?P<v>(?=[A-Z]{{0,3}}\d{{5}})[A-Z]{{0,3}}\d{{5,9}}[A-Z]?)(?!\w)",
        0.92, digits=5, words=frozenset(("passport", "passeport")),
    )  # fmt: skip
    yield Pattern(
        "passport_asked", "PASSPORT", r"(?i)(?<!\w)(?=[A-Z]{0,3}\d{5})[A-Z]{0,3}\d{5,9}[A-Z]?(?!\w)", 0.0, None, topics("passport"), 0.9,
        requires_context=True, asked_only=True, digits=5,
    )  # fmt: skip
    yield Pattern(
        "driver_license", "DRIVER_LICENSE",
        rf"(?i)\b(?:driv(?:er'?s?|ing)[ ]licen[cs]e|dl|licen[cs]e)(?:[ ](?:number|no\.?|num|id|#)){{1,2}}{LINK}(?P<v>(?=[^\s]{{0,4}}\d)[A-Z\d][A-Z\d-]{{5,18}})(?!\w)",
        0.9, digits=4, words=frozenset(("licence", "license", "dl")),
    )  # fmt: skip


def _has_six(text: str) -> bool:
    return sum(c.isalnum() for c in text) >= 6



def _birth() -> Iterator[Pattern]:
    dob = topics("dob")
    yield Pattern(
        "date_of_birth", "DATE_OF_BIRTH", rf"(?i)(?<![\w/.-])(?:{DATE})(?![\w/-])", 0.0, checks.calendar_date, dob, 0.93,
        requires_context=True, digits=1,
    )  # fmt: skip
    yield Pattern(
        "date_of_birth_compact", "DATE_OF_BIRTH", r"(?i)\b(?:dob|birth|birthday|born)\b[^\d\n]{0,16}(?P<v>\d{8}|\d{6})(?!\d)", 0.9,
        checks.calendar_date, digits=6, words=frozenset(("dob", "birth", "birthday", "born")),
    )  # fmt: skip
    yield Pattern(
        "date_of_birth_compact_asked", "DATE_OF_BIRTH", r"(?<![\w-])(?:\d{8}|\d{6})(?![\w-])", 0.0, checks.calendar_date, dob, 0.9,
        requires_context=True, asked_only=True, digits=6,
    )  # fmt: skip
    yield Pattern(
        "birth_year", "DATE_OF_BIRTH", r"(?i)\b(?:born|birth[ ]year|year[ ]of[ ]birth)(?:[ ](?:in|is|was|back in)|:)?[ ]{1,2}(?P<v>(?:19|20)\d\d)(?!\w)",
        0.8, digits=4, words=frozenset(("born", "birth")),
    )  # fmt: skip
