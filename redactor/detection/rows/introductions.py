"""Rows for names that are announced in other languages than English, in their own scripts: "меня зовут",
"我叫", "اسمي".

The phrases are those of phrase books and first lessons of each language; how much of what follows is the name is told
by capitals where the script has them, else by the words and endings that close the phrase.
"""

from collections.abc import Iterator

import regex

from redactor.detection.patterns import Pattern
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _with_capitals()
    yield from _without_capitals()
    yield from _without_blanks()


_WORD = r"\p{L}[\p{L}\p{M}'’.-]{0,24}+"
_FEW = rf"(?P<v>{_WORD}(?:[ ]{_WORD}){{0,3}}+)"
_SIGN = r"[ ]?[:,-]?[ ]{1,2}"
_CYRILLIC = (
    r"(?:меня[ ]зовут|мо[её][ ]имя(?:[ ]и[ ]фамилия)?|моя[ ]фамилия|мене[ ]звати|моє[ ]ім['’]?я|моє[ ]прізвище"
    r"|мяне[ ]завуць|казвам[ ]се|името[ ]ми[ ]е|зовем[ ]се|моје[ ]име[ ]је|се[ ]викам)"
)
_GREEK = r"(?:με[ ]λένε|με[ ]λενε|ονομάζομαι|ονομαζομαι|το[ ](?:όνομά|ονομα|όνομα)[ ]μου[ ](?:είναι|ειναι))"
_ROMAN = (
    r"(?:me[ ]llamo|mi[ ]nombre[ ]es|je[ ]m['’]?appelle|mon[ ]nom[ ]est|ich[ ]hei(?:ß|ss)e|mein[ ]name[ ]ist"
    r"|mi[ ]chiamo"
    r"|il[ ]mio[ ]nome[ ]è|(?:o[ ])?meu[ ]nome[ ]é|(?:eu[ ])?me[ ]chamo|chamo-me|ik[ ]heet|mijn[ ]naam[ ]is|jag[ ]heter"
    r"|mitt[ ]namn[ ]är|jeg[ ](?:heter|hedder)|mit[ ]navn[ ]er|nimeni[ ]on|nazywam[ ]się|mam[ ]na[ ]imię|jmenuji[ ]se"
    r"|volám[ ]sa|(?:benim[ ])?adım|mă[ ]numesc|numele[ ]meu[ ]este|zovem[ ]se|nama[ ]saya|tôi[ ]tên[ ]là"
    r"|tên[ ]tôi[ ]là)"
)
_GOES_ON = words(
    "и а но я мне мой моя из у хочу і та або мій з και μου είμαι από y e ed et und ich en i och og ja oraz a si și ve "
    "dan và je mon mi mein meine mijn min min il ho sono tengo quiero j'ai ma est là az ik jag jeg soy eu minha meu "
    "telefon telefono телефон номер"
)
"""Words that go on after a name."""


def _with_capitals() -> Iterator[Pattern]:
    kind = "PERSON"
    for name, phrase, hints in (
        ("name_in_cyrillic",
        _CYRILLIC, "зовут имя фамилия звати ім'я ім’я прізвище завуць казвам името зовем име викам"),
        ("name_in_greek", _GREEK, "λένε λενε ονομάζομαι ονομαζομαι όνομα όνομά ονομα"),
        (
            "name_in_roman", _ROMAN,
            "llamo nombre m'appelle m’appelle mappelle nom heiße heisse name chiamo nome chamo chamo-me heet naam "
            "heter namn hedder navn nimeni nazywam imię jmenuji volám adım numesc numele zovem nama tên",
        ),
    ):  # fmt: skip
        yield Pattern(
            name, kind, rf"(?i)\b{phrase}{_SIGN}{_FEW}", 0.85, trim=_capitalised_length, words=words(hints),
            example=_EXAMPLES[name],
        )  # fmt: skip


_SPACED = regex.compile(r"[^ ]++")


def _capitalised_length(text: str) -> int:
    """As many words as have a capital; where the first has none, two at most; none that goes on after a name."""
    has_capital = text[:1].isupper() and not text.isupper()
    end = 0
    for number, word in enumerate(_SPACED.finditer(text)):
        plain = word[0].strip(".,-'’").lower()
        if plain in _GOES_ON or (has_capital and not word[0][0].isupper()) or (not has_capital and number == 2):
            break
        end = word.end() - (len(word[0]) - len(word[0].rstrip(".-")))
        if word[0].endswith(".") and len(word[0]) > 3:
            break
    return end


_ARABIC = (
    r"(?:(?:أنا[ ]|انا[ ])?[اإأ]سمي(?:[ ]هو)?|[أا]نا[ ][أا]دعى|(?:اسم|نام)[ ]من|اسمم|میرا[ ]نام"
    r"|(?:השם[ ]שלי(?:[ ]הוא)?)|שמי(?:[ ]הוא)?"
    r"|קוראים[ ]לי)"
)
_INDIC = (
    r"(?:मेरा[ ]नाम|मेरो[ ]नाम|माझे[ ]नाव|আমার[ ]নাম|என்[ ]பெயர்|నా[ ]పేరు|મારું[ ]નામ|ನನ್ನ[ ]ಹೆಸರು|ਮੇਰਾ[ ]ਨਾਮ"
    r"|ਮੇਰਾ[ ]ਨਾਂ|എന്റെ[ ]പേര്)"
)
_OTHERS = r"(?:მე[ ]მქვია|ჩემი[ ]სახელია|իմ[ ]անունը|(?:ผม|ฉัน|ดิฉัน|หนู)?[ ]?ชื่อ(?:ของ(?:ผม|ฉัน))?)"
_CLOSES = words(
    "है हैं हूँ और मैं मेरा हो आहे আর এবং আমি மற்றும் మరియు છે અને ಮತ್ತು ਹੈ ਅਤੇ ہے اور است هست و من هو أنا انا رقم ورقم "
    "وأريد واريد في لدي عندي هاتفي ורציתי ואני אני ו רוצה և է და ครับ ค่ะ คะ และ"
)
"""Words that close the phrase, or go on after it, in scripts without capitals."""


def _without_capitals() -> Iterator[Pattern]:
    kind = "PERSON"
    for name, phrase, hints in (
        ("name_in_arabic_or_hebrew", _ARABIC, "اسمي إسمي أسمي أدعى ادعى اسم نام اسمم שמי השם קוראים"),
        (
            "name_in_indic", _INDIC,
            "नाम नाव নাম பெயர் పేరు નામ ಹೆಸರು ਨਾਮ ਨਾਂ പേര്",
        ),
    ):  # fmt: skip
        yield Pattern(
            name, kind, rf"(?<!\p{{L}}){phrase}{_SIGN}(?P<v>{_WORD}(?:[ ]{_WORD}){{0,3}}+)", 0.85,
            trim=_open_length, words=words(hints), example=_EXAMPLES[name],
        )  # fmt: skip
    yield Pattern(
        "name_in_thai_or_caucasian", kind, rf"(?<!\p{{L}}){_OTHERS}[ ]?(?P<v>{_WORD}(?:[ ]{_WORD}){{0,2}}+)", 0.85,
        trim=_open_length, any_of=("ชื่อ", "მქვია", "სახელია", "անունը"), example=_EXAMPLES["name_in_thai"],
    )  # fmt: skip


def _open_length(text: str) -> int:
    """Three words at most, none that closes the phrase."""
    end = 0
    for number, word in enumerate(_SPACED.finditer(text)):
        if word[0].strip(".,-") in _CLOSES or number == 3:
            break
        end = word.end() - (len(word[0]) - len(word[0].rstrip(".-,")))
    return end


_HAN = (
    r"(?P<v>\p{Han}{2,4}(?!\p{Han})|\p{Han}{2,3}"
    r"|\p{Latin}[\p{Latin}'.-]{1,24}+(?:[ ]\p{Lu}[\p{Latin}'.-]{1,24}+){0,2}+)"
)
_CHINESE = (
    rf"(?:我(?:的)?(?:名字|姓名)(?:[ ]?(?:是|叫|:))|我叫(?![了的过過你他她它不外车車人])(?:做|作)?|我姓名是"
    rf"|本人姓名|(?:^|[,，。 ])姓名[ ]?[:是])[ ]?{_HAN}"
)
_KANA = r"[\p{Han}\p{Hiragana}\p{Katakana}ー々・]"
_JAPANESE = (
    rf"(?:(?:私|僕|俺|わたし|ぼく)の)?(?:お)?名前は[ 、,]?(?P<v>{_KANA}{{1,10}}?(?:[ ]{_KANA}{{1,8}}?)?"
    rf"|\p{{Latin}}[\p{{Latin}} .'-]{{1,40}}?)"
    r"(?=です|でございます|だ[。.!]|と(?:申|もう|い|言)|[。.!、,]|$)"
)
_HUMBLE = (
    rf"(?:^|[。.!、,はのも \n])(?P<v>(?:(?!は|の|も|を|が){_KANA}){{2,10}}"
    rf"|{_KANA}{{1,4}}[ ]{_KANA}{{1,5}})(?=と(?:申します|もうします|いいます|言います))"
)
_SYLLABLES = r"\p{Hangul}{2,5}?|\p{Hangul}{1,2}[ ]\p{Hangul}{1,3}?"
_KOREAN = (
    rf"(?:(?:제|내|저의|나의)[ ]?이름은|성함은|이름은)[ ]?(?P<v>{_SYLLABLES})"
    r"(?=입니다|이에요|예요|에요|이고|이며|이라고|라고|이야|[.,!]|$)"
)


def _without_blanks() -> Iterator[Pattern]:
    kind = "PERSON"
    yield Pattern(
        "name_in_chinese", kind, _CHINESE, 0.85, any_of=("我叫", "名字", "姓名"),
        example=_EXAMPLES["name_in_chinese"],
    )  # fmt: skip
    yield Pattern("name_in_japanese", kind, _JAPANESE, 0.85, any_of=("名前は",), example=_EXAMPLES["name_in_japanese"])
    yield Pattern(
        "name_in_humble_japanese", kind, _HUMBLE, 0.85, any_of=("と申します", "ともうします", "といいます",
        "と言います"),
        example=_EXAMPLES["name_in_humble_japanese"],
    )  # fmt: skip
    yield Pattern(
        "name_in_korean", kind, _KOREAN, 0.85, any_of=("이름은", "성함은"), example=_EXAMPLES["name_in_korean"]
    )


_EXAMPLES = {
    "name_in_cyrillic": "меня зовут ⟦Иван Петров⟧, где мой заказ",
    "name_in_greek": "με λένε ⟦Γιώργος Παππάς⟧ και έχω ένα πρόβλημα",
    "name_in_roman": "hola, me llamo ⟦Lucía Fernández⟧ y tengo una duda",
    "name_in_arabic_or_hebrew": "اسمي ⟦محمد علي⟧",
    "name_in_indic": "मेरा नाम ⟦राहुल शर्मा⟧ है",
    "name_in_thai": "ผมชื่อ ⟦สมชาย ใจดี⟧ ครับ",
    "name_in_chinese": "我叫⟦王小明⟧，请问",
    "name_in_japanese": "私の名前は⟦山田太郎⟧です",
    "name_in_humble_japanese": "⟦佐藤⟧と申します",
    "name_in_korean": "제 이름은 ⟦김민수⟧입니다",
}
