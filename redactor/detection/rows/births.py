"""Rows for dates of birth: any date beside a word for birth or as the answer to the question, in many written forms.

Months in other languages are those of the Unicode CLDR (calendar `gregorian`, wide names, with and without their case
endings) and a few respellings, folded to the calendar's numbers before the date is checked. An ordinary date stays one.
"""

from collections.abc import Iterator

from redactor.detection.checks import calendar_date
from redactor.detection.lazy import lazy
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import DATE, NUMBER_WORD
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _dates()
    yield from _written_out()
    yield from _years()


_KIND, _TALK = "DATE_OF_BIRTH", topics("dob")
_HINTS = words("dob birth birthday birthdate born")
_COMPACT = r"(?i)\b(?:dob|birth|birthday|birthdate|born)\b[^\d\n]{0,16}(?P<v>\d{8}|\d{6})(?!\d)"
_PARTY = (
    r"\bbirthday[ ](?:cakes?|part(?:y|ies)|gifts?|presents?|cards?|dinner|lunch|brunch|celebrations?|bash|trip|event"
    r"|balloons?|decorations?|bouquet|flowers|surprise|weekend|sale|coupon|voucher|discount|offer|reward)\b"
    r"(?:(?!\b(?:dob|born|birth|birthday|birthdate|mine|hers|whose|turns?|turning)\b)[^.!?\n]){0,44}?"
    r"[ ](?:on|by|before|for|is|was|until|till|around|this|next)[ ](?:the[ ])?$"
)
"""What is for a birthday has a day of its own: that of the party, the delivery, the sale."""
_OTHER_DATE = (
    rf"(?i)(?:{_PARTY}"
    r"|\b(?:until|till|expir(?:es|y|ing|ed)|valid(?:[ ](?:until|till|thru|through))?|ends?|ended|arriv(?:es?|ed"
    r"|ing)|deliver(?:y|ed)"
    r"|bought(?:[ ](?:it|this|them))?|ordered|purchased|shipped|due|order(?:[ ](?:of|from|dated"
    r"|placed))?)(?:[ ](?:on|by|in))?[ :]{1,2}$)"
)
"""What says before a date that it is another one than a birth's."""


def _dates() -> Iterator[Pattern]:
    yield Pattern(
        "date_of_birth", _KIND, rf"(?<![\w/.-])(?:{DATE})(?![\w/-])", 0.0, calendar_date, _TALK, 0.93, lower=True,
        requires_context=True, digits=1, unless=_OTHER_DATE, example="my date of birth is ⟦March 5th, 1985⟧",
    )  # fmt: skip
    yield Pattern(
        "date_of_birth_compact", _KIND, _COMPACT, 0.9, calendar_date,
        digits=6, words=_HINTS, example="dob ⟦05031985⟧",
    )  # fmt: skip
    yield Pattern(
        "date_of_birth_compact_asked", _KIND, r"(?<![\w-])(?:\d{8}|\d{6})(?![\w-])", 0.0, calendar_date, _TALK, 0.91,
        requires_context=True, asked_only=True, digits=6, example="What is your date of birth? | ⟦05031985⟧",
    )  # fmt: skip
    yield Pattern(
        "date_of_birth_with_time", _KIND,
        r"(?<![\w/.-])\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:z|[+-]\d\d:?\d\d)?(?!\w)",
        0.0,
        _is_birth, _TALK, 0.93, lower=True, requires_context=True, digits=8, example="dob: ⟦1985-03-05T00:00⟧",
    )  # fmt: skip


_NAMES_OF_MONTHS = (
    "january janvier januar jänner enero gennaio januari janeiro января январь stycznia styczeń januára leden ledna "
    "ocak",
    "february février fevrier februar feber febrero febbraio februari fevereiro февраля февраль lutego luty únor "
    "února şubat",
    "march mars märz maerz marzo maart março marco марта март marca marzec březen března mart",
    "april avril abril aprile апреля апрель kwietnia kwiecień dubna duben nisan",
    "may mai mayo maggio mei maio maj мая май maja května květen mayıs",
    "june juin juni junio giugno junho июня июнь czerwca czerwiec června červen haziran",
    "july juillet juli julio luglio julho июля июль lipca lipiec července červenec temmuz",
    "august août aout agosto augustus augusti августа август sierpnia sierpień srpna srpen ağustos",
    "september septembre septiembre setiembre settembre setembro сентября сентябрь września wrzesień září eylül",
    "october octobre oktober octubre ottobre outubro октября октябрь października październik října říjen ekim",
    "november novembre noviembre novembro ноября ноябрь listopada listopad kasım",
    "december décembre decembre dezember diciembre dicembre dezembro декабря декабрь grudnia grudzień prosince "
    "prosinec aralık",
)
_ENGLISH_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_ENGLISH = _ENGLISH_MONTHS.split()
_MONTHS = {name: short for short, names in zip(_ENGLISH, _NAMES_OF_MONTHS, strict=True) for name in names.split()}
_MONTHS |= {short: short for short in _ENGLISH} | {"sept": "sep"}
_ROMAN_MONTHS = "i ii iii iv v vi vii viii ix x xi xii"
_ROMAN = dict(zip(_ROMAN_MONTHS.split(), _ENGLISH, strict=True))
_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS = _ORDINAL_WORDS.split()

_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?![\p{{L}}\p{{M}}])"
_YEAR = r"(?:['’]?(?:\d{4}|\d{2}))(?!\d)"
_DAY_SAID = (
    rf"(?:(?:twenty|thirty)[ -]?(?:{'|'.join(_ORDINALS[:9])})|{'|'.join(sorted(_ORDINALS, key=len, reverse=True))}"
    rf"|thirtieth)"
)
_YEAR_SAID = (
    rf"(?:(?:nineteen|twenty)[ -](?:hundred|oh[ -]\w{{3,5}}|{NUMBER_WORD})"
    rf"|two[ ]thousand(?:[ ](?:and[ ])?{NUMBER_WORD})?"
    r"|(?:['’]?(?:twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six"
    r"|seven|eight|nine))?))"
)
_ELSEWHERE = (
    rf"\d{{1,2}}(?:\.|er|º|ª|-?(?:st|nd|rd|th))?[ -]{{0,2}}(?:de[ ]|den[ ]|of[ ])?{_MONTH}(?:[ ,.-]{{0,3}}(?:del?[ ]"
    rf"|of[ ]|do[ ])?{_YEAR})?"
    rf"|{_MONTH}[ ]{{1,2}}(?:del?[ ]|of[ ])?{_YEAR}"
)
_SAID = (
    rf"(?:{_DAY_SAID}|\d{{1,2}}(?:st|nd|rd|th))[ ](?:of[ ]|day[ ]of[ ])?{_MONTH}(?:[ ,]{{1,2}}(?:of[ ]"
    rf"|in[ ])?(?:{_YEAR}|{_YEAR_SAID}))?"
    rf"|{_MONTH}[ ](?:the[ ])?(?:{_DAY_SAID}|\d{{1,2}}(?:st|nd|rd|th)?)"
    rf"(?:[ ,]{{1,2}}(?:of[ ])?(?:{_YEAR}|{_YEAR_SAID}))?"
    rf"|{_MONTH}[ ]{NUMBER_WORD}[ ,]{{1,2}}(?:{_YEAR}|{_YEAR_SAID})"
)
_EAST = (
    r"(?:(?:19|20)?\d\d[ ]?[年년][ ]?\d{1,2}[ ]?[月월][ ]?\d{1,2}[ ]?[日号號일]|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})"
)


def _written_out() -> Iterator[Pattern]:
    yield Pattern(
        "date_of_birth_elsewhere", _KIND, rf"(?<![\w/.-])(?:{_ELSEWHERE})(?![\w/-])", 0.0, _is_birth, _TALK, 0.92,
        lower=True, requires_context=True, digits=1, unless=_OTHER_DATE, example="né le ⟦5 août 1985⟧",
    )  # fmt: skip
    yield Pattern(
        "date_of_birth_said", _KIND, rf"(?<![\w/.-])(?:{_SAID})(?![\w/-])", 0.0, None, _TALK, 0.92,
        lower=True, requires_context=True, unless=_OTHER_DATE,
        example="born on the ⟦fifth of march nineteen eighty five⟧",
    )  # fmt: skip
    yield Pattern(
        "date_of_birth_roman", _KIND,
        r"(?<![\w/.-])\d{1,2}[. ]{1,2}(?:i{1,3}|iv|vi{0,3}|ix|xi{0,2}|x)[. ]{1,2}(?:\d{4}|\d{2})(?![\w/-])", 0.0,
        _is_birth, _TALK, 0.92, lower=True, requires_context=True, digits=3, example="geboren ⟦5.III.1985⟧",
    )  # fmt: skip
    yield Pattern(
        "date_of_birth_east_asian", _KIND,
        rf"(?:生年月日|誕生日|出生(?:日期|年月日?)?|生日|생년월일|생일)[^\d\n]{{0,8}}(?P<v>{_EAST})"
        rf"|(?P<v>{_EAST})[ ]?(?:生まれ|出生|생)", 0.93,
        _is_birth, digits=4, any_of=("生年月日", "誕生日", "出生", "生日", "生まれ", "생년월일", "생일", "일생"),
        example="生年月日は⟦1985年3月5日⟧です",
    )  # fmt: skip


_ANY_YEAR = r"(?:19|20)\d\d"
_BORN_IN = (
    rf"(?i)\b(?:born|birth[ ]year|year[ ]of[ ]birth|b-?day|geboren|geb\.?|né|née|nacid[oa]|nat[oa]|nascid[oa]|född"
    rf"|født|jahrgang|родил(?:ся|ась))"
    rf"(?:[ ](?:in|is|was|back[ ]in|en|nel|em|i|im[ ]jahr|в)|:)?[ ]{{1,2}}(?P<v>{_ANY_YEAR}|['’]\d\d)(?!\w)"
    r"|\b(?:birth[ ]year|year[ ]of[ ]birth)(?:[ ]is|:)?[ ]{1,2}(?P<v>\d\d)(?![\w/.-])"
)


def _years() -> Iterator[Pattern]:
    yield Pattern(
        "birth_year_asked", _KIND, r"(?<![\w$€£#./-])(?:19|20)\d\d(?![\w/%-]|[.,]\d)", 0.0, None, _TALK, 0.75,
        requires_context=True, asked_only=True, digits=4, example="What is your date of birth? | sometime in ⟦1985⟧",
    )  # fmt: skip
    yield Pattern(
        "birth_year", _KIND, _BORN_IN, 0.8, digits=2,
        words=_HINTS | words(
        "geboren geb né née nacido nacida nato nata nascido nascida född født jahrgang родился родилась"),
        example="I was born in ⟦1985⟧",
    )  # fmt: skip
    yield Pattern(
        "birth_year_short", _KIND, rf"(?<![\w.-])b\.[ ]?(?P<v>{_ANY_YEAR})(?=[ ]?(?:[,;)\n]|\.(?!\d)|$))", 0.7,
        digits=4, words=words("b"), unless_match=r"(?i)\b(?:section|part|appendix|option|plan|item|model|form)[ ]$",
        example="Crystal Minh (b. ⟦1985⟧)",
    )  # fmt: skip


_PARTS = lazy(r"\d+|[\p{L}\p{M}]+")


def _is_birth(text: str) -> bool:
    """A date of the calendar, whatever the language of its month."""
    date = text[:10] if text[10:11] in ("T", "t") else text
    return calendar_date(" ".join(map(_plain, _PARTS.findall(date))))


def _plain(part: str) -> str:
    word = part.casefold()
    return _MONTHS.get(word) or _ROMAN.get(word) or (part if part.isdigit() else "")
