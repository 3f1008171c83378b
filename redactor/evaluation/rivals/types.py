"""What other projects call our entity types.

A type that is in no table keeps its own name: what it masks is masked, but it is neither right nor wrong to find.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

_PASSPORTS = ("US", "UK", "IN", "ES", "IT", "PH", "KR", "ZA", "DE", "NG", "SG", "AU")
_NATIONAL_IDS = (
    "US_SSN", "US_ITIN", "UK_NINO", "SG_NRIC_FIN", "AU_TFN", "IN_PAN", "IN_AADHAAR", "IN_VOTER", "ES_NIF", "ES_NIE",
    "IT_FISCAL_CODE", "IT_IDENTITY_CARD", "PL_PESEL", "FI_PERSONAL_IDENTITY_CODE", "KR_RRN", "KR_FRN",
    "SE_PERSONNUMMER", "TH_TNIN", "TR_NATIONAL_ID", "NG_NIN", "PH_TIN", "PH_UMID", "ZA_ID_NUMBER",
    "ZA_INCOME_TAX_NUMBER", "CA_SIN",
    "DE_TAX_ID", "DE_TAX_NUMBER", "DE_SOCIAL_SECURITY", "DE_ID_CARD",
)  # fmt: skip
_LICENSES = ("US_DRIVER_LICENSE", "UK_DRIVING_LICENCE", "IT_DRIVER_LICENSE", "KR_DRIVER_LICENSE", "ZA_DRIVER_LICENSE",
             "DE_FUEHRERSCHEIN")  # fmt: skip
_VEHICLES = ("UK_VEHICLE_REGISTRATION", "IN_VEHICLE_REGISTRATION", "NG_VEHICLE_REGISTRATION", "TR_LICENSE_PLATE",
             "ZA_LICENSE_PLATE", "DE_KFZ")  # fmt: skip
_MEDICAL = ("UK_NHS", "AU_MEDICARE", "US_MBI", "US_HEALTH_INSURANCE_MEMBER_ID", "US_PRESCRIPTION_NUMBER",
            "DE_HEALTH_INSURANCE")  # fmt: skip


def _all(theirs: Iterable[str], ours: str) -> dict[str, str]:
    return dict.fromkeys(theirs, ours)


PRESIDIO: Mapping[str, str] = MappingProxyType(
    {
        "EMAIL": "EMAIL_ADDRESS",
        "ID": "ACCOUNT_ID",
        "US_BANK_NUMBER": "BANK_ACCOUNT",
        "ABA_ROUTING_NUMBER": "BANK_ACCOUNT",
        **_all((f"{country}_PASSPORT" for country in _PASSPORTS), "PASSPORT"),
        **_all(_NATIONAL_IDS, "NATIONAL_ID"),
        **_all(_LICENSES, "DRIVER_LICENSE"),
        **_all(_VEHICLES, "VEHICLE_ID"),
        **_all(_MEDICAL, "MEDICAL_ID"),
        **_all(("UK_POSTCODE", "CA_POSTAL_CODE", "DE_PLZ"), "POSTAL_CODE"),
        **_all(("ZA_TELEPHONE_NUMBER", "ZA_MOBILE_NUMBER"), "PHONE_NUMBER"),
    }
)
"""Presidio's names (presidio-analyzer 2.2.366, `predefined_recognizers` and `ner_model_configuration`) that are not
ours already. NRP, UUID, MEDICAL_LICENSE and company numbers have no like here."""

LANGCHAIN: Mapping[str, str] = MappingProxyType(
    {
        "email": "EMAIL_ADDRESS",
        "credit_card": "CREDIT_CARD",
        "ip": "IP_ADDRESS",
        "mac_address": "MAC_ADDRESS",
        "url": "URL",
    }
)
"""The built-in detectors of `langchain.agents.middleware.PIIMiddleware` (langchain 1.4.7), all five."""

PIIGHOST: Mapping[str, str] = MappingProxyType(
    {
        "EMAIL": "EMAIL_ADDRESS",
        "IPV4": "IP_ADDRESS",
        "US_SSN": "NATIONAL_ID",
        "US_PHONE": "PHONE_NUMBER",
        "US_ZIP": "POSTAL_CODE",
        "IBAN": "IBAN_CODE",
    }
)
"""The labels of `GENERIC_PATTERNS`, `US_PATTERNS` and `EU_PATTERNS` in `piighost.components.detector.patterns`
(piighost 1.10.0) that are not ours already."""
