"""Rows for medical records, health insurance and who provides care, and for what is stored of a body."""

from collections.abc import Iterator

from redactor.detection import checks_documents as checks
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import LINK, QUALIFIER, REFERENCE, is_long_reference, is_reference
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _records()
    yield from _numbers()
    yield from _biometrics()


_RECORD = (
    rf"\b(?:(?:mrn|m\.r\.n\.){QUALIFIER}?"
    rf"|(?:(?:medical|health|hospital|clinical)[ ](?:records?|charts?)|patient|hospital|chart){QUALIFIER}{{1,2}}"
    rf"|patientennummer|numéro[ ]de[ ]patient|historia[ ]clínica){LINK}{REFERENCE}"
)
_PLAN = (
    r"\b(?:(?:health|medical|dental|vision)[ ](?:insurance|plan|card|cover(?:age)?)|(?:insurance|medicaid)"
    r"(?:[ ](?:member(?:ship)?|subscriber|card|group|beneficiary))|medicaid|insurance(?=[ ]id\b)"
    r"|(?:kranken)?versicherten)"
    rf"(?:[ ](?:member(?:ship)?|subscriber|policy|card|group|beneficiary|plan))?(?:{QUALIFIER}{{1,2}}|nummer)"
    rf"{LINK}{REFERENCE}"
    rf"|\b(?:member(?:ship)?|subscriber|group|policy)(?:{QUALIFIER})[ ](?:on|for|of|from|in)[ ][^.?!\n\d]{{0,20}}?"
    rf"\b(?:health|medical|dental|vision)[ ](?:insurance|plan|card)(?:[ ]card)?{LINK}{REFERENCE}"
)
_OTHER_INSURANCE = r"\b(?:car|auto|vehicle|motor|home|house|travel|life|pet|renters?'?|trip|phone|device|boat)[ ]$"
_BARE = r"(?<![\w$€£@./-])(?=[A-Za-z-]{0,8}\d)[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){4,19}+(?![\w@%])"


def _records() -> Iterator[Pattern]:
    """Beside their names they are told from an account's number by a hair: the more exact reading has to win."""
    kind = "MEDICAL_ID"
    yield Pattern(
        "medical_record", kind, _RECORD, 0.96, is_reference, lower=True, digits=3,
        words=words("mrn m.r.n record records patient chart charts hospital patientennummer clínica"),
        example="my medical record number is ⟦00482913⟧",
    )  # fmt: skip
    yield Pattern(
        "health_plan", kind, _PLAN, 0.96, is_reference, lower=True, digits=3, unless_match=_OTHER_INSURANCE,
        words=words("health medical dental vision insurance medicaid versichertennummer krankenversichertennummer"),
        example="health plan member id: ⟦XEH1234567⟧",
    )  # fmt: skip
    yield Pattern(
        "medical_id_asked", kind, _BARE, 0.0, is_long_reference, topics("mrn healthplan"), 0.87,
        requires_context=True, asked_only=True, digits=3, example="What is your medical record number? | ⟦MR-482913⟧",
    )  # fmt: skip


_MBI_LETTER, _MBI_EITHER = "[AC-HJKMNP-RT-Y]", "[AC-HJKMNP-RT-Y0-9]"
_MBI = rf"[1-9]{_MBI_LETTER}{_MBI_EITHER}\d(?<!\w.{{4}})-?{_MBI_LETTER}{_MBI_EITHER}\d-?{_MBI_LETTER}{{2}}\d\d(?![\w-])"
"""Medicare beneficiary identifier: eleven places, which of them letters, and which letters (CMS, "Understanding the
Medicare Beneficiary Identifier format")."""


def _numbers() -> Iterator[Pattern]:
    kind, states = "MEDICAL_ID", frozenset(("US",))
    yield Pattern(
        "us_mbi", kind, _MBI, 0.85, None, topics("mbi"), 0.97, digits=5, mixed=True, countries=states,
        example="it says ⟦1EG4-TE5-MK73⟧",
    )  # fmt: skip
    yield Pattern(
        "us_mbi_any_case", kind, rf"(?i){_MBI}", 0.0, None, topics("mbi"), 0.95, requires_context=True, digits=5,
        countries=states, example="medicare number ⟦1eg4-te5-mk73⟧",
    )  # fmt: skip
    yield Pattern(
        "us_npi", kind, r"(?<![\w$€£.-])[12]\d{9}(?![\w-]|[.,]\d)", 0.0, checks.npi, topics("npi"), 0.96,
        requires_context=True, digits=10, countries=states, example="the NPI is ⟦1234567893⟧",
    )  # fmt: skip
    yield Pattern(
        "us_dea", kind, r"(?i)(?<![\w-])[A-Z][A-Z9]\d{7}(?![\w-])", 0.0, checks.dea, topics("dea"), 0.96,
        requires_context=True, digits=7, countries=states, example="her DEA number: ⟦AP5836727⟧",
    )  # fmt: skip


_PART_OF_BODY = (
    r"(?:finger[ -]?prints?|thumb[ -]?prints?|palm[ -]?prints?|face(?:[ -]?(?:id|prints?))?|facial|iris(?:[ ]scan)?"
    r"|retina(?:l)?(?:[ ]scan)?|voice[ -]?prints?|voice|biometrics?)"
)
_STORED = r"(?:[ ](?:template|hash|id|identifier|token|signature|code|enrol?ment|key|reference|vector))"
_BIOMETRIC = (
    rf"\b{_PART_OF_BODY}{_STORED}{{1,2}}{LINK}(?P<v>(?=[a-z+/=_:-]{{0,63}}\d)[a-z\d][a-z\d+/=_:-]{{7,511}})(?![\w@])"
)
_OF_A_KEY = r"(?i)\b(?:ssh|key|cert(?:ificate)?|browser|server|host|gpg|pgp|tls|ssl)(?:'s)?[ ]$"


def _biometrics() -> Iterator[Pattern]:
    yield Pattern(
        "biometric", "BIOMETRIC_ID", _BIOMETRIC, 0.93, lower=True, digits=1, unless_match=_OF_A_KEY,
        words=words(
            "fingerprint fingerprints finger thumbprint thumbprints palmprint palm face faceprint facial iris retina "
            "retinal voiceprint voiceprints voice biometric biometrics"
        ),
        example="the fingerprint template id is ⟦fp_8d2a91c77e⟧",
    )  # fmt: skip
