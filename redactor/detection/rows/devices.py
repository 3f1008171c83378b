"""Rows for numbers of devices and their SIM cards; network addresses are in `contact`."""

from collections.abc import Iterator

from redactor.detection import checks_documents as checks
from redactor.detection.checks import stdnum
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import LINK, is_reference
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _phones_and_cards()
    yield from _opaque()


_IMEI = r"\d{2}(?<![\w$€£.,-]..)(?P<gap>[ -]?)\d{6}(?P=gap)\d{6}(?P=gap)\d(?![\w-]|[.,]\d)"
_IMEI_GROUPED = r"\d{2}(?<![\w$€£.,-]..)([ -])\d{6}\1\d{6}\1\d(?![\w-]|[.,]\d)"
_ICCID = r"89(?<![\w$€£.,-]..)(?:[ -]?\d){17,18}(?![\w-]|[.,]\d)"


def _phones_and_cards() -> Iterator[Pattern]:
    kind = "DEVICE_ID"
    yield Pattern(
        "imei", kind, _IMEI, 0.0, checks.imei, topics("imei"), 0.97, requires_context=True, digits=15,
        example="IMEI ⟦490154203237518⟧",
    )  # fmt: skip
    # Three groups and a last digit are written for nothing else.
    yield Pattern(
        "imei_grouped", kind, _IMEI_GROUPED, 0.9, checks.imei, topics("imei"), 0.97, digits=15,
        example="it is ⟦35-209900-176148-1⟧",
    )  # fmt: skip
    # 3GPP TS 23.003, 6.2.2: the software's version in place of the check digit. Or a digit is wrong.
    yield Pattern(
        "imei_shaped", kind, r"(?<![\w$€£.,-])\d(?:[ /-]?\d){13,15}(?![\w-]|[.,]\d)", 0.0, None, topics("imei"), 0.9,
        requires_context=True, digits=14, example="imei of the phone: ⟦3520990017614823⟧",
    )  # fmt: skip
    yield Pattern(
        "iccid",
        kind,
        _ICCID,
        0.85,
        checks.iccid,
        topics("iccid"),
        0.97,
        digits=19,
        example="⟦89014103211118510720⟧ here",
    )
    yield Pattern(
        "iccid_shaped", kind,
        r"(?<![\w$€£.,-])89(?:[ -]?\d){16,20}[Ff]?(?![\w-]|[.,]\d)", 0.0, None, topics("iccid"), 0.9,
        requires_context=True, digits=18, example="the sim number is ⟦89014103211118510721⟧",
    )  # fmt: skip
    # ITU-T E.212: country and network, then the subscriber.
    yield Pattern(
        "imsi", kind, r"(?<![\w$€£.,-])\d{14,15}(?![\w-]|[.,]\d)", 0.0, stdnum("imsi"), topics("imsi"), 0.95,
        requires_context=True, digits=14, example="IMSI ⟦310150123456789⟧",
    )  # fmt: skip


_UUID = r"(?i)(?<![\w-])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![\w-])"
"""RFC 9562, the form of text."""
_SERIAL = (
    r"\b(?:serial(?:[ ]?(?:number|numbr|nubmer|numer|no\b\.?|num\b|nr\b\.?|\#)(?:[ ](?:on|of|for|from|at|in)[ ]"
    r"[^.?!\n\d]{1,30}?[ ](?=is[ ]|:)|[ ](?:reads|says|shows)\b)?|[ ]?:)?|(?<![\w/])s/n|seriennummer|serienummer"
    rf"|num[eé]ro[ ]de[ ]s[eé]rie|numero[ ]di[ ]serie){LINK}"
    r"(?P<v>(?=[a-z-]{0,12}\d)[a-z\d](?:[a-z\d]|[-/](?=[a-z\d])){5,29}+)(?![@\w])"
)
_DEVICE = (
    r"\b(?:(?:device|android|hardware|machine|installation|advertising|vendor|ad)[ ](?:id(?:entifier)?|uuid)|hwid|udid"
    rf"|idfa|idfv|gaid|aaid|geräte-id)(?:[ ](?:number|no\b\.?))?{LINK}"
    r"(?P<v>(?=[a-z_-]{0,40}\d)[a-z\d][a-z\d_:-]{6,62}[a-z\d])(?![\w@])"
)


def _opaque() -> Iterator[Pattern]:
    kind = "DEVICE_ID"
    yield Pattern(
        "device_uuid", kind, _UUID, 0.0, None, topics("deviceid"), 0.95, requires_context=True, mixed=True,
        example="IDFA ⟦6D92078A-8246-4BA4-AE5B-76104861E7DC⟧",
    )  # fmt: skip
    yield Pattern(
        "device_id", kind, _DEVICE, 0.93, is_reference, lower=True, digits=1,
        words=words("id uuid identifier hwid udid idfa idfv gaid aaid geräte"),
        example="the android id is ⟦9774d56d682e549c⟧",
    )  # fmt: skip
    # A hair above a reference of any kind, whose words hold "serial" too.
    yield Pattern(
        "serial_number", kind, _SERIAL, 0.96, is_reference, lower=True, digits=1,
        words=words("serial s/n s seriennummer serienummer série serie"),
        example="the serial number is ⟦C02XG0FDH7JY⟧",
    )  # fmt: skip
    yield Pattern(
        "serial_number_asked", kind,
        r"(?<![\w$€£@./-])(?=[A-Za-z-]{0,12}\d)[A-Za-z\d](?:[A-Za-z\d]|[-/](?=[A-Za-z\d])){5,29}+(?![@\w])", 0.0,
        is_reference, topics("serialno deviceid"), 0.9, requires_context=True, asked_only=True, digits=1,
        example="What is the serial number? | ⟦C02XG0FDH7JY⟧",
    )  # fmt: skip
    # With separators it is known by its form, in `contact`.
    yield Pattern(
        "mac_joined", "MAC_ADDRESS",
        rf"\b(?:mac|wi-?fi|bluetooth|hardware|ethernet)[ ](?:address|addr\b\.?|id){LINK}(?P<v>[\da-f]{{12}})(?![\w-])",
        0.93, lower=True, digits=1, words=words("mac wifi wi bluetooth hardware ethernet"),
        example="mac address is ⟦00005e0053af⟧",
    )  # fmt: skip
