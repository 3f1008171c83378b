# ruff: noqa: E501, SIM905  (data: lists of words are easiest to read as words)
"""Random personal values of many shapes and origins, for generated training messages. Nothing here is real."""

import random
import string
from collections.abc import Callable
from functools import cache

import phonenumbers
from faker import Faker

LATIN_LOCALES = (
    "en_US en_US en_GB en_IN en_IN en_AU en_CA en_IE en_NZ es_ES es_MX es_CO es_AR fr_FR fr_CA de_DE de_AT it_IT pt_BR pt_PT nl_NL nl_BE "
    "pl_PL cs_CZ sk_SK hu_HU ro_RO hr_HR sl_SI sv_SE da_DK no_NO fi_FI et_EE lt_LT lv_LV tr_TR vi_VN id_ID az_AZ "
    "fil_PH tw_GH yo_NG ha_NG ig_NG zu_ZA sq_AL ga_IE es_CL"
).split()
CYRILLIC_LOCALES = ("ru_RU", "uk_UA", "bg_BG")
ROMANIZED_LOCALES = ("ja_JP", "zh_CN")
CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g".split(),
        strict=True,
    )
)
ARABIC_FIRST = (
    "mohammed muhammad ahmed mahmoud ali omar khalid hassan hussein yusuf ibrahim mustafa abdullah abdulrahman karim rashid saeed tariq "
    "bilal hamza jamal nasser samir walid ziad faisal fahad sultan majid imran asif usman zain fatima aisha maryam khadija zainab layla "
    "noor huda salma amina samira yasmin rania dina hala lina mona nadia reem sara sumaya farah hana iman jamila sanaa soraya shireen "
    "parisa reza mehdi amir hossein arash kaveh dariush babak niloofar golnaz maryam shirin tahira nasreen rukhsana"
).split()
ARABIC_LAST = (
    "al-sayed el-masry haddad khoury nasser mansour hamdan saleh abbas aziz farouk qureshi siddiqui ansari malik sheikh chaudhry hussain "
    "bukhari al-rashid al-farsi al-hashimi benali bouazizi ben-youssef cherif ziani hakimi tehrani ahmadi rahimi karimi hosseini "
    "mohammadi jafari moradi najafi shaikh mirza baig abdi warsame farah osman elmi hashmi afridi khattak afzal"
).split()
KOREAN_FIRST = (
    "ji-woo min-jun seo-yeon ha-eun jihoon minseo soo-jin hyun-woo dong-hyun eun-ji yuna jiyeon sung-min tae-yang kyung-soo hye-jin "
    "jae-hyun seung-ho mi-sook young-ja woo-jin da-eun chaewon yejin sangwoo hyejin jungkook minho kwang-su"
).split()
KOREAN_LAST = (
    "kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song yoo hong bae noh ryu".split()
)
CHINESE_FIRST = (
    "wei fang xiuying min jing qiang lei yang jie tao chao xiaoming haoran zihan yuxuan meiling xiulan guowei jianguo zhiwei "
    "mei ling hui yan ying ping hong bo jun feng lan xin yi-fan chia-hao wing-yan ka-ming siu-ming kwok-wai hoi-yan"
).split()
CHINESE_LAST = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie tang deng feng han "
    "cao zeng peng xiao cai pan tian dong yuan yu du ye cheng wei su lu ding chan cheung wong leung lau ng kwok yip tse"
).split()
INDIAN_FIRST = (
    "aarav vihaan arjun sai krishna rohan rahul amit sanjay vijay rajesh suresh ramesh deepak anil sunil manoj ravi kiran ashok "
    "priya ananya diya isha kavya lakshmi meera neha pooja radha sita sunita anita geeta kavita shreya sneha swati divya nisha "
    "harpreet gurpreet manpreet jaspreet simran balwinder thanuja nimal kumari venkatesh subramaniam karthik senthil murugan"
).split()
INDIAN_LAST = (
    "sharma verma gupta agarwal singh kaur patel shah mehta desai joshi kulkarni deshmukh patil reddy rao naidu iyer iyengar nair "
    "menon pillai krishnan subramanian venkataraman raghunathan mukherjee banerjee chatterjee ghosh das bose sen dutta chakraborty "
    "bhattacharya mishra pandey tiwari dubey trivedi chauhan yadav jha sinha perera fernando silva jayawardena rajapaksa"
).split()
AFRICAN_FIRST = (
    "kwame kofi ama akosua abena yaw chinedu emeka ngozi chiamaka oluwaseun adebayo folake temitope tunde babatunde aminata fatoumata "
    "mamadou ousmane thabo sipho nomvula zanele lerato thandiwe wanjiru kamau otieno achieng njeri mutua tendai tatenda rutendo "
    "abebe tigist haile selam mekonnen desta bereket kidane makena zuri amara chidi"
).split()
AFRICAN_LAST = (
    "mensah owusu boateng asante osei appiah okafor okonkwo nwosu eze adeyemi ogunleye balogun okoye diallo traore keita coulibaly "
    "ndlovu dlamini nkosi zulu khumalo mokoena mwangi kariuki kimani odhiambo wanjala moyo ncube chikwanha tesfaye bekele alemu girma "
    "gebremariam mbeki sithole achebe abiodun"
).split()
OTHER_FIRST = (
    "noa yael avi moshe shlomo tamar itai eitan rivka chaim dovid somchai siriporn nattapong kanya malee anong bayani liwayway "
    "leilani kalani keoni makoa tane wiremu aroha hinemoa nayeli itzel citlali xochitl quetzal tupac giannis kostas eleni despina "
    "dimitris stavros ioanna aram armen ani gayane giorgi nino levan ketevan bolat aigerim nursultan dinara batbayar oyuna"
).split()
OTHER_LAST = (
    "cohen levy mizrahi peretz biton friedman goldberg katz azoulay ben-david chaiyaporn srisuk thongchai wongsakul bautista dela-cruz "
    "kahananui kealoha tamatea ngata papadopoulos nikolaidis georgiou pappas sarkisian petrosyan hakobyan beridze kapanadze "
    "nazarbayeva tulegenov batbold huaman quispe mamani condori yupanqui"
).split()
NAMES_THAT_ARE_WORDS = (
    "will may mark grace hope bill summer chase art pat sue jack drew rose lily daisy ivy dawn joy faith june april august autumn skip "
    "gene hunter mason cooper carter dean earl king duke prince pearl ruby amber crystal jade violet iris olive ginger rusty sandy "
    "rocky brook ford rich rob bob frank ernest guy ray don dot penny robin martin jay jean carol holly heather misty charity "
    "constance patience prudence mercy harmony melody destiny chance trip ace max miles grant ward wade reed clay cliff glen dale lane "
    "forrest heath stone storm sky skye rain sunny angel christian major noble royal justice victor chuck buck tag tab sterling dusty josh "
    "nick pierce pike spike lance tanner parker porter page sage basil pepper clementine hazel magnolia willow aspen laurel myrtle"
).split()
SURNAMES_THAT_ARE_WORDS = (
    "price long young green brown white black gray rich banks bush hill wood woods field fields rivers lake stone rock ford marsh "
    "moore case cash chance church cook cross day fine fish fox frost good grant hall hand hart head holder hood hunt keen key knight "
    "lamb law little love low major mann more nice noble ogden pace page park parker parks post potter powers pride rose rush sharp "
    "short silver small snow sparks speed spring steel stern strong swift sweet tall temple waters way weeks wells west winter wise "
    "wolf worth wright best bird bishop blue bond booth boyle branch bright broad burns bell ball bacon baker barber bowman"
).split()
ONSETS = "b br c ch d dr f g gr h j k kr l m n p r s sh st t tr v w y z th kh ph sk bh mb nd".split()
VOWELS = "a e i o u a e i o ai ee ou ia ei aa oo io".split()
CODAS = ["", "", "", "n", "r", "l", "s", "m", "sh", "k", "nd", "th", "v", "ng", "rt", "x"]
ENDINGS = [
    "",
    "",
    "ov",
    "ova",
    "ski",
    "son",
    "ez",
    "ian",
    "wala",
    "oglu",
    "escu",
    "ich",
    "sen",
    "ley",
    "ton",
    "ano",
    "ini",
    "dze",
    "pour",
    "mann",
]


def transliterate(name: str) -> str:
    """Cyrillic to Latin, letter by letter (a plain passport-like table)."""
    return "".join(CYRILLIC.get(c, c) for c in name.lower()).replace("_", "").title()


@cache
def name_pools() -> tuple[list[list[str]], list[list[str]]]:
    """Forenames and surnames by origin; index i of both lists belongs together."""
    first: list[list[str]] = []
    last: list[list[str]] = []
    for number, locale in enumerate(LATIN_LOCALES + list(CYRILLIC_LOCALES) + list(ROMANIZED_LOCALES)):
        faker = Faker(locale)
        faker.seed_instance(number)
        change: Callable[[str], str] = transliterate if locale in CYRILLIC_LOCALES else str
        if locale in ROMANIZED_LOCALES:
            names = sorted({faker.romanized_name().replace("-", "") for _ in range(900)})
            first.append(sorted({n.split()[0] for n in names}))
            last.append(sorted({n.split()[-1] for n in names}))
            continue
        first.append(sorted({change(faker.first_name()).strip() for _ in range(900)}))
        last.append(sorted({change(faker.last_name()).strip() for _ in range(900)}))
    for f, s in (
        (ARABIC_FIRST, ARABIC_LAST),
        (ARABIC_FIRST, ARABIC_LAST),
        (KOREAN_FIRST, KOREAN_LAST),
        (CHINESE_FIRST, CHINESE_LAST),
        (CHINESE_FIRST, CHINESE_LAST),
        (INDIAN_FIRST, INDIAN_LAST),
        (INDIAN_FIRST, INDIAN_LAST),
        (INDIAN_FIRST, INDIAN_LAST),
        (AFRICAN_FIRST, AFRICAN_LAST),
        (OTHER_FIRST, OTHER_LAST),
    ):
        first.append([title(n) for n in f])
        last.append([title(n) for n in s])
    return first, last


def title(name: str) -> str:
    """Capitals after a blank or hyphen."""
    return "-".join(p.capitalize() for p in name.split("-"))


def coined(rng: random.Random, parts: int) -> str:
    """A name nobody has, so that the model learns the place of a name and not only names."""
    word = "".join(
        rng.choice(ONSETS) + rng.choice(VOWELS) + (rng.choice(CODAS) if rng.random() < 0.4 else "")
        for _ in range(parts)
    )
    return word.capitalize()


def first_last(rng: random.Random) -> tuple[str, str]:
    """A forename and a surname, of one origin mostly."""
    first, last = name_pools()
    i = rng.randrange(len(first))
    j = i if rng.random() < 0.8 else rng.randrange(len(first))
    f, s = rng.choice(first[i]), rng.choice(last[j])
    if rng.random() < 0.07:
        f = rng.choice(NAMES_THAT_ARE_WORDS).capitalize()
    if rng.random() < 0.07:
        s = rng.choice(SURNAMES_THAT_ARE_WORDS).capitalize()
    if rng.random() < 0.08:
        f = coined(rng, rng.choice((1, 2, 2)))
    if rng.random() < 0.10:
        s = coined(rng, rng.choice((1, 2, 2))) + rng.choice(ENDINGS)
    return f, s


def forename(rng: random.Random) -> str:
    return first_last(rng)[0]


def surname(rng: random.Random) -> str:
    return first_last(rng)[1]


def full_name(rng: random.Random) -> str:
    f, s = first_last(rng)
    dice = rng.random()
    if dice < 0.74:
        return f"{f} {s}"
    if dice < 0.80:
        return f"{f} {rng.choice(string.ascii_uppercase)}{rng.choice(['.', ''])} {s}"
    if dice < 0.84:
        return f"{f} {forename(rng)} {s}"
    if dice < 0.88:
        return f"{f} {s}{rng.choice([' ', '-'])}{surname(rng)}"
    if dice < 0.91:
        return f"{f} {rng.choice(['de', 'van', 'von', 'da', 'de la', 'van der', 'del', 'bin', 'al', 'el', 'di', 'ter', 'O', 'Mac', 'St.'])} {s}"
    if dice < 0.93:
        return f"{f} {rng.choice(['O', 'D'])}'{s}"
    if dice < 0.95:
        return f"{s}, {f}"
    if dice < 0.97:
        return f"{s} {f}"
    if dice < 0.985:
        return f"{f[0]}{rng.choice(['.', '. ', ' '])}{s}"
    return f"{f} {s} {rng.choice(['Jr', 'Jr.', 'Sr', 'III', 'II'])}"


def digits(rng: random.Random, n: int) -> str:
    return "".join(rng.choices(string.digits, k=n))


def letters(rng: random.Random, n: int) -> str:
    return "".join(rng.choices(string.ascii_uppercase, k=n))


def alnum(rng: random.Random, n: int) -> str:
    return "".join(rng.choices(string.ascii_uppercase + string.digits, k=n))


def shape(rng: random.Random, pattern: str) -> str:
    """9 digit, A capital, a small letter, X capital or digit, h hex digit; all else as it stands."""
    kinds = {
        "9": string.digits,
        "A": string.ascii_uppercase,
        "a": string.ascii_lowercase,
        "X": string.ascii_uppercase + string.digits,
        "h": "0123456789abcdef",
    }
    return "".join(rng.choice(kinds[c]) if c in kinds else c for c in pattern)


ACCOUNT_SHAPES = (
    (
        "#9999999 #99999 #W9999999 W9999999 #A9999999 A9999999 AA9999999 AA-999999 AAA-99999 AAA-999999 AAA9999999 ORD-999999 ORD9999999 "
        "ORD-9999-99999 INV-9999 INV-2024-9999 INV99999 TKT-999999 TKT9999999 CS9999999 CASE-99999 REF-XXXXXX REF:999999 BK-99999 BK9XXXX RES-9999999 "
        "999-9999999-9999999 999-999999 99-999999 9999-9999 9999-9999-9999 999999-99 99999-AA AA99-XX99-XX99 XXXX-XXXX XXXX-XXXX-XXXX XXX-XXX XXX-XXX-XXX "
        "A-99999 A99-9999 99A9999 9A9A9A A9A9A9 AA9A99 AA99AA AAAAAA AAAAAA XXXXXX XXXXXX XXXXXX AA9AA9 A9AAA9 9AAAAA A9A9AA AA999 "
        "1Z999AA19999999999 9400199999999999999999 AA999999999AA 999999999999 TBA999999999999 GM9999999999999999 "
        "cus_aA9aA9aA9aA9aA order_aA9aA9aA9aA9 hhhhhhhh hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh hhhhhhhhhhhh user_999999 u-99999 acct-9999999 ACC9999999 ACCT-999999 "
        "MEM-9999999 M9999999 CUST-99999 CUST999999 C-9999999 99999999A LN-99999999 CLM-9999999 POL-9999-9999 P99999999 SR-9999999 #AA-9999 "
        "#999-9999 99/999999 99.999.999 AAA/99/9999 9999 9999 99 9999 9999 9999"
    )
    .replace("9999 9999 99 9999 9999 9999", "")
    .split()
)


def account(rng: random.Random) -> str:
    dice = rng.random()
    if dice < 0.38:
        return digits(rng, rng.choice((4, 5, 5, 6, 6, 7, 7, 8, 8, 8, 9, 9, 10, 10, 10, 10, 10, 11, 12, 12, 13, 14)))
    if dice < 0.58:
        return alnum(rng, rng.choice((5, 6, 6, 6, 7, 8, 8, 9, 10, 10, 10, 10, 11, 12)))
    if dice < 0.66:
        return (
            letters(rng, rng.choice((1, 2, 2, 3, 4)))
            + rng.choice(["", "", "-", " "])
            + digits(rng, rng.choice((4, 5, 6, 7, 8, 9)))
        )
    if dice < 0.69:
        return rng.choice(
            [
                shape(rng, "9999 9999"),
                shape(rng, "9999 9999 99"),
                shape(rng, "999 999 9999"),
                shape(rng, "AA 999 999"),
                shape(rng, "999 999 999"),
            ]
        )
    return shape(rng, rng.choice(ACCOUNT_SHAPES))


DOMAINS = (
    "gmail.com gmail.com gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com email.com email.com email.com example.com example.com mail.com "
    "proton.me protonmail.com gmx.de web.de orange.fr yahoo.co.uk live.com msn.com comcast.net qq.com 163.com yandex.ru libero.it btinternet.com "
    "googlemail.com hotmail.co.uk yahoo.fr rediffmail.com bigpond.com shaw.ca uol.com.br wp.pl seznam.cz zoho.com fastmail.com example.org"
).split()
NICK_WORDS = (
    "dragon moon star cool sunny pixel ninja tiger happy crazy wolf panda gamer lucky blue red dark sky music dancer runner coffee cat dog "
    "mama papa foodie travel biker surfer queen king boss sweet little big super mega real official its the just"
).split()


def ascii_part(name: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(c for c in plain.lower() if c.isalnum()) or "user"


def handle(rng: random.Random, name: tuple[str, str] | None = None) -> str:
    f, s = (ascii_part(n) for n in (name or first_last(rng)))
    n = digits(rng, rng.choice((1, 1, 2, 2, 3, 3, 4, 6)))
    w, v = rng.choice(NICK_WORDS), rng.choice(NICK_WORDS)
    return rng.choice(
        [
            f + s + n,
            f[0] + s + n,
            f[0] + s[0] + n + n,
            f + s[0] + n,
            f"{f}.{s}",
            f"{f}_{s}",
            f"{f}_{s}_{n}",
            f"{f}.{s}{n}",
            f + n,
            s + n,
            f[0] + s,
            w + v + n,
            w + "_" + v,
            f"{w}{f}",
            f"{f}-{s}",
            f"{f}{w}{n}",
            s + f[0] + n,
            f"{f}{s}",
            f"{f[0]}.{s}",
            f"x{w}{v}x",
            f"{w}.{v}.{n}",
            f"{f[:3]}{s[:3]}{n}",
        ]
    )


def email(rng: random.Random, name: tuple[str, str] | None = None) -> str:
    dice = rng.random()
    domain = rng.choice(DOMAINS)
    if dice < 0.15:
        domain = coined(rng, 2).lower() + rng.choice(
            [
                ".com",
                ".org",
                ".net",
                ".io",
                ".co.uk",
                ".de",
                ".co",
                ".edu",
                "-group.com",
                "shop.com",
                ".fr",
                ".in",
                ".us",
            ]
        )
    local = handle(rng, name)
    if dice > 0.97:
        return f"{local} @ {domain}"
    if dice > 0.945:
        return f"{local.replace('.', ' dot ').replace('_', ' underscore ')} at {domain.replace('.', ' dot ')}"
    if dice > 0.93:
        return f"{local}[at]{domain}" if rng.random() < 0.5 else f"{local} (at) {domain.replace('.', ' (dot) ')}"
    return f"{local}@{domain}"


def username(rng: random.Random) -> str:
    h = handle(rng)
    return "@" + h.replace(".", "_") if rng.random() < 0.12 else h


PHONE_REGIONS = "US US US US US US GB GB CA AU IN IN DE FR ES IT NL IE NZ ZA NG KE BR MX AR CO CL PL SE NO DK FI BE CH AT PT GR TR RU UA RO CZ HU IL AE SA EG PK BD LK SG MY PH ID TH VN KR JP CN HK TW".split()


def phone(rng: random.Random) -> str:
    if rng.random() < 0.42:
        a, b, c = str(rng.randint(201, 989)), str(rng.randint(200, 999)), digits(rng, 4)
        return rng.choice(
            [
                f"{a}-{b}-{c}",
                f"({a}) {b}-{c}",
                f"{a}{b}{c}",
                f"{a}{b}{c}",
                f"{a} {b} {c}",
                f"{a}.{b}.{c}",
                f"+1 {a}-{b}-{c}",
                f"+1{a}{b}{c}",
                f"1-{a}-{b}-{c}",
                f"+1 ({a}) {b}-{c}",
                f"({a}){b}-{c}",
                f"{a}-{b}{c}",
                f"{b}-{c}",
                f"{a} {b}-{c}",
                f"001 {a} {b} {c}",
                f"{a}-{b}-{c} ext {digits(rng, 3)}",
            ]
        )
    example = phonenumbers.example_number_for_type(rng.choice(PHONE_REGIONS), phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return "+" + digits(rng, 11)
    national = str(example.national_number)
    keep = rng.choice((2, 3))
    example.national_number = int(national[:keep] + digits(rng, len(national) - keep))
    F = phonenumbers.PhoneNumberFormat
    text = str(
        phonenumbers.format_number(
            example, rng.choice([F.INTERNATIONAL, F.INTERNATIONAL, F.NATIONAL, F.NATIONAL, F.E164])
        )
    )
    dice = rng.random()
    if dice < 0.15:
        return text.replace(" ", "")
    if dice < 0.25:
        return text.replace(" ", "-")
    return text.replace("+", "00", 1) if dice < 0.28 else text


def luhn_digit(number: str) -> str:
    total = sum(int(c) if i % 2 else sum(divmod(int(c) * 2, 10)) for i, c in enumerate(reversed(number)))
    return str(-total % 10)


def card(rng: random.Random) -> str:
    prefix, n = rng.choice(
        [
            ("4", 16),
            ("4", 16),
            ("5" + rng.choice("12345"), 16),
            ("37", 15),
            ("34", 15),
            ("6011", 16),
            ("2221", 16),
            ("3528", 16),
            ("36", 14),
        ]
    )
    body = prefix + digits(rng, n - len(prefix) - 1)
    number = body + (luhn_digit(body) if rng.random() < 0.9 else rng.choice(string.digits))
    if rng.random() < 0.4:
        return number
    cut = (4, 10, 15) if n == 15 else (4, 8, 12, 16)
    parts, start = [], 0
    for end in cut:
        parts.append(number[start:end])
        start = end
    return rng.choice([" ", " ", "-", "-", ".", "  "]).join(p for p in parts if p)


IBANS = {
    "DE": 18,
    "GB": "AAAA",
    "FR": 23,
    "ES": 20,
    "IT": 23,
    "NL": "AAAA",
    "BE": 12,
    "CH": 17,
    "AT": 16,
    "PL": 24,
    "SE": 20,
    "PT": 21,
    "IE": "AAAA",
    "AE": 19,
    "DK": 14,
    "NO": 11,
    "FI": 14,
    "TR": 22,
    "LT": 16,
}


def iban(rng: random.Random) -> str:
    country, rule = rng.choice(list(IBANS.items()))
    bban = (
        digits(rng, rule)
        if isinstance(rule, int)
        else letters(rng, 4) + digits(rng, {"GB": 14, "NL": 10, "IE": 14}[country])
    )
    number = int("".join(str(int(c, 36)) for c in bban + country + "00"))
    text = f"{country}{98 - number % 97:02d}{bban}"
    if rng.random() < 0.5:
        text = " ".join(text[i : i + 4] for i in range(0, len(text), 4))
    return text


def cvv(rng: random.Random) -> str:
    return digits(rng, rng.choice((3, 3, 3, 3, 4)))


BANK_SHAPES = [
    "99999999",
    "9999999999",
    "999999999",
    "999999999999",
    "99-99-99 99999999",
    "999999999",
    "9999 9999",
    "99999-999",
    "999-999 99999999",
    "99999999999",
    "9999-9999-99-9999999999",
    "9999999-9",
    "00099999999",
]
NATIONAL_SHAPES = [
    "999-99-9999",
    "999-99-9999",
    "999-99-9999",
    "999 99 9999",
    "999999999",
    "999.99.9999",
    "AA 99 99 99 A",
    "AA999999A",
    "AA 999999 A",
    "999 999 999",
    "999-999-999",
    "1 99 99 99 999 999 99",
    "29999999999999 9",
    "199999999999999",
    "99 999 999 999",
    "99999999999",
    "99999999A",
    "A9999999A",
    "A-9999999-A",
    "99.999.999-A",
    "AAAAAA99A99A999A",
    "999999999",
    "9999 9999 9999",
    "999999999999",
    "AAAAA9999A",
    "999.999.999-99",
    "99999999999",
    "999999-9999",
    "19999999-9999",
    "99999999-9999",
    "999 999 999",
    "999999-999A",
    "99.99.99-999.99",
    "999999-9999999",
]
PASSPORT_SHAPES = [
    "999999999",
    "A99999999",
    "AA9999999",
    "A9999999",
    "AA999999",
    "99AA99999",
    "AXXXXXXXX",
    "AAA999999",
    "9999999",
    "A 9999999",
    "AA 999 9999",
    "C9XXXXXXX",
]
LICENSE_SHAPES = [
    "A9999999",
    "A999-9999-9999",
    "A99999999",
    "99999999",
    "999999999",
    "AAAAA999999AA9AA",
    "AAA99-999-999",
    "AA-99-9999999",
    "A9999-99999-99999",
    "AA999999",
    "AA99 99999999999",
    "AXXXXXXXXXX",
    "A999-999-99-999-9",
    "9999999",
    "AAAA*AA999AA",
    "A999999999999",
]
VEHICLE_SHAPES = [
    "9AAA999",
    "AAA-9999",
    "AA99 AAA",
    "AA99AAA",
    "AAA 999",
    "A-AA 9999",
    "AA-999-AA",
    "AA 99 AA 9999",
    "AAA9999",
    "9999 AAA",
    "AAA-999",
    "999-AAA",
    "AA-99-AA",
    "A AA 999",
    "AA99 AA9999",
    "99-AAA-9",
    "B-AA 999",
]
MEDICAL_SHAPES = [
    "MRN-9999999",
    "MRN9999999",
    "99999999",
    "999 999 9999",
    "AAA999999999",
    "A99999999",
    "9AA9-AA9-AA99",
    "999-99-9999-A",
    "AAA9999999A",
    "H999999999",
    "XXXXXXXXXX",
    "P9999999",
    "99-9999999",
    "RX-9999999",
    "RX9999999",
    "9999999999",
    "AAA-99999-99",
]
WORDS = "summer winter sunshine dragon monkey flower tiger shadow master princess football baseball soccer hockey superman batman purple orange cookie pepper ginger buster maggie rocky welcome letmein secret hello freedom whatever trustno starwars pokemon hunter ranger coffee blossom".split()
PETS = "fluffy rex buddy max bella luna charlie coco daisy rocky milo oscar toby simba shadow whiskers mittens patches spot lucky sparky biscuit pumpkin smokey tinkerbell".split()


def vin(rng: random.Random) -> str:
    return "".join(rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=17))


def password(rng: random.Random) -> str:
    w = rng.choice(WORDS)
    dice = rng.random()
    if dice < 0.5:
        return (
            rng.choice([w, w.capitalize(), w.upper(), forename(rng)])
            + rng.choice(["", "_", "-", "."])
            + digits(rng, rng.choice((1, 2, 3, 4)))
            + rng.choice(["", "!", "#", "$", "!!", "*", "?", "@"])
        )
    if dice < 0.8:
        return (
            "".join(rng.choices(string.ascii_letters + string.digits + "!#$%&*?@^", k=rng.randint(7, 14))).strip("?!")
            or "aB3$xk91"
        )
    if dice < 0.9:
        return shape(
            rng,
            rng.choice(["aaaaaa99aa", "aa9a99aaa", "XXXXXXXXXX", "aaa9999", "aaaaaaa", "99aaaaa9", "aaaa-aaaa-aaaa"]),
        )
    return "-".join(rng.choices(WORDS, k=rng.choice((2, 3, 4))))


def pin(rng: random.Random) -> str:
    n = digits(rng, rng.choice((4, 4, 4, 5, 6, 6, 6, 6, 7, 8)))
    return n[:3] + rng.choice([" ", "-"]) + n[3:] if len(n) == 6 and rng.random() < 0.2 else n


def api_key(rng: random.Random) -> str:
    body = "".join(rng.choices(string.ascii_letters + string.digits, k=rng.choice((20, 24, 32, 36))))
    return rng.choice(["sk_live_", "sk-", "ghp_", "AKIA", "xoxb-", "pk_test_", "", "AIza", "glpat-", "Bearer "]) + body


def answer(rng: random.Random) -> str:
    dice = rng.random()
    if dice < 0.4:
        return rng.choice(PETS).capitalize()
    if dice < 0.6:
        return surname(rng)
    if dice < 0.8:
        return (
            rng.choice(["St ", "Saint ", "", ""])
            + forename(rng)
            + rng.choice(["'s School", " Elementary", " High", " Primary"])
        )
    return rng.choice(
        [
            "Honda Civic",
            "Ford Focus",
            "blue bicycle",
            "the beatles",
            "pizza",
            "Toyota Corolla",
            "grandma's lasagna",
            "Mr Whiskers",
            "Harry Potter",
            "old red truck",
        ]
    )


STREETS = "Main Oak Maple Cedar Pine Elm Washington Lake Hill Park Walnut Spring North Ridge Church Willow Mill Sunset Railroad Jackson Franklin River Kennedy Primrose Circle Highland Forest Meadow Jefferson Center Broadway Lincoln Chestnut Cherry Dogwood Hickory Lakeview Laurel Magnolia Prospect Valley Victoria Station King's Queen's Mountain Harbour Bay Canyon Foxglove Orchard Peach Summit 1st 2nd 3rd 5th 42nd 118th Martin Luther King Bishop".split()
KINDS = "St St. Street Ave Ave. Avenue Rd Rd. Road Dr Dr. Drive Ln Lane Blvd Boulevard Way Court Ct Place Pl Terrace Circle Trail Pkwy Parkway Close Crescent Square Row Highway".split()
STATES = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY".split()
STATE_NAMES = "Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho Illinois Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Virginia Washington Wisconsin Wyoming".split()
CITIES = (
    "New York|Los Angeles|Chicago|Houston|Phoenix|Philadelphia|San Antonio|San Diego|Dallas|Austin|Jacksonville|Columbus|Charlotte|Indianapolis|Seattle|Denver|Boston|Nashville|Detroit|Portland|Las Vegas|"
    "Memphis|Louisville|Baltimore|Milwaukee|Albuquerque|Tucson|Fresno|Sacramento|Mesa|Atlanta|Omaha|Raleigh|Miami|Oakland|Tulsa|Tampa|Cleveland|Newark|Brighton|San Lima|Jefferson|Springfield|"
    "London|Manchester|Birmingham|Leeds|Glasgow|Edinburgh|Bristol|Cardiff|Belfast|Dublin|Cork|Toronto|Montreal|Vancouver|Calgary|Ottawa|Sydney|Melbourne|Brisbane|Perth|Auckland|Wellington|Mumbai|Delhi|"
    "Bangalore|Chennai|Hyderabad|Pune|Kolkata|Karachi|Lahore|Dhaka|Colombo|Singapore|Kuala Lumpur|Jakarta|Manila|Bangkok|Hanoi|Seoul|Tokyo|Osaka|Beijing|Shanghai|Hong Kong|Taipei|Dubai|Riyadh|Cairo|"
    "Lagos|Abuja|Accra|Nairobi|Kampala|Johannesburg|Cape Town|Durban|Casablanca|Tunis|Istanbul|Ankara|Athens|Rome|Milan|Naples|Madrid|Barcelona|Valencia|Seville|Lisbon|Porto|Paris|Lyon|Marseille|"
    "Berlin|Hamburg|Munich|Cologne|Frankfurt|Vienna|Zurich|Geneva|Amsterdam|Rotterdam|Brussels|Antwerp|Copenhagen|Stockholm|Oslo|Helsinki|Warsaw|Krakow|Prague|Budapest|Bucharest|Sofia|Kyiv|Moscow|"
    "Mexico City|Guadalajara|Bogota|Lima|Santiago|Buenos Aires|Sao Paulo|Rio de Janeiro|Havana|San Juan"
).split("|")
COUNTRIES = "USA|United States|UK|Canada|Germany|France|India|Spain|Italy|Mexico|Brazil|Australia|Ireland|Poland|Nigeria|Kenya|South Africa|Japan|China|Philippines|Pakistan|Turkey|Sweden|Norway|Portugal|Netherlands".split(
    "|"
)


@cache
def city_pool() -> list[str]:
    pool = list(CITIES) * 4
    for locale in ("en_US", "en_GB", "de_DE", "fr_FR", "en_IN", "es_ES", "pl_PL", "nl_NL", "pt_BR", "en_AU", "sv_SE"):
        faker = Faker(locale)
        faker.seed_instance(7)
        pool += [faker.city() for _ in range(120)]
    return pool


def city(rng: random.Random) -> str:
    return rng.choice(city_pool())


def state(rng: random.Random) -> str:
    return rng.choice(STATES) if rng.random() < 0.6 else rng.choice(STATE_NAMES)


def location(rng: random.Random) -> str:
    dice = rng.random()
    if dice < 0.5:
        return city(rng)
    if dice < 0.7:
        return f"{city(rng)}{rng.choice([', ', ', ', ' '])}{state(rng)}"
    return state(rng) if dice < 0.8 else rng.choice(COUNTRIES)


def postcode(rng: random.Random) -> str:
    return shape(
        rng,
        rng.choice(
            ["99999"] * 8
            + [
                "99999-9999",
                "A9 9AA",
                "A99 9AA",
                "AA9 9AA",
                "AA99 9AA",
                "AA99AA",
                "A9A 9A9",
                "A9A9A9",
                "9999",
                "9999 AA",
                "999999",
                "99-999",
                "999 99",
                "9999",
                "99999-999",
                "AA9A 9AA",
            ]
        ),
    )


def street(rng: random.Random) -> str:
    dice = rng.random()
    number = str(rng.randint(1, 9999)) + (rng.choice("ABCab") if rng.random() < 0.05 else "")
    if dice < 0.62:
        name = rng.choice(STREETS) if rng.random() < 0.7 else surname(rng)
        line = f"{number} {name} {rng.choice(KINDS)}"
        if rng.random() < 0.12:
            line = f"{number} {rng.choice(['N', 'S', 'E', 'W', 'North', 'South', 'West', 'NE', 'SW'])} {name} {rng.choice(KINDS)}"
    elif dice < 0.72:
        line = rng.choice(
            [
                f"{surname(rng)}straße {number}",
                f"{surname(rng)}weg {number}",
                f"{surname(rng)}str. {number}",
                f"{surname(rng)}straat {number}",
                f"Calle {surname(rng)} {number}",
                f"Via {surname(rng)} {number}",
                f"{number} rue {surname(rng)}",
                f"ul. {surname(rng)} {number}",
                f"Rua {surname(rng)}, {number}",
                f"{number} rue de la {surname(rng)}",
                f"Av. {surname(rng)} {number}",
            ]
        )
    elif dice < 0.78:
        line = rng.choice(
            [
                f"PO Box {number}",
                f"P.O. Box {number}",
                f"Flat {rng.randint(1, 99)}, {number} {rng.choice(STREETS)} {rng.choice(KINDS)}",
                f"House no {number}, {surname(rng)} Nagar",
                f"{number}/{rng.randint(1, 40)} {surname(rng)} Road, Sector {rng.randint(1, 90)}",
            ]
        )
    else:
        line = f"{number} {rng.choice(STREETS)} {rng.choice(KINDS)}"
        line += (
            rng.choice([", ", " ", ","])
            + rng.choice(["Apt", "Apt.", "Unit", "Suite", "#", "Ste", "apartment", "Floor"])
            + " "
            + rng.choice([str(rng.randint(1, 999)), rng.choice("ABCD") + str(rng.randint(1, 30))])
        )
    return line


def address(rng: random.Random) -> str:
    dice = rng.random()
    s, c, st, z = street(rng), city(rng), state(rng), postcode(rng)
    us = shape(rng, "99999")
    if dice < 0.22:
        return s
    if dice < 0.50:
        return f"{s}{rng.choice([', ', ', ', '  ', ' '])}{c}, {st} {us}"
    if dice < 0.60:
        return f"{s}{rng.choice([', ', ' ', chr(10)])}{c}{rng.choice([', ', ' '])}{st}{rng.choice([', ', ' '])}{us}"
    if dice < 0.66:
        return f"{s}, {c}, {st}"
    if dice < 0.72:
        return f"{s}, {c}"
    if dice < 0.86:
        return f"{s}{rng.choice([', ', chr(10), ' '])}{z} {c}"
    if dice < 0.93:
        return f"{s}, {c} {z}"
    return f"{s}, {c}, {st}, {us}, {rng.choice(COUNTRIES)}"


MONTHS = "January February March April May June July August September October November December".split()


def date_of(rng: random.Random, low: int, high: int) -> str:
    y, m, d = rng.randint(low, high), rng.randint(1, 12), rng.randint(1, 28)
    month = MONTHS[m - 1]
    if rng.random() < 0.35:
        month = month[:3]
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(d % 10 if d not in (11, 12, 13) else 0, "th")
    return rng.choice(
        [
            f"{m:02d}/{d:02d}/{y}",
            f"{m}/{d}/{y}",
            f"{d:02d}/{m:02d}/{y}",
            f"{d}/{m}/{y % 100:02d}",
            f"{y}-{m:02d}-{d:02d}",
            f"{d:02d}.{m:02d}.{y}",
            f"{d}.{m}.{y}",
            f"{m:02d}-{d:02d}-{y}",
            f"{d}-{m}-{y}",
            f"{month} {d}, {y}",
            f"{month} {d}{suffix} {y}",
            f"{d} {month} {y}",
            f"{d}{suffix} of {month} {y}",
            f"{d}{suffix} {month}, {y}",
            f"{month} {d} {y}",
            f"{d}-{month[:3]}-{y}",
            f"{m:02d} {d:02d} {y}",
        ]
    )


def dob(rng: random.Random) -> str:
    return shape(rng, "99999999") if rng.random() < 0.03 else date_of(rng, 1930, 2020)


def date(rng: random.Random) -> str:
    dice = rng.random()
    m, d = rng.choice(MONTHS), rng.randint(1, 28)
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(d % 10 if d not in (11, 12, 13) else 0, "th")
    if dice < 0.5:
        return date_of(rng, 2019, 2027) if rng.random() < 0.75 else date_of(rng, 1780, 2018)
    return rng.choice(
        [
            f"{m} {d}",
            f"{m} {d}{suffix}",
            f"{m[:3]} {d}",
            f"{d} {m}",
            f"the {d}{suffix}",
            f"{rng.randint(1, 12)}/{d}",
            f"the {d}{suffix} of {m}",
            f"{m} {d}{suffix}",
            f"{d} {m[:3]}",
        ]
    )


def url(rng: random.Random) -> str:
    host = rng.choice(
        [
            coined(rng, 2).lower(),
            handle(rng).replace("_", "").replace(".", ""),
            rng.choice(["linkedin", "facebook", "instagram", "github", "acmebrands", "youtube", "google", "x"]),
        ]
    ) + rng.choice([".com", ".com", ".org", ".net", ".io", ".co.uk", ".de", ".me"])
    path = rng.choice(
        [
            "",
            "/",
            f"/{handle(rng)}",
            f"/orders/{digits(rng, 7)}",
            f"/in/{handle(rng)}",
            f"/track?id={alnum(rng, 10)}",
            f"/reset?token={alnum(rng, 16).lower()}",
            "/help/returns",
            "/products/12",
            "/account",
            f"/profile/{digits(rng, 6)}",
            f"?user={handle(rng)}",
        ]
    )
    return (
        rng.choice(["https://", "https://www.", "http://", "www.", ""] if path else ["https://", "www.", "http://www."])
        + host
        + path
    )


def ip(rng: random.Random) -> str:
    if rng.random() < 0.25:
        return (
            ":".join(f"{rng.randrange(65536):x}" for _ in range(rng.choice((8, 8, 4)))).replace(":", "::", 1)
            if rng.random() < 0.5
            else ":".join(f"{rng.randrange(65536):x}" for _ in range(8))
        )
    return ".".join(str(rng.randint(1, 254)) for _ in range(4))


def mac(rng: random.Random) -> str:
    text = rng.choice([":", ":", "-"]).join(shape(rng, "hh") for _ in range(6))
    return text.upper() if rng.random() < 0.5 else text


def crypto(rng: random.Random) -> str:
    base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    return rng.choice(
        [
            "0x" + shape(rng, "h" * 40),
            rng.choice("13") + "".join(rng.choices(base58, k=33)),
            "bc1q" + "".join(rng.choices("023456789acdefghjklmnpqrstuvwxyz", k=38)),
            "T" + "".join(rng.choices(base58, k=33)),
        ]
    )


def age(rng: random.Random) -> str:
    return str(rng.randint(13, 96))


def org(rng: random.Random) -> str:
    return rng.choice(
        [
            f"{coined(rng, 2)} {rng.choice(['Inc', 'LLC', 'Ltd', 'GmbH', 'Corp', 'Group', 'Bank', 'Insurance', 'Airlines', 'Hotel', 'University', 'Logistics', 'Hospital', 'Labs'])}",
            f"{surname(rng)} {rng.choice(['& Sons', 'Consulting', 'Dental', 'Law Firm', 'Motors', 'Bakery', 'Pharmacy', 'Plumbing', 'Realty', 'and Partners'])}",
            rng.choice(
                "Amazon|Google|Microsoft|Apple|Netflix|Walmart|Target|Costco|Starbucks|FedEx|UPS|DHL|USPS|PayPal|Visa|Bank of America|Wells Fargo|HSBC|Barclays|Chase|Citibank|Delta|United Airlines|Lufthansa|Ryanair|Uber|Airbnb|Marriott|Hilton|Verizon|AT&T|Vodafone|Comcast|Tesla|Toyota|Ford|Kaiser Permanente|Blue Cross|NHS|Stripe|Shopify|Zalando|IKEA|Sony|Samsung".split(
                    "|"
                )
            ),
        ]
    )


# fmt: off
MAKERS: dict[str, Callable[[random.Random], str]] = {
    "PERSON": full_name, "FIRST": forename, "LAST": surname, "EMAIL_ADDRESS": email, "PHONE_NUMBER": phone, "CREDIT_CARD": card, "CARD_CVV": cvv, "IBAN_CODE": iban,
    "BANK_ACCOUNT": lambda r: shape(r, r.choice(BANK_SHAPES)), "NATIONAL_ID": lambda r: shape(r, r.choice(NATIONAL_SHAPES)), "PASSPORT": lambda r: shape(r, r.choice(PASSPORT_SHAPES)),
    "DRIVER_LICENSE": lambda r: shape(r, r.choice(LICENSE_SHAPES)), "VEHICLE_ID": lambda r: vin(r) if r.random() < 0.3 else shape(r, r.choice(VEHICLE_SHAPES)),
    "STREET_ADDRESS": address, "STREET": street, "POSTAL_CODE": postcode, "LOCATION": location, "CITY": city, "STATE": state, "DATE_TIME": date, "DATE_OF_BIRTH": dob, "AGE": age, "ORGANIZATION": org,
    "USERNAME": username, "ACCOUNT_ID": account, "PIN": pin, "PASSWORD": password, "API_KEY": api_key, "ANSWER": answer, "URL": url, "IP_ADDRESS": ip, "MAC_ADDRESS": mac, "CRYPTO": crypto,
    "MEDICAL_ID": lambda r: shape(r, r.choice(MEDICAL_SHAPES)),
}
