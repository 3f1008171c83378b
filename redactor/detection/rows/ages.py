"""Rows for people's ages, where the words around a number say whose it is.

A number of years is mostly no age: a warranty, a wait, a laptop. So a row asks for a person ("my son is 7"), for the
word ("age: 34") or for the question; how long somebody waited, how far away or how late they are is left alone.
The value is the number, without its unit.
"""

from collections.abc import Iterator

from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import NUMBER_WORD
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _said()
    yield from _named()
    yield from _asked()
    yield from _elsewhere()


_COUNT = rf"(?P<v>1[01]\d|[1-9]?\d|{NUMBER_WORD})"
_N = rf"{_COUNT}(?![\w%$€£]|[.,:/]\d)"
"""Up to 119: the oldest person whose age was verified reached 122 (Gerontology Research Group)."""
_GROWN = (
    rf"(?P<v>(?:1[01]\d|[1-9]\d|(?!(?:one|two|three|four|five|six|seven|eight|nine)\b){NUMBER_WORD})(?![\w%$€£]"
    rf"|[.,:/]\d))"
)
"""From ten on: "I'm 5" goes on with minutes more often than not."""
_UNIT = r"(?:[ -]{0,2}(?:years?|yrs?|months?|weeks?)(?:[ ]of[ ]age|[ -]{0,2}old)|[ -]?(?:yo|y/o|y\.o\.?))"
_RELATION = (
    r"(?:(?:step|grand|god)?(?:son|daughter|mother|father|child)|mom|mum|mama|dad|wife|husband|brother|sister|grandma"
    r"|grandpa|gran|granny|nan|kid|baby|partner|fiancee?|fiancée?|girlfriend|boyfriend|niece|nephew|aunt|uncle|cousin"
    r"|toddler|boy|girl|spouse|twin|patient|eldest|oldest|youngest)"
)
_PERSON = r"(?:man|woman|male|female|boy|girl|lady|gentleman|person|adult|teen|teenager|student|patient|kid|child)"
_SOMEBODY = (
    rf"(?:i(?:[ ]am|'?m|[ ]was)|(?:he|she)(?:'s|[ ]is|[ ]was)|(?:my|our|his"
    rf"|her)[ ](?:\w{{1,12}}[ ])?{_RELATION}(?:'s|[ ]is|[ ]was))"
)
_ABOUT = r"[ ](?:(?:only|just|about|almost|nearly|over|under|already|currently|now|actually|like|turning|aged)[ ]){0,2}"
_MONTHS = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_CLOSED = (
    r"(?=[ ]?(?:[!?;)\n]|,(?!\d)|\.(?!\d)|$)"
    r"|[ ](?:and|but|so|now|this[ ]year|today|with|who|already|next[ ](?:week|month|year)|yet)\b(?![ ](?:a[ ])?half\b))"
)
_SEX = r"(?:[ ]?/?[ ]?(?:m|f|male|female)(?=[ ]?(?:[,.;!)\n]|$))|(?=[ ](?:male|female|man|woman)\b))"
_MY_OWN = (
    r"(?=[ ]?(?:[.,!?;)\n]|$)|[ ](?:is|was|has|had|and|who|will|can|can't|loves|likes|wants|needs|got|goes|broke"
    r"|plays|uses|at|to)\b)"
)


def _said() -> Iterator[Pattern]:
    kind = "AGE"
    yield Pattern(
        "age_of_somebody", kind, rf"\b{_SOMEBODY}{_ABOUT}(?:an?[ ])?{_COUNT}{_UNIT}(?!\w)", 0.9,
        lower=True, words=_OLD, example="my daughter is ⟦7⟧ years old",
    )  # fmt: skip
    yield Pattern(
        "age_old_person", kind,
        rf"(?<![\w$€£.-]){_COUNT}(?:[ -]{{1,2}}(?:years?|yrs?|months?)[ -]{{1,2}}old|[ -]?(?:yo|y/o"
        rf"|y\.o\.?))[ ,]{{1,2}}"
        rf"(?:\w{{1,12}}[ ]){{0,2}}?(?:{_PERSON}|{_RELATION})\b",
        0.88, lower=True, words=_OLD, example="a ⟦34⟧-year-old woman",
    )  # fmt: skip
    yield Pattern(
        "age_my_own", kind,
        rf"\b(?:my|our|his|her)[ ]{_COUNT}[ -]{{0,2}}(?:(?:years?|yrs?|months?)[ -]{{1,2}}olds?|yo){_MY_OWN}",
        0.85,
        lower=True, words=_OLD, example="it is for my ⟦7⟧-year-old",
    )  # fmt: skip
    yield Pattern(
        "age_begins", kind,
        rf"^\W{{0,3}}{_COUNT}(?:[ -](?:years?|yrs?)[ -]old|[ -]?(?:yo|y/o|y\.o\.?))(?=[ ]?(?:[.,!;)\n]|$))",
        0.8, lower=True, words=_OLD, example="⟦34⟧ years old, if that matters",
    )  # fmt: skip
    yield Pattern(
        "age_i_am", kind, rf"\b(?:i(?:[ ]am|'?m)){_ABOUT}{_GROWN}(?:{_CLOSED}|{_SEX})", 0.8,
        lower=True, words=words("i i'm im"), unless_match=r"(?i)\b(?:size|number|position|page|seat|row|gate)[ ]$",
        example="I'm ⟦34⟧ and need a form",
    )  # fmt: skip
    yield Pattern(
        "age_of_relation", kind,
        rf"\b(?:(?:my|our|his|her)[ ](?:\w{{1,12}}[ ])?{_RELATION}(?:(?:'s|[ ]is|[ ]was){_ABOUT}|,[ ]?(?:age[ ]"
        rf"|aged[ ])?|[ ][(]){_N}"
        rf"|(?:he|she)(?:'s|[ ]is){_ABOUT}{_GROWN}){_CLOSED}",
        0.8, lower=True, words=words("my our his her he she he's she's"), example="my mother is ⟦72⟧",
    )  # fmt: skip
    yield Pattern(
        "age_of_children", kind,
        rf"\b(?:my|our|his|her|the)[ ](?:two[ ]|three[ ])?(?:kids|children|sons|daughters|boys|girls|twins)[ ](?:are"
        rf"|were){_ABOUT}"
        rf"{_N}(?:[ ]?,[ ]?{_N}){{0,4}}(?:,?[ ](?:and|&)[ ]{_N})?{_CLOSED}",
        0.8, lower=True, words=words("kids children sons daughters boys girls twins"), example="our kids are ⟦5⟧ and 7",
    )  # fmt: skip
    yield Pattern(
        "age_turned", kind,
        rf"(?:^\W{{0,3}}|\b(?:i|he|she|i'm|he's|she's|and|is|am|just|{_RELATION})[ ](?:just[ ]|will[ ]be[ ]"
        rf"|only[ ])?)(?:turning|turned|turns?)[ ]"
        rf"{_N}(?:{_CLOSED}|(?=[ ](?:in[ ](?:{_MONTHS}|\d{{1,2}}[ ]days|a)"
        rf"|on|soon|last|years|tomorrow|yesterday|recently)\b))",
        0.8, lower=True, words=words("turn turns turned turning"), example="I am turning ⟦65⟧ next month",
    )  # fmt: skip
    yield Pattern(
        "age_will_be", kind,
        rf"\b(?:i|he|she)(?:'ll|[ ]will)[ ]be[ ]{_N}(?=[ ](?:in[ ]{_MONTHS}|next[ ](?:week|month|year|{_MONTHS})"
        rf"|this[ ](?:year|month|{_MONTHS})|years[ ]old)\b)",
        0.8, lower=True, words=words("i'll he'll she'll will"), example="I'll be ⟦65⟧ in May",
    )  # fmt: skip
    yield Pattern(
        "age_back_then", kind, rf"\b(?:i|he|she)[ ]was{_ABOUT}{_GROWN}[ ](?:when|back[ ]then|years[ ]old)\b", 0.8,
        lower=True, words=words("was"), example="I was ⟦19⟧ when I opened it",
    )  # fmt: skip
    yield Pattern(
        "age_born_ago", kind, rf"\bborn[ ](?:about[ ]|only[ ])?{_N}[ ](?:years?|yrs?|months?|weeks?)[ ]ago\b", 0.85,
        lower=True, words=words("born"), example="she was born ⟦34⟧ years ago",
    )  # fmt: skip


_OLD = words("old years-old year-old years year yrs yr months month weeks week yo y o age") | frozenset(
    f"{n}yo" for n in range(120)
)
_LIMIT = (
    r"(?i)\b(?:over|under|below|above|least|minimum|legal|reach(?:es|ed)?|until|by|to|from|drinking|retirement"
    r"|required|before|after|between)"
    r"[ ](?:the[ ])?$"
    r"|\b(?:account|domain|device|battery|vehicle|car|building|system|average|new|golden|stone|ice|digital"
    r"|whisk(?:e)?y|rum|wine|cheese|cheddar|steak|beef)[ ,-]{1,2}$"
)
"""What says before "age" that a limit is meant, or the age of a thing."""
_FROM_TO = (
    r"(?![ ]?(?:\+|[-–][ ]?\d|(?:to|or|and)[ ](?:\d|up|over|under|older|younger|above|below|one|two)|(?:days?|hours?"
    r"|minutes?|cheddar)\b))"
)


def _named() -> Iterator[Pattern]:
    kind = "AGE"
    yield Pattern(
        "age_named", kind,
        rf"\b(?:(?:my|his|her|current|patient|customer)[ ]age(?:[ ]is[ ]|[ ]?[:=-][ ]{{0,2}}|[ ])"
        rf"|age[ ]?[:=][ ]{{0,2}}|age(?:[ ]of|[ ]is)?[ ]|aged[ ]){_N}{_FROM_TO}",
        0.85, lower=True, words=words("age aged"), unless_match=_LIMIT, example="name and age: Crystal, age ⟦34⟧",
    )  # fmt: skip
    yield Pattern(
        "age_and_sex", kind,
        r"(?<![\w/.$€£-])(?P<v>[1-9]\d)[ ]?/[ ]?[MFf](?![\w/'])"
        r"|\b(?:I|[Mm]e|[HhSs]he|[Hh]e|[Mm]y[ ]\w{1,12}(?:[ ]\w{1,12})?)[ ]?"
        r"\((?:(?P<v>[1-9]\d)[ ]?[MFmf]|[MFmf][ ]?(?P<v>[1-9]\d))\)",
        0.8, digits=2, any_of=("/", "("), example="I (⟦34⟧F) bought it for him",
    )  # fmt: skip
    yield Pattern(
        "age_decade", kind,
        r"\bin[ ](?:my|his|her)[ ](?P<v>(?:(?:early|mid|late)[ -])?(?:[2-9]0'?s|twenties|thirties|forties|fifties"
        r"|sixties|seventies|eighties|nineties))\b",
        0.75, lower=True, words=words("my his her"), example="she is in her ⟦early thirties⟧",
    )  # fmt: skip


_ANSWER = (
    r"^(?:\W|\b(?:i'?m|i[ ]am|(?:he|she|it)(?:'s|[ ]is)|just|turned|sure|yes|yeah|ok|okay|about|almost|only|my|age"
    r"|is|currently)(?!\w)){0,12}"
)


def _asked() -> Iterator[Pattern]:
    yield Pattern(
        "age_asked", "AGE", rf"{_ANSWER}(?<![\w$€£#./:-]){_N}(?![ ]?[-–/:][ ]?\d)", 0.0, None, topics("age"), 0.85,
        lower=True, requires_context=True, asked_only=True, example="How old are you? | ⟦thirty four⟧",
    )  # fmt: skip


_THEY_HAVE = (
    r"(?:hij[oa]|figli[oa]|fils|fille|filh[oa]|madre|padre|mamá|mère|père|mãe|pai|esposa|esposo|marido|mari|femme|moglie"
    r"|marito|hermano|hermana|ella|él|elle|il|lei|lui|ela|ele)[ ](?:tiene|ha|a|tem)"
)
_YEARS = r"(?:ans|años|anys|anni|anos|lat|år|jahre?n?|jaar|года?|лет|років|let|rokov|év(?:es)?|vuotta|ani|yaşında)"


def _elsewhere() -> Iterator[Pattern]:
    kind = "AGE"
    yield Pattern(
        "age_elsewhere", kind,
        rf"(?:\b(?:j['’]ai|âgée?[ ]de|tengo|tinc|ho|tenho|mam|jag[ ]är|jeg[ ]er|ik[ ]ben|мне|ему|ей|мені|je[ ]mi|olen"
        rf"|{_THEY_HAVE})[ ]"
        rf"(?P<v>1[01]\d|[1-9]?\d)[ ]{_YEARS}(?!\w)(?![ ](?:de[ ](?!edad|idade)|d['’]|di[ ]|da[ ]|[a-z]{{4,}}(?:ando"
        rf"|iendo)\b|con[ ]|com[ ]|mit[ ]|van[ ]|warranty))"
        r"|\b(?P<v>1[01]\d|[1-9]?\d)[ ](?:jahre[ ]alt|jaar[ ]oud|años[ ]de[ ]edad|anos[ ]de[ ]idade|yaşındayım)(?!\w)"
        r"|^\W{0,3}(?P<v>1[01]\d|[1-9]\d)[ ](?:ans|años|anni|anos|jahre|jaar|лет|года?)\W{0,3}$)",
        0.8, lower=True, digits=1, words=words(
        "ans años anys anni anos lat år jahre jahren jaar года год лет років let rokov év vuotta ani yaşında "
        "yaşındayım"),
        unless_match=r"(?i)\b(?:garantie|garantía|garanzia|gerät|handy|laptop)\b[^.]{0,20}$",
        example="tengo ⟦34⟧ años",
    )  # fmt: skip
    yield Pattern(
        "age_without_blank", kind, r"(?<![\d.,])(?P<v>1[01]\d|[1-9]?\d)[ ]?(?:歳|岁|歲|살)", 0.8,
        digits=1, any_of=("歳", "岁", "歲", "살"), example="私は⟦34⟧歳です",
    )  # fmt: skip
