# ruff: noqa: E501  (data: lists of words are easiest to read as words)
"""E-mail addresses, usernames, URLs, network addresses and wallets."""

import hashlib
import ipaddress
import random

from models.training.values.names import first_last
from models.training.values.shapes import BASE58, alnum, digits, patterned, plain, words
from models.training.values.words import NICK_WORDS, coined

DOMAINS = words(
    "gmail.com gmail.com gmail.com gmail.com yahoo.com yahoo.com hotmail.com outlook.com icloud.com aol.com email.com email.com email.com example.com example.com mail.com",
    "proton.me protonmail.com gmx.de gmx.net web.de t-online.de orange.fr wanadoo.fr free.fr laposte.net yahoo.co.uk live.com msn.com comcast.net qq.com 163.com 126.com yandex.ru mail.ru bk.ru",
    "libero.it virgilio.it tiscali.it btinternet.com sky.com ntlworld.com talktalk.net googlemail.com hotmail.co.uk hotmail.fr hotmail.es yahoo.fr yahoo.co.in yahoo.com.br yahoo.com.mx rediffmail.com",
    "bigpond.com optusnet.com.au xtra.co.nz shaw.ca rogers.com sympatico.ca videotron.ca uol.com.br bol.com.br terra.com.br wp.pl onet.pl o2.pl interia.pl seznam.cz centrum.cz zoho.com fastmail.com",
    "example.org example.net me.com mac.com ymail.com rocketmail.com verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net ziggo.nl kpnmail.nl telenet.be skynet.be bluewin.ch",
    "naver.com daum.net hanmail.net docomo.ne.jp yahoo.co.jp ukr.net abv.bg freemail.hu citromail.hu walla.co.il eircom.net mweb.co.za telkomsa.net singnet.com.sg pacific.net.sg tutanota.com hey.com duck.com",
)
TLDS = words(
    ".com .com .com .org .net .io .co.uk .de .co .edu -group.com shop.com .fr .in .us .ca .com.au .nl .it .es .pl .se .gov .ac.uk .biz .info .me .ai .app .dev .store .co.za .ng .ke .com.br .mx .ie .nz -inc.com online.com"
)
SITES = words(
    "linkedin facebook instagram github youtube google x twitter tiktok reddit etsy amazon ebay pinterest dropbox medium"
)
MAILBOX_WORDS = words(
    "info sales office contact me hello support accounts billing admin shop orders studio family mail work home"
)


def ascii_part(name: str) -> str:
    """Letters and digits of a name, as they stand in an address."""
    return "".join(c for c in plain(name).lower() if c.isascii() and c.isalnum()) or "user"


def handle(rng: random.Random, name: tuple[str, str] | None = None) -> str:
    """A username made from a name, words and digits."""
    f, s = (ascii_part(n) for n in (name or first_last(rng)))
    n = digits(rng, rng.choice((1, 1, 2, 2, 3, 3, 4, 6)))
    y = str(rng.randint(1955, 2009))
    w, v = rng.choice(NICK_WORDS), rng.choice(NICK_WORDS)
    text = rng.choice(
        (
            f + s + n, f[0] + s + n, f[0] + s + n, f[0] + s[0] + n + n, f + s[0] + n, f"{f}.{s}", f"{f}.{s}", f"{f}_{s}", f"{f}_{s}_{n}", f"{f}.{s}{n}", f + n, s + n, f[0] + s,
            w + v + n, w + "_" + v, f"{w}{f}", f"{f}-{s}", f"{f}{w}{n}", s + f[0] + n, f"{f}{s}", f"{f[0]}.{s}", f"x{w}{v}x", f"{w}.{v}.{n}", f"{f[:3]}{s[:3]}{n}",
            f"{f}{s}{y}", f"{f}{y}", f"{s}.{f}", f"{s}_{f[0]}", f"{f[0]}_{s}{y[2:]}", f"{f}{s[0]}{y[2:]}", f"the{f}{s}", f"its{f}", f"mr{s}{n}", f"{f}the{w}", f"{w}{v}{y[2:]}", f"xX{w}Xx",
            f"{f}.{s[0]}.{n}", f"{s}{f}", f"{f}{s}.{w}", f"{w}_{f}_{n}", f"{f}__{s[:4]}", f"_{f}{s[:1]}_", f"{f[:1]}{f[-1:]}{s[:5]}{n}", f"{f}.{w}", f"{s[:6]}{f[:2]}", f"real_{f}", f"{f}n{s[:3]}",
        )
    )  # fmt: skip
    return text.title().replace("'", "") if rng.random() < 0.05 else text


def domain_of(rng: random.Random) -> str:
    dice = rng.random()
    if dice < 0.82:
        return rng.choice(DOMAINS)
    if dice < 0.92:
        return coined(rng, 2).lower() + rng.choice(TLDS)
    if dice < 0.97:
        return rng.choice(NICK_WORDS) + rng.choice(NICK_WORDS) + rng.choice(TLDS)
    return f"{rng.choice(('mail', 'student', 'cs', 'corp', 'uk'))}.{coined(rng, 2).lower()}{rng.choice(('.edu', '.com', '.org', '.ac.uk'))}"


def email(rng: random.Random, name: tuple[str, str] | None = None) -> str:
    """An address at a provider or a firm; sometimes with blanks or in words, as people write to be safe."""
    dice, domain, local = rng.random(), domain_of(rng), handle(rng, name)
    if rng.random() < 0.04:
        local += "+" + rng.choice(NICK_WORDS)
    elif rng.random() < 0.03 and domain not in DOMAINS:
        local = rng.choice(MAILBOX_WORDS)
    if dice > 0.97:
        return f"{local} @ {domain}" if rng.random() < 0.7 else f"{local}@ {domain}"
    if dice > 0.945:
        return f"{local.replace('.', ' dot ').replace('_', ' underscore ').strip()} at {domain.replace('.', ' dot ')}"
    if dice > 0.93:
        return f"{local}[at]{domain}" if rng.random() < 0.5 else f"{local} (at) {domain.replace('.', ' (dot) ')}"
    text = f"{local}@{domain}"
    return text.upper() if dice < 0.02 else text.capitalize() if dice < 0.05 else text


def username(rng: random.Random) -> str:
    h = handle(rng)
    dice = rng.random()
    if dice < 0.12:
        return "@" + h.replace(".", "_")
    if dice < 0.16:
        return f"{rng.choice(NICK_WORDS).title()}{rng.choice(NICK_WORDS).title()}{rng.choice(('', digits(rng, 2), '#' + digits(rng, 4)))}"
    return (
        coined(rng, rng.choice((2, 3))).lower() + rng.choice(("", digits(rng, 2), digits(rng, 3))) if dice < 0.2 else h
    )


def url(rng: random.Random) -> str:
    host = rng.choice(
        (coined(rng, 2).lower(), handle(rng).replace("_", "").replace(".", ""), rng.choice(SITES))
    ) + rng.choice((".com", ".com", ".org", ".net", ".io", ".co.uk", ".de", ".me", ".in", ".shop", ".app"))
    path = rng.choice(
        (
            "", "/", f"/{handle(rng)}", f"/orders/{digits(rng, 7)}", f"/in/{handle(rng)}", f"/track?id={alnum(rng, 10)}", f"/reset?token={alnum(rng, 16).lower()}", "/help/returns",
            "/products/12", "/account", f"/profile/{digits(rng, 6)}", f"?user={handle(rng)}", f"/@{handle(rng)}", f"/u/{handle(rng)}", f"/invoice/{patterned(rng, 'hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh')}",
            f"/s/{patterned(rng, 'XxxXxxXx')}", f"/verify/{patterned(rng, 'h' * 32)}", f"/track/{patterned(rng, '1ZXXXXXX9999999999')}?lang=en", f"/user/{digits(rng, 5)}/settings#billing", f"/pay?ref={alnum(rng, 8)}&amp={digits(rng, 2)}",
        )
    )  # fmt: skip
    return (
        rng.choice(("https://", "https://www.", "http://", "www.", "") if path else ("https://", "www.", "http://www."))
        + host
        + path
    )


def ip(rng: random.Random) -> str:
    """IPv4 or IPv6, the latter mostly in its short form; some with a port or a network's length."""
    if rng.random() < 0.25:
        groups = [
            rng.choice((0x2001, 0x2A02, 0xFE80, 0x2600, 0x2409)),
            *(rng.randrange(65536) if rng.random() < 0.7 else 0 for _ in range(7)),
        ]
        address = ipaddress.IPv6Address(":".join(f"{g:x}" for g in groups))
        return rng.choice((address.compressed, address.compressed, address.exploded, address.compressed.upper()))
    start = rng.choice(
        (
            str(rng.randint(1, 223)),
            "192.168",
            "10",
            f"172.{rng.randint(16, 31)}",
            str(rng.randint(11, 223)),
            str(rng.randint(11, 223)),
        )
    )
    parts = [*start.split("."), *(str(rng.randint(0, 255)) for _ in range(4))][:4]
    return ".".join(parts)


def mac(rng: random.Random) -> str:
    pairs = [patterned(rng, "hh") for _ in range(6)]
    text = rng.choice((":", ":", ":", "-", "-")).join(pairs)
    if rng.random() < 0.08:
        text = ".".join("".join(pairs)[i : i + 4] for i in (0, 4, 8))
    return text.upper() if rng.random() < 0.5 else text


BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def base58check(version: int, payload: bytes) -> str:
    """Base58 with the four bytes of a double SHA-256 behind, as legacy addresses have."""
    data = bytes([version]) + payload
    data += hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]
    value, out = int.from_bytes(data, "big"), ""
    while value:
        value, rest = divmod(value, 58)
        out = BASE58[rest] + out
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + out


def polymod(values: list[int]) -> int:
    """The checksum of BIP 173."""
    check = 1
    for v in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ v
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> i & 1 else 0
    return check


def bech32(rng: random.Random, prefix: str, version: int, length: int) -> str:
    """A segwit (version 0) or taproot (version 1, BIP 350) address; `length` data characters after the version."""
    # 20 bytes are 32 characters; 32 bytes are 52, whose last carries one bit only
    body = [rng.randrange(32) for _ in range(length)]
    data = [version, *body[:-1], body[-1] & (31 if length == 32 else 16)]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = polymod([*spread, *data, 0, 0, 0, 0, 0, 0]) ^ (0x2BC830A3 if version else 1)
    return prefix + "1" + "".join(BECH32[d] for d in [*data, *(check >> 5 * (5 - i) & 31 for i in range(6))])


def xrp(rng: random.Random) -> str:
    return "r" + "".join(
        rng.choices("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz", k=rng.choice((32, 33)))
    )


def crypto(rng: random.Random) -> str:
    """A wallet address of the common chains, its checksum right where the chain has a public one that we compute."""
    payload = rng.randbytes(20)
    dice = rng.randrange(13)
    if dice < 3:
        text = payload.hex()
        return "0x" + (text if rng.random() < 0.5 else "".join(rng.choice((c, c.upper())) for c in text))
    if dice < 8:
        version = {3: 0, 4: 0, 5: 5, 6: 48, 7: 30}[dice]
        return base58check(version, payload)
    if dice == 8:
        return base58check(0x41, payload)
    if dice == 9:
        return bech32(rng, rng.choice(("bc", "bc", "ltc")), 0, 32)
    if dice == 10:
        return bech32(rng, "bc", 1, 52)
    return xrp(rng) if dice == 11 else "".join(rng.choices(BASE58, k=44))
