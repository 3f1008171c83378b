"""Rows for passwords, PINs, one-time codes and security answers."""

from collections.abc import Iterator

import regex

from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import LAST_FOUR, NAME, is_secret_word, is_uncommon, name_length
from redactor.detection.words import TITLES, words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _secrets()
    yield from _answers()


_ENGLISH = (
    r"pass[ ]?words?|(?:pas|passs|paass|pss)words?|passw(?:ro|o|r)d|passowrd|passord|paswsord|psasword"
    r"|passcode|pass[ ]?phrase|passwd|pwd|pw|(?:wi-?fi|wlan)[ -](?:pass|key|code)"
)
_KEYWORD = (
    rf"(?<![^\W_])(?:{_ENGLISH}|passwort|kennwort|contraseña|wachtwoord|mot[ ]de[ ]passe|mdp|"
    r"clave[ ]de[ ]acceso|mi[ ]clave|parola[ ]d'ordine|wlan-schlüssel|pass(?=[ ]?[:=]))"
)
"""The underscore is none of its letters: DB_PASSWORD=..."""
_KEYWORDS = words(
    "password passwords pasword paswords passsword paassword pssword passwrod passwod passwrd passowrd "
    "passord "
    "paswsord psasword passcode passphrase passwd pwd pw pass passwort kennwort contraseña wachtwoord passe mdp clave "
    "d'ordine wifi wi wlan"
)
_FOR = r"(?:[ ](?:for|to)[ ][^.?!\n:]{1,30}?)?"
_SIGN = r"[\"']?[ ]?(?:=>|[:=])[ ]?|[ ]-[ ]"
_TYPED = r"(?:\"(?P<v>[^\"\n\ue000]{3,63})\"|(?P<v>[^\s\ue000]{3,63}[^\s\ue000.,;)\"']))"
_SAID = (
    rf"(?:{_KEYWORD}{_FOR}(?:{_SIGN})|(?<![^\W_])(?:{_ENGLISH}){_FOR}[ ](?:is|was|are)[ :]{{1,2}}(?:still[ ]|now[ ])?)"
    rf"{_TYPED}"
)
_SAID_SO = (
    rf"{_KEYWORD}{_FOR}(?:'s|[ ](?:is|was|ist|war|lautet|est|es|è|era|should[ ]be|would[ ]be|will[ ]be|it's|its)"
    r"|[ ](?:back[ ])?to|[ ]as)?[ :]{1,2}(?:jetzt[ ]|now[ ]|maintenant[ ]|ahora[ ])?"
    rf"{_TYPED}"
)
_SET = (
    r"\b(?:chang|reset|set|updat|switch)[a-z]{0,4}[ ](?:(?:it|that|this)|(?:my|the)[ ][a-z -]{1,24}?)[ ](?:back[ ])?to"
    rf"[ :]{{1,2}}{_TYPED}"
)
_MINE = (
    r"\b(?:my|the|new|old|current|our)[ ](?:(?:wi-?fi|account|login|e-?mail|online)[ ]){0,2}pass(?:word|code"
    rf"|phrase)[ ](?:is|was)[ :]{{1,2}}{_TYPED}"
)
"""Whatever it looks like besides: an e-mail address, a card number."""
_AS = rf"(?<!\S)(?P<v>[^\s\ue000]{{6,63}}+)[ ]as[ ](?:(?:my|the|a)[ ])?(?:new[ ])?{_KEYWORD}\b"
_PAIR = (
    r"\b(?:log[ -]?in|user(?:[ ]?name)?|credentials?)(?:[ ](?:is|are))?[ :=]{1,3}[^\s/\ue000]{2,64}+[ ]?/[ ]?" + _TYPED
)
_PHRASE = r"[^\W\d_]{2,20}+(?:[ -][^\W\d_]{2,20}+){2,7}"
_SAID_PHRASE = rf"{_KEYWORD}{_FOR}(?:[ ](?:is|was))?[ ]?[:=][ ]?(?P<v>{_PHRASE})[ .]{{0,2}}(?=\r?\n|$)"
_IS = r"(?:[ ]?(?:is|was|ist|lautet|est|es|è|it's|its|:|=|\#|-|\?))"
_PIN = (
    r"\b(?:pin|geheimzahl|nip)(?:[ -]?code|[ ]number)?"
    r"(?:[ ](?:for[ ](?:[^.?!\n\d]{1,40}?\b\d{4}\b|[^.?!\n\d]{1,24}?)"
    rf"|(?:to|on)[ ](?:[^.?!\n\d]{{1,40}}?\b\d{{4}}\b|[^.?!\n\d]{{1,24}}?)(?={_IS})))?"
    rf"{_IS}{{0,2}}[ ]{{0,2}}(?P<v>\d(?:[ -]?\d){{3,7}})(?![\w-]|[.,]\d)"
)
_OTHER_PIN = (
    r"\b(?:enamel|lapel|rolling|hair|bobby|bowling|cotter|dowel|push|safety|hat|tie|firing|trading|collar|kilt|split|map"
    r"|flag|tent|hdmi|gpio|connector)[ ]$"
)
"""Pins that are things."""
_NUMERIC = (
    r"(?P<v>(?:g-)?\d(?:[ -]?\d){3,7}[#*]?)"
    r"(?![\w-]|[.,]\d|[ ](?:lines?|characters?|bytes?|words|pages|points|people|times|minutes|seconds|days)\b)"
)
_CODE = (
    r"\b(?:otp|2fa|(?:one[ -]?time[ ](?:pass)?|verification[ ]|security[ ]|access[ ]|auth(?:entication)?[ ]|"
    r"login[ ])?(?:pass)?codes?|código|codice)"
    r"(?:[ ](?:i[ ](?:got|received)|you[ ]sent(?:[ ]me)?|sent[ ]to[ ]me|from[ ][^.?!\n\d]{1,20}?))?"
    rf"(?:[ ]?(?:is|was|ist|lautet|est|es|è|:|=|says|reads)){{1,2}}[ ]{{0,2}}{_NUMERIC}"
)
_SECRET_CODE = (
    r"\b(?:otp|2fa|mfa|(?:one[ -]?time|verification|security|access|auth|authentication|log[ -]?in|sign[ -]?in|sms|2fa|"
    r"mfa|unlock|door|gate|alarm|lockbox|entry|voicemail|bestätigungs|verifizierungs|zugangs)[ -]?(?:pass)?codes?"
    r"|codes?[ ]d(?:e|i)[ ](?:vérification|sécurité|verifica)|código[ ]de[ ](?:verificación|seguridad))"
    rf"{_IS}{{0,2}}[ ]{{1,2}}{_NUMERIC}"
)
_THIS_CODE = rf"\b(?:here(?:'s|[ ]is)|got|received|use|enter(?:ed)?)[ ](?:the|my|this|your|a)?[ ]?code[ ]{_NUMERIC}"
_SIX = r"(?P<v>\d{6}|\d{3}[ -]\d{3})(?![\w%-]|[.,]\d|[ ](?:people|points|times|users|dollars|euros|miles|items)\b)"
_TEXTED = (
    r"\b(?:got|get|received)[ ](?:a[ ]|the[ ])?(?P<v>\d{4,8}|\d{3}[ -]\d{3})[ ](?:in|by|via|on|from|as)[ ]"
    r"(?:(?:the|a|my|your|that|this)[ ])?(?:text|sms)\b(?![ ](?:plan|marketing|bundle|pack|list|ads?|format)\b)"
    rf"|\b(?:text|sms)(?:[ ]message)?[ ](?:says?|said|reads?|shows?)[ :]{{1,2}}{_SIX}"
    rf"|\btexted[ ](?:me|us)[ ](?:the[ ]code[ ])?{_SIX}"
)
_CODE_FIRST = (
    r"(?<![\w$€£.,/-])(?P<v>(?:g-)?\d{4,8}|\d{3}[ -]\d{3})[ ](?:is|was)[ ](?:my|your|the)[ ](?:[a-z-]{1,16}[ ]){0,2}"
    r"(?<!promo[ ]|discount[ ]|coupon[ ]|zip[ ]|area[ ]|error[ ]|gift[ ]|country[ ]|postal[ ])"
    r"(?:(?:pass)?code|otp|pin|password)\b"
)
_RECOVERY = (
    r"\b(?:recovery|backup|reset|rescue|unlock|emergency|scratch)[ ](?:codes?|keys?)"
    rf"{_IS}{{0,2}}[ ]{{1,2}}(?P<v>[a-z0-9]{{4,24}}+(?:-[a-z0-9]{{3,24}}+){{0,9}})(?!\w)"
)
_SEED = (
    r"\b(?:seed|recovery|mnemonic|backup)[ ](?:phrase|words?)(?:[ ](?:is|are))?[ :\n\"]{1,4}"
    r"(?P<v>[a-z]{3,8}+(?:[ ,]{1,2}[a-z]{3,8}+){11,23})(?![a-z])"
)
"""BIP 39: 12 to 24 words of three to eight letters."""
_PUBLIC_CODE = (
    r"\b(?:promo|promotional|discount|coupon|zip|postal|post|area|country|error|gift|sort|dress|product|item|style|"
    r"color|tracking|booking|order|reservation|status|sku|bar|qr|source|tax|airport|voucher|referral|swift|branch|"
    r"reason|return)[ ]$"
)
_BARE_CODE = r"(?<![\w$€£#.,/-])(?:\d{3}[ -]\d{3}|\d{4,8}|\d(?:[ -]\d){3,7})(?![\w%/-]|[.,]\d)"


def _secrets() -> Iterator[Pattern]:
    kind = "SECRET"
    yield Pattern(
        "password", kind, _SAID, 0.92, is_secret_word, words=_KEYWORDS, lower=True, example="my password is ⟦Hunter2!x⟧"
    )
    yield Pattern(
        "password_so", kind, _SAID_SO, 0.88, _is_strong, words=_KEYWORDS | _POSSESSIVES, lower=True,
        example="mein passwort ist ⟦n0such7⟧",
    )  # fmt: skip
    yield Pattern(
        "password_mine", kind, _MINE, 0.995, _is_any_password, words=words("password passcode passphrase"), lower=True,
        example="my password is ⟦4111111111111111⟧",
    )  # fmt: skip
    yield Pattern(
        "password_set", kind, _SET, 0.0, _is_strong, topics("password"), 0.88,
        requires_context=True, lower=True, example="the password expired so i set it to ⟦n0such7⟧",
    )  # fmt: skip
    yield Pattern(
        "password_as", kind, _AS, 0.88, _is_strong, words=_KEYWORDS, lower=True, example="try ⟦n0such7⟧ as password"
    )
    yield Pattern(
        "password_pair", kind, _PAIR, 0.85, _is_strong, words=words("login log user username credentials credential"),
        any_of=("/",), lower=True, example="login: nobody/⟦n0such7⟧",
    )  # fmt: skip
    yield Pattern(
        "password_phrase", kind, _SAID_PHRASE, 0.86, _is_phrase, words=_KEYWORDS, lower=True,
        example="password: ⟦violet hammer tuesday cloud⟧",
    )  # fmt: skip
    yield Pattern(
        "pin",
        kind,
        _PIN,
        0.93,
        digits=4,
        words=words("pin pincode geheimzahl nip"),
        lower=True,
        unless_match=_OTHER_PIN,
        example="my pin is ⟦4821⟧",
    )
    yield from _codes()


def _codes() -> Iterator[Pattern]:
    kind = "SECRET"
    yield Pattern(
        "one_time_code",
        kind,
        _CODE,
        0.9,
        lower=True,
        digits=4,
        words=words("code codes otp 2fa passcode código codice"),
        unless_match=_PUBLIC_CODE,
        example="the code is ⟦483920⟧",
    )
    yield Pattern(
        "secret_code", kind, _SECRET_CODE, 0.88, lower=True, digits=4, words=_CODE_WORDS,
        example="the door code ⟦8043⟧",
    )  # fmt: skip
    yield Pattern(
        "this_code", kind, _THIS_CODE, 0.75, _is_six_digits, lower=True, digits=6, words=words("code"),
        example="here's the code ⟦482913⟧",
    )  # fmt: skip
    yield Pattern(
        "code_texted", kind, _TEXTED, 0.86, lower=True, digits=4, words=words("text sms texted message"),
        example="I got ⟦482913⟧ in the text",
    )  # fmt: skip
    yield Pattern(
        "code_first", kind, _CODE_FIRST, 0.9, lower=True, digits=4, words=words("code passcode otp pin password"),
        example="⟦482913⟧ is your verification code",
    )  # fmt: skip
    yield Pattern(
        "recovery_code", kind, _RECOVERY, 0.88, _has_digit, lower=True, digits=1,
        words=words("recovery backup reset rescue unlock emergency scratch"), example="backup code: ⟦a1b2c-d3e4f⟧",
    )  # fmt: skip
    yield Pattern(
        "seed_phrase", kind, _SEED, 0.95, _is_seed, lower=True, words=words("seed recovery mnemonic backup"),
        example="seed phrase: ⟦acid barn cave dune echo fern gate hawk iron jazz kiwi lamp⟧",
    )  # fmt: skip
    yield Pattern(
        "code_asked", kind, _BARE_CODE, 0.0, None, topics("otp pin password"), 0.85,
        requires_context=True, asked_only=True, digits=4, unless=rf"{LAST_FOUR}|(?i)\b(?:since|in|until|from)[ ]$",
        example="What is the verification code? | ⟦483920⟧",
    )  # fmt: skip


_POSSESSIVES = words("password's pw's pwd's passcode's passphrase's")
_CODE_WORDS = words(
    "otp 2fa mfa code codes passcode passcodes bestätigungscode verifizierungscode zugangscode código doorcode "
    "logincode"
)
_STRONG = regex.compile(r"(?=.*\p{L})(?=.*(?:\d|[!#$%&*+=?@^~]\S)).{6,}")
_SIZE = regex.compile(r"(?i)\d{1,4}[ -]?\p{L}+[.!?]?|\p{L}+-\d|.*\.(?:com|org|net|de|png|jpe?g|pdf|docx?|txt)")


def _is_strong(text: str) -> bool:
    """Letters with a digit or sign among them; for places where a plain word mostly says something about the value."""
    return _STRONG.fullmatch(text) is not None and _SIZE.fullmatch(text) is None


def _is_any_password(text: str) -> bool:
    """Letters and digits or signs, or a long number: not a word that says something about the password."""
    return _is_strong(text) or "@" in text or (text.isdigit() and len(text) >= 6)


def _is_phrase(text: str) -> bool:
    """Words that make no sentence: of four and more one may be a word of grammar."""
    parts = regex.split(r"[ -]", text)
    return sum(not is_secret_word(part) for part in parts) <= (len(parts) >= 4)


def _is_seed(text: str) -> bool:
    parts = regex.split(r"[ ,]+", text)
    return len(parts) % 3 == 0 and 4 * sum(not is_secret_word(part) for part in parts) <= len(parts)


def _is_six_digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= 6


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


_LEAD = r"(?:(?:it'?s|it[ ]is|sure|ok|yes|that[ ]would[ ]be|my[ ]password[ ]is)[ ,:]{1,2}){0,2}"
_BARE_PASSWORD = rf"^[ ]{{0,3}}(?i:{_LEAD})(?P<v>[^\s\ue000]{{4,64}})[ ]{{0,3}}$"
_BARE_PHRASE = rf"^[ ]{{0,3}}(?i:{_LEAD})(?P<v>{_PHRASE})[ .!]{{0,3}}$"
_ANSWER = (
    r"\b(?:maiden[ ]name|(?:security|secret)[ ]question[ ]answer|security[ ](?:question|answer)|"
    r"(?:secret|memorable|safe)[ ](?:question|answer|word|phrase)|security[ ]word|first[ ]pet(?:'s[ ]name)?|"
    r"mädchenname(?:[ ]meiner[ ]mutter)?|nom[ ]de[ ]jeune[ ]fille(?:[ ]de[ ]ma[ ]mère)?|"
    r"apellido[ ]de[ ]soltera(?:[ ]de[ ]mi[ ]madre)?|cognome[ ]da[ ]nubile(?:[ ]di[ ]mia[ ]madre)?|"
    r"meisjesnaam(?:[ ]van[ ]mijn[ ]moeder)?)(?:[ ]to[ ][^.?!\n]{1,20}?)?"
    rf"(?:[ ]?(?:is|was|ist|est|es|è|:|=))[ ]{{1,2}}(?P<v>{NAME})"
)
_ANSWER_WORD = r"[\p{L}\d][\p{L}\d'.-]{1,24}+"
_BARE_ANSWER = rf"(?i)^[ ]{{0,3}}{_LEAD}(?P<v>{_ANSWER_WORD}(?:[ ]{_ANSWER_WORD}){{0,2}})[ .!]{{0,3}}$"


def _answers() -> Iterator[Pattern]:
    kind = "SECRET"
    yield Pattern(
        "password_asked", kind, _BARE_PASSWORD, 0.0, is_uncommon, topics("password"), 0.84,
        requires_context=True, asked_only=True, example="What is your password? | ⟦hunter2x⟧",
    )  # fmt: skip
    yield Pattern(
        "password_phrase_asked", kind, _BARE_PHRASE, 0.0, _is_phrase, topics("password"), 0.75,
        requires_context=True, asked_only=True, example="What is your password? | ⟦violet hammer tuesday cloud⟧",
    )  # fmt: skip
    yield Pattern(
        "security_answer",
        kind,
        _ANSWER,
        0.88,
        lower=True,
        trim=name_length,
        words=_ANSWER_WORDS,
        example="my mother's maiden name is ⟦Okafor⟧",
    )
    yield Pattern(
        "security_answer_asked", kind, _BARE_ANSWER, 0.0, _is_answer, topics("answer"), 0.8,
        requires_context=True, asked_only=True, example="What is the answer to your security question? | ⟦Okafor⟧",
    )  # fmt: skip


_ANSWER_WORDS = words("maiden security secret memorable safe pet pet's mädchenname fille soltera nubile meisjesnaam")


def _is_answer(text: str) -> bool:
    """Words that can be a value, with a title perhaps: "Mrs Quuxley"."""
    said = [word for word in text.split() if word.casefold().strip(".") not in TITLES]
    return bool(said) and all(map(is_secret_word, said))
