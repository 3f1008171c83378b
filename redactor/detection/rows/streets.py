"""Rows for street addresses of Germany, France, Spain, Italy, the Netherlands and India, and of their neighbours.

As in `addresses`, an address is found by its street and grows to its unit, postal code and town. A street whose word
also means something else counts only with a postal code behind it.

Sources: UPU postal addressing systems, the sheets of DEU, FRA, ESP, ITA, NLD and IND (order of parts, postal codes);
DIN 5008 (Germany); NF Z10-011 (France: bis, ter, cedex); Correos and Poste Italiane (abbreviations of kinds of street).
"""

from collections.abc import Iterator
from functools import cache

import regex

from redactor.detection import addresses
from redactor.detection.addresses import COUNTRY, GAP, IN_PIN, IN_TOWNS, NO_NAME
from redactor.detection.patterns import Pattern, topics
from redactor.detection.words import words

_KIND, _LIVE = "STREET_ADDRESS", topics("address")
_STOP = (
    rf"{NO_NAME}(?!(?:ich|wir|sie|er|es|ist|sind|war|wohne|wohnt|wohnen|lebe|und|oder|meine?|unsere?|adresse|"
    rf"anschrift|lautet|"
    r"nach|bitte|danke|nicht|mit|von|je|suis|nous|vous|mon|ma|notre|est|et|ou|habite|habitons|merci|pour|avec|dans|"
    r"chez|"
    r"vivo|vivimos|mi|nuestra|direcci[oó]n|es|est[aá]|y|o|por|para|con|en|gracias|abito|abitiamo|mio|nostro|"
    r"indirizzo|è|e|"
    r"per|grazie|nel|ik|wij|woon|wonen|mijn|ons|adres|en|of|met|naar|bedankt|now|ship|send|live|lives|living|deliver|"
    r"box|"
    r"thank|cheers|regards)(?![\w’']))"
)
"""Not one of the words around an address in these languages."""
_HOUSE_MARK = r"(?:(?:n[ro°]?|nrs?|núm|num|nummer|civico|hausnr|\#)\.?[ ]?)?"
_HOUSE = (
    rf"{_HOUSE_MARK}\d{{1,4}}"
    r"(?:[ ](?:bis|ter)\b|[ ]?[A-Z](?=[ ]{0,2}(?:[,\n]|$)|[ ]\d)|[A-Z](?!\w))?"
    r"(?:[ ]?[-/][ ]?(?:\d{1,4}[A-Z]?|[IVX]{1,4}|[A-Z]{1,2})(?!\w)){0,2}(?:[ ](?:hs|huis|"
    r"[IVX]{1,4})(?!\w))?(?![\w€$£%]|[.:]\d)"
    r"(?![ ]{0,2}(?:(?:business|working)[ ])?(?:days?|hours?|hrs?|h|weeks?|months?|years?|times?|min(?:ute[ns]?|uti|"
    r"utos)?|mins|items?|"
    r"people|euros?|eur|tage?n?|stunden?|uhr|wochen?|jahre?n?|mal|jours?|heures?|semaines?|mois|ans|fois|d[ií]as?|"
    r"horas?|"
    r"semanas?|meses|años|veces|giorni|ore|settiman[ae]|mesi|anni|volte|dagen|dag|uur|weken|maanden|jaar|keer)(?!\w))"
)
"""A house number behind its street, and no count of days or hours."""

_CODE = (
    r"(?:(?:DE?|AT?|CH|FR?|ES?|IT?|NL|BE?|LU?)[ ]?-[ ]?)?"
    r"(?:\d{4}[ ]?[A-Z]{2}(?!\w)|\d{5}|\d{4})(?![\w-]|[.,:]\d)"
)
_BEFORE_TOWN = r"(?:bad|sankt|saint|sainte|st\.?|san|santa|sant|den|la|le|les|las|los|el|l'|'s|'t|new)[ -]?"
_TOWN = (
    rf"{_STOP}(?:{_BEFORE_TOWN})?{_STOP}\p{{L}}[\p{{L}}\p{{M}}'’-]{{1,25}}+"
    rf"(?:[ ](?:am|an[ ]der|ob[ ]der|vor[ ]der|sur|sous|de|del|de[ ]la|di|d'|nell'|aan[ ]den?|op|"
    rf"bei)[ ]?{_STOP}\p{{L}}[\p{{L}}'’-]{{1,25}}+"
    rf"|[ ](?!cedex\b){_STOP}(?-i:\p{{Lu}})[\p{{L}}'’-]{{1,25}}+){{0,3}}"
)
_TAIL = (
    r"(?:[ ]cedex(?:[ ]\d{1,2})?|[ ]\d{1,2}e(?:r|me)?(?!\w))?"
    rf"(?:[ ]?\([\p{{L}} ]{{2,20}}\)|[ ,]{{1,2}}(?!ok|no|so)[A-Z]{{2}}(?=[ ]{{0,2}}(?:[.,;!?)\n]|"
    rf"$)))?(?:{GAP}{COUNTRY})?"
)
_UNIT = (
    rf"{GAP}(?://[ ]?)?(?:"
    r"(?:whg|wohnung|app(?:artement)?|appt|apt|bât(?:iment)?|bat(?:iment)?|esc(?:alier|alera)?|piso|planta|puerta|"
    r"pta|portal|"
    r"bloque|interno|int|scala|sc|piano|palazzina|pal|edificio|edif|étage|etage|haus|aufgang|top|tür|stiege|zimmer|bus|"
    r"verdieping|kamer|apartamento|local|nave|eingang|suite|unit|bp|"
    r"cs)\.?[ ]{1,2}(?:n[ro°]?\.?[ ]?)?(?:\d{1,5}[A-Z]?|[A-Z])(?!\w)"
    r"|\d{1,2}(?:\.|[oaºª°]|ère?|è?me?|e)?[ ]?(?:og|stock|etage|étage|ug|piso|planta|piano|verdieping)(?!\w)"
    r"(?:[ ](?:links|rechts|mitte|hinten)(?!\w))?"
    r"|\d{1,2}[oaºª°](?:[ ]?(?:[A-H]|izq(?:uier)?d?a?|dcha|derecha|centro|\d{1,2}[aoºª°]?))?(?!\w)\.?"
    r"|(?:bajo|ático|atico|entresuelo|principal|rdc|eg|dg|hinterhaus|vorderhaus|seitenflügel|huis|"
    r"hs)(?!\w)(?:[ ][A-H](?!\w))?)"
)
_CODED = (
    rf"(?i)(?:{_UNIT}){{0,3}}(?:{GAP}(?P<code>{_CODE}){GAP}(?P<town>{_TOWN}){_TAIL}|"
    rf"{GAP}{_TOWN}[ ,]{{1,2}}\d{{5}}(?![\w-]))"
)
_CODE_ALONE = r"(?:[ ]?,[ ]{0,2}|[ ]?\r?\n)\d{5}(?![\w-]|[.,]\d)"
_UNITS = rf"(?i)(?:{_UNIT}){{1,3}}"


@cache
def _compiled(expression: str) -> "regex.Pattern[str]":
    return regex.compile(expression, regex.V1)


def coded(text: str, end: int) -> int:
    """Where an address ends whose street ends at `end`, if its postal code and town follow; else `end`."""
    return _end(_compiled(_CODED).match(text, end), text, end)


def _end(found: "regex.Match[str] | None", text: str, end: int) -> int:
    """After a street with a capital, a town in small letters is the sentence's next word: the code is the end then."""
    if found is None:
        return end
    street = _NAME_WORD.findall(text, max(0, end - _STREET_TAIL), end)
    if found["town"] and found["town"][0].islower() and street and street[-1][0].isupper():
        return found.end("code")
    return found.end()


_NAME_WORD = regex.compile(r"\p{L}{3,}+")
_STREET_TAIL = 24
"""How much of a street, from its end, is looked through for the last word of its name."""


def grown(text: str, end: int) -> int:
    """Where it ends, with or without a postal code."""
    if (full := coded(text, end)) > end:
        return full
    unit = _compiled(_UNITS).match(text, end)
    end = unit.end() if unit else end
    alone = _compiled(_CODE_ALONE).match(text, end)
    return alone.end() if alone else addresses.town_end(text, end) or end


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _name_first()
    yield from _kind_first()
    yield from _number_first()
    yield from _boxes()
    yield from _indian()


def _marks(listed: str) -> tuple[str, ...]:
    """Parts of words, as they are written in a sentence, in a title and in capitals."""
    return tuple(dict.fromkeys(form for word in listed.split() for form in (word, word.title(), word.upper())))


_SURE_ENDS = (
    "straße strasse str. gasse allee chaussee damm weg platz straat laan gracht plein kade singel dijk dreef steeg"
)
_OPEN_ENDS = (
    "str ufer ring hof markt berg graben wall tor steig pfad stieg feld garten park hang brücke haven baan pad "
    "plantsoen akker veld burg promenade"
)
_BEFORE = (
    rf"(?:(?:(?:eerste|tweede|derde|[123]e|oude|nieuwe|lange|korte|grote|kleine|prins|sint|alte|neue|große|"
    rf"van[ ]de[rn]?)"
    rf"|{_STOP}(?-i:\p{{Lu}})[\p{{L}}'’-]{{0,20}}+)[ ]){{0,2}}"
)
_NO_STREET = (
    r"(?!(?:parkplatz|sitzplatz|stellplatz|arbeitsplatz|fensterplatz|gangplatz|startplatz|spielplatz|hinweg|"
    r"rückweg|umweg|during|spring|string|launchpad|ipad)(?!\w))"
)


_REACH = (110, 90)
"""How far a street's name goes back from its number, and how far what stands behind the number is looked at."""


def _numbered(before: str) -> str:
    """A hint: the first digit of a house number with this before it."""
    return rf"\d(?<={before}{_HOUSE_MARK}\d)"


def _ended(ends: str) -> str:
    return _numbered(rf"(?:{_any(ends)})(?:[ ]{{1,2}}|(?<=[.ßse]))")


def _any(ends: str) -> str:
    return "|".join(regex.escape(end) for end in ends.split())


def _ending(ends: str) -> str:
    listed = _any(ends)
    return (
        rf"(?i)(?<![\w@.-]){_BEFORE}{_NO_STREET}(?:[\p{{L}}\p{{M}}][\p{{L}}\p{{M}}'’-]{{0,29}}?(?:{listed})"
        rf"|(?!d(?:er|ie|as|em)\b){_STOP}[\p{{L}}'’-]{{3,25}}+[ ](?:{listed}))(?:[ ]{{1,2}}|(?<=[.ßSsEe])){_HOUSE}"
    )


def _name_first() -> Iterator[Pattern]:
    """German and Dutch: the kind of street is the end of its name, and the number follows."""
    countries = frozenset({"DE", "AT", "CH", "NL", "BE"})
    yield Pattern(
        "street_ending", _KIND, _ending(_SURE_ENDS), 0.8, None, _LIVE, 0.9, extend=grown, extended_score=0.93,
        digits=1, any_of=_marks(_SURE_ENDS.replace("strasse", "strasse STRAẞE")), countries=countries,
        hint=_ended(_SURE_ENDS), reach=_REACH,
        example="Ich wohne in der ⟦Lärchenstraße 12a, 10115 Berlin⟧.",
    )  # fmt: skip
    yield Pattern(
        "street_ending_open", _KIND, _ending(_OPEN_ENDS), 0.3, None, _LIVE, 0.75, asked_only=True,
        extend=coded, extended_score=0.92, digits=5, countries=countries, hint=_ended(_OPEN_ENDS), reach=_REACH,
        example="⟦Dorpshof 14, 9712 HP Groningen⟧",
    )  # fmt: skip
    placed = (
        r"(?:am|an[ ]de[rn]|im|in[ ]de[rn]|auf[ ]de[rm]|zu[mr]|unter[ ]den|hinter[ ]de[rm]|vor[ ]dem|alte[rs]?|"
        r"neue[rs]?|lange|"
        r"hohe[rs]?|gro(?:ß|ss)e[rs]?|kleine[rs]?|stra(?:ß|ss)e[ ](?:des|der|am|zum)(?:[ ]\d{1,2}\.)?|"
        r"laan[ ]van(?:[ ]de[nr]?)?|"
        r"plein|korte|oude|nieuwe|groot|grote)"
    )
    word = r"[\p{L}\p{M}'’-]{3,25}"
    yield Pattern(
        "street_placed", _KIND,
        rf"(?i)(?<![\w@.-]){placed}[ ]{_STOP}{word}+(?:[ ]{_STOP}{word}+)?[ ]{_HOUSE}",
        0.2, extend=coded, extended_score=0.9, digits=5, countries=countries,
        hint=_numbered(rf"{placed}[ ]{word}(?:[ ]{word})?[ ]"), reach=_REACH,
        words=words("am an im in auf zum zur unter hinter vor alte neue lange hohe große kleine straße strasse laan "
        "plein oude nieuwe"),
        example="⟦Unter den Lärchen 77, 10117 Berlin⟧",
    )  # fmt: skip


_SURE_KINDS = (
    r"calle|avenida|avda|avd|carretera|ctra|traves[ií]a|glorieta|pza|plza|callej[oó]n|carrer|passeig|gran[ ]v[ií]a|"
    r"viale|v\.le|piazza|p\.zza|piazzale|corso|c\.so|vicolo|lungomare|lungotevere|contrada|ronda[ ]de|paseo[ ]del?|"
    r"plaza[ ]del?|rambla[ ]del?|cuesta[ ]del?|camino[ ]del?|via[ ](?:dei|del|della|delle|degli|dello|san|santa|dell')"
)
_OPEN_KINDS = (
    r"c/|c\.|cl\.|av\.?|plaza|paseo|camino|ronda|rambla|pasaje|cuesta|alameda|urb\.|via|v\.|largo|strada|"
    r"borgo|salita|galleria|calle"
)
_KIND_WORDS = words(
    "calle avenida avda avd carretera ctra travesía travesia glorieta pza plza callejón callejon carrer passeig gran "
    "viale "
    "v piazza p piazzale corso c vicolo lungomare lungotevere contrada ronda paseo plaza rambla cuesta camino via cl "
    "av "
    "pasaje alameda urb largo strada borgo salita galleria"
)


def _of_kind(kinds: str) -> str:
    return (
        rf"(?i)(?<![\w@.-])(?:{kinds})\.?[ ]{{0,2}}(?<=[ ./'])(?:{_STOP}"
        rf"[\p{{L}}\d][\p{{L}}\p{{M}}\d.'’-]{{0,24}}+[ ]?){{1,5}}?"
        rf"(?<=[ ]|(?=[,]))(?:,[ ]{{0,2}})?(?:{_HOUSE}|(?<=,[ ]|[ ])s/?n(?:c|\b))"
    )


def _kind_first() -> Iterator[Pattern]:
    """Spanish and Italian: the kind of street, its name, the number."""
    countries = frozenset({"ES", "IT", "MX", "AR"})
    yield Pattern(
        "street_kind_first", _KIND, _of_kind(_SURE_KINDS), 0.75, None, _LIVE, 0.9, extend=grown, extended_score=0.93,
        digits=1, words=_KIND_WORDS, countries=countries,
        example="vivo en ⟦Calle del Olmo 45, 3º B, 28014 Madrid⟧",
    )  # fmt: skip
    yield Pattern(
        "street_kind_first_open", _KIND, _of_kind(_OPEN_KINDS), 0.3, None, _LIVE, 0.75, asked_only=True,
        extend=coded, extended_score=0.92, digits=1, words=_KIND_WORDS, countries=countries,
        example="abito in ⟦Via Olmo 12/A, 00184 Roma⟧",
    )  # fmt: skip


_PARTICLE = r"(?:de[ ]la|de[ ]l'|du|des|de|d'|l'|la|le|les|aux?|à)(?:(?<=')|[ ])"
_FR_NUMBER = (
    r"\d(?<![\w$€£#.,/-]\d)\d{0,3}(?:-\d{1,4})?(?:[ ,]{0,2}(?:bis|ter|quater)(?!\w)|"
    r"[ ]?[A-D](?!\w))?,?[ ]{1,2}"
)
_FR_SURE = r"rue|boulevard|bd|chemin|all[ée]e|impasse|quai|cours|faubourg|ruelle|sentier|rond-point"
_FR_OPEN = (
    r"avenue|av|ave|blvd|place|pl|route|rte|square|passage|villa|r[ée]sidence|hameau|lotissement|cit[ée]|voie|"
    r"mont[ée]e|esplanade|promenade"
)
_FR_NAME = rf"{_STOP}(?:{_PARTICLE}){{0,1}}[\p{{L}}\d](?!\d{{4}})[\p{{L}}\p{{M}}\d.'’-]{{0,24}}+"
_FR_REST = rf"(?i)(?:[ ](?!\d{{5}}){_FR_NAME}){{0,5}}?"
_FR_CODED = _FR_REST + _CODED.removeprefix("(?i)")
_FR_MORE = (
    rf"(?:[ ](?i:{_PARTICLE})?(?=\p{{Lu}}|d'|\d{{1,2}}[ ]\p{{Lu}}|"
    rf"1[789]\d\d(?!\d))(?i:{_STOP})[\p{{L}}\d][\p{{L}}\p{{M}}\d.'’-]{{0,24}}+){{0,4}}"
)


def french_coded(text: str, end: int) -> int:
    """As `coded`, with the rest of the street's name before the postal code."""
    return _end(_compiled(_FR_CODED).match(text, end), text, end)


def french_grown(text: str, end: int) -> int:
    """With or without a postal code; a name without one goes on in capitals. Canada's state and code too."""
    if (full := max(french_coded(text, end), addresses.coded_end(text, end))) > end:
        return full
    more = _compiled(_FR_MORE).match(text, end)
    return grown(text, more.end() if more else end)


def _number_first() -> Iterator[Pattern]:
    """French: the number, the kind of street, its name."""
    countries, particle = frozenset({"FR", "BE", "LU", "CH"}), _PARTICLE
    yield Pattern(
        "street_french", _KIND, rf"(?i){_FR_NUMBER}(?:(?:{_FR_SURE})\.?[ ](?:{particle})?|"
        rf"(?:{_FR_OPEN})\.?[ ]{particle}){_FR_NAME}",
        0.75, None, _LIVE, 0.9, extend=french_grown, extended_score=0.92, digits=1,
        words=words(
            "rue boulevard bd chemin allée allee impasse quai cours faubourg ruelle sentier rond-point rond avenue "
            "av ave "
            "blvd place pl route rte square passage villa résidence hameau lotissement cité voie montée esplanade "
            "promenade"
        ),
        countries=countries, example="j'habite ⟦12 bis rue du Moulin, 75002 Paris⟧",
    )  # fmt: skip
    yield Pattern(
        "street_french_open", _KIND, rf"(?i){_FR_NUMBER}(?:{_FR_OPEN})\.?[ ]{_FR_NAME}",
        0.2, extend=french_coded, extended_score=0.9, digits=6,
        words=words("avenue av ave blvd place pl route rte square passage villa résidence hameau cité voie montée "
        "esplanade"),
        countries=countries, example="⟦5 avenue Moulin, 69006 Lyon⟧",
    )  # fmt: skip


def _boxes() -> Iterator[Pattern]:
    countries = frozenset({"DE", "AT", "CH", "FR", "ES", "IT", "NL", "BE", "PT", "BR"})
    number = r"[ ]{1,2}(?:n[ro°]?\.?[ ]?)?\d{1,7}(?:[ ]\d{2,3}(?!\d)){0,3}(?!\w)"
    yield Pattern(
        "box_abroad", _KIND,
        r"(?i)(?<![\w-])(?:postfach|postbus|casella[ ]postale|(?:apartado|apdo\.?|apto\.?)(?:[ ]de)?[ ]correos|"
        r"caixa[ ]postal|"
        rf"bo[iî]te[ ]postale){number}", 0.9,
        extend=grown, extended_score=0.95, digits=1, countries=countries,
        words=words("postfach postbus casella correos caixa boîte boite"),
        example="⟦Postfach 12 34 56, 20095 Hamburg⟧",
    )  # fmt: skip
    yield Pattern(
        "box_abroad_short", _KIND, rf"(?i)(?<![\w.-])(?:b\.?p|c\.?s|c\.?p|apartado|apdo)\.?{number}", 0.2,
        extend=coded, extended_score=0.9, digits=6, countries=countries, words=words("bp b cs c cp apartado apdo"),
        example="⟦BP 123, 44000 Nantes Cedex 1⟧",
    )  # fmt: skip


_IN_FIRST = r"(?:flat|plot|house|h|door|d|shop|office|villa|bungalow|quarter|qtr|room|block|survey|ward)"
_IN_UNIT = r"(?:[A-Z]{1,2}-?)?\d{1,5}[A-Z]?(?:[-/]\w{1,5}){0,3}(?!\w)"
_IN_SEP = r"(?>[ ]{0,3}[,\n-][ ]{0,3}\n?|[ ]{1,3})"
_IN_TOKEN = (
    rf"(?:(?:near|opp|opposite|behind|beside|off|no|house|apartments?|society)\b\.?|"
    rf"{NO_NAME}[\p{{L}}\d][\p{{L}}\p{{M}}\d.'’/]{{0,20}}+)"
)
_IN_BETWEEN = rf"(?:{_IN_SEP}(?!{IN_PIN}){_IN_TOKEN}){{0,14}}?"
_IN_CODE = rf"[ ]{{0,2}}[-–,\n]?[ ]{{0,2}}{IN_PIN}(?:{GAP}india\b)?"
_IN_NAMED = rf"(?i)(?<![\w-]){_IN_FIRST}\b\.?[ ]?(?:(?:no|number|nos)\b\.?)?[ ]{{0,2}}[\#:-]?[ ]?{_IN_UNIT}"
_IN_PLAIN = rf"(?i)(?<![\w$€£./-])\#?[ ]?{_IN_UNIT}"
_IN_TOWN_WORDS = frozenset(regex.sub(r"\(.*?\)\?|\[ \]\S*", "", IN_TOWNS).split("|")) | words("delhi mumbai")
_IN_ENDS = (
    rf"{_IN_BETWEEN}{_IN_CODE}",
    rf"{_IN_BETWEEN}{_IN_SEP}(?:{IN_TOWNS})(?:{GAP}(?:{IN_TOWNS}))?(?!\w)",
)


def _indian() -> Iterator[Pattern]:
    """A flat, house or plot, then building, street, quarter and town in no fixed order, and a code of six digits."""
    countries = frozenset({"IN"})
    yield Pattern(
        "address_indian", _KIND, rf"{_IN_NAMED}(?:{_IN_ENDS[0]}|{_IN_ENDS[1]})", 0.93, digits=2, countries=countries,
        words=words("flat plot house h door d shop office villa bungalow quarter qtr room block survey ward"),
        hint=rf"\b(?:[1-9]\d\d[ ]?\d{{3}}|{IN_TOWNS})",
        example="⟦Flat No. 302, Larch Residency, MG Road, Andheri East, Mumbai 400069⟧",
    )  # fmt: skip
    yield Pattern(
        "address_indian_plain", _KIND,
        rf"{_IN_PLAIN}{_IN_BETWEEN}{_IN_SEP}(?:{IN_TOWNS})(?:{GAP}(?:{IN_TOWNS}))?{_IN_CODE}", 0.9,
        digits=7, countries=countries, words=_IN_TOWN_WORDS,
        example="⟦12, 3rd Cross, Larch Layout, Bengaluru 560038⟧",
    )  # fmt: skip
