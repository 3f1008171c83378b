"""Names from Cyrillic and Georgian letters to Latin ones, letter by letter, as in a passport."""

CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґѓќљњџјѕ",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "_",
            "y",
            "_",
            "e",
            "yu",
            "ya",
            "i",
            "yi",
            "ye",
            "g",
            "gj",
            "kj",
            "lj",
            "nj",
            "dz",
            "j",
            "dz",
        ],
        strict=True,
    )
)
GEORGIAN = dict(
    zip(
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        [
            "a",
            "b",
            "g",
            "d",
            "e",
            "v",
            "z",
            "t",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "zh",
            "r",
            "s",
            "t",
            "u",
            "p",
            "k",
            "gh",
            "q",
            "sh",
            "ch",
            "ts",
            "dz",
            "ts",
            "ch",
            "kh",
            "j",
            "h",
        ],
        strict=True,
    )
)
LETTERS = {**CYRILLIC, **GEORGIAN}


def transliterate(name: str) -> str:
    """A name in Latin letters; letters of other scripts stay."""
    latin = "".join(LETTERS.get(c, c) for c in name.lower()).replace("_", "")
    return capitals(latin)


def capitals(name: str) -> str:
    """Capitals after a blank or a hyphen."""
    return " ".join("-".join(p[:1].upper() + p[1:] for p in word.split("-")) for word in name.split(" "))
