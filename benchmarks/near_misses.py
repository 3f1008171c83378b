"""Ordinary sentences of support prose, code, Markdown and lists that come close to a placeholder and are none."""

import random

SINGLE = (
    "person age url location secret passport crypto username organization literal account address email phone order "
    "ticket date card name user customer place city link reference iban password company vehicle booking id ip mac pin "
    "zip country wallet login plate"
).split()
SEVERAL = (
    "phone number,email address,date of birth,postal code,credit card,bank account,street address,national id,"
    "driver license,vehicle id,account id,ip address,mac address,order number,date time,medical id,us ssn,iban code"
).split(",")

OPENERS = (
    "Thanks for waiting.", "I checked again:", "Hi there,", "As discussed,", "Please note:", "One more thing:", "Sorry about that;",
    "According to our records,", "For your information:", "Good morning!", "Sure,", "The agent wrote:", "Update:",
)  # fmt: skip
CLOSERS = (
    "Let me know if that helps.", "Your order ships today.", "Is there anything else?", "We close at 5 pm.", "Have a nice day!",
    "The refund takes 3 days.", "Please restart the app.", "", "",
)  # fmt: skip

PROSE = (
    "{w} {n} in the queue is waiting", "children ({w} {n}) travel free", "see {w} [{n}] for details", "as shown in [{w} {n}]",
    "this ({w} {n}) is not available", "version {n} ({w} {m})", "there are {n} {w}s", "{W} {n} called back", "my {w} is {n}",
    "press {n} for {w}", "it is {w} #{n}", "{w}: {n}", "the field [{w}: {n}] is empty", "{W}-{n} is ready", "room {w}{n}",
    "({n}) the {w}", "[{W}] {n} times", "speaker [{W1} {n}] left", "between {w} {n} and {w} {m}", "{w} ({n})", "the {w} [{n}]",
    "a <{w} {n}> tag", "{w}, {n}, {w}", "{w} no. {n}", "«{w} {n}» said the form", "the [{w}] of {n} people", "{w}/{n}",
    "({w}) {n}", "[sic] {w} {n}", "her {w} is < {n} and > {m}", "{w}... {n}", "'{w} {n}'", '"{w} {n}"', "{w} = {n}", "({U} {n})",
    "{U} {n}", "{U}: {n}", "{U}-{n}", "[{U}]", "[{U}: {n}]", "({U}-{n})", "[ {w} {n} ]", "the {w}\n[{n}] one", "{w} {n}] is closed",
    "open [{w} {n}", "(see {w} {n})", "[see {w} {n}]", "{w} {n}'s turn", "{w}-{n}'s turn", "【{w} {n}】", "【{n}】", "{{{w} {n}}}",
    "about [the {w} {n}]", "[{n} {w}]", "({n} {w}s)", "{w} _{n}_", "**{w}** {n}", "{w} {n}%", "[{w} {n}.5]", "€{n} per {w}",
)  # fmt: skip
CODE = (
    "x = rows[{w_}_{n}]", "print({w_}_{n})", 'f"{{{w_}_{n}}}"', "self.{w_}_{n} = {m}", "vector<{w_}_{n}> v;", "let v: Vec<{w_}{n}>;",
    "{w_}s = [{w_}_{n}, {w_}_{m}]", "return [{w_}_{n}, {w_}_{m}]", "if {w_} < {n} and x[{n}] > {m}:", "std::cout << {w_} << {n};",
    "def get_{w_}_{n}(self): ...", "{{{{ {w_}_{n} }}}}", "grid[{n}][{m}]", '{{"{w_}": [{n}]}}', '{{"{w_}_{n}": {m}}}', "MY_{U_}_{n} = {m}",
    "{U_}_{n}_TOTAL", "%{w_}_{n}%", "${{{w_}_{n}}}", "#{w_}-{n}", "lambda {w_}: {w_}[{n}]", "y = [{w_}_{n} for {w_}_{n} in rows]",
    '<div id="{w_}-{n}">', "<{w_}>{n}</{w_}>", "{w_}({n})", "{w_}[{n}]", "arr[{w_}{n}]", "a[{w_}_{n}:{w_}_{m}]", "f(x)[{w_}_{n}]",
    "SELECT {w_}_{n} FROM t{m}", "{w_}_{n}: int", "x{n} = y[{m}] << {n}", "#define {w_}{n} {m}", "m[i][{w_}_{n}]", "f([{w_}_{n}])",
    "data = [{w_}_{n}]", '"k": [{w_}_{n}]', "[[maybe_unused]] int {w_}{n};", "&{w_}_{n};", "cout << [{n}]", "\\{w_}[{n}]", "\\[{n}\\]",
    "re.compile('[{w_}]_{n}')", "{w_}-{n}.png", "/{w_}/{n}", "--{w_}={n}", "{w_}_{n},", "{{ {w_}_{n}: {m} }}", "<T{n}>", "<<{n}>>",
)  # fmt: skip
MARKDOWN = (
    "[{w} {n}](https://a.org/{n})", "[{w_}_{n}](https://a.org)", "[{w_}-{n}]: https://a.org", "[the page][{w_}_{n}]",
    "- [x] {w} {n}", "![{w} {n}](a.png)", "**{w} {n}**", "as said[^{n}]", "## {W} {n}", "| {w} | {n} |", "[{w_}_{n}]: https://a.org",
    "`{w_}_{n}`", "> {w} {n}", "*{w}* [{n}]", "[{n}]: https://a.org/{w_}", "[{w}][{n}]", "[[{w} {n}]]", "~~{w} {n}~~", "***{w}-{n}***",
    "[{W1}-{n}](#{w_}-{n})", "- [ ] {w} {n}", "<!-- {w} {n} -->", "[{w}]({n})", "![{w_}-{n}]", "\\[{w} {n}\\]", "&lt;{w} {n}&gt;",
    "&#91;{w} {n}&#93;", "[**{w} {n}**]", "[*{w}* {n}]", "[`{w} {n}`](a.md)",
)  # fmt: skip
LISTS = (
    "{n}. {w}", "- {w} {n}", "({n}) {w} {m}", "a) {w} [{n}]", "* {w}-{n}: ok", "{w} {n}, {w} {m} and {w} {k}", "[{n}] {w}",
    "[{w}] {n}", "1. {w} {n}\n2. {w} {m}", "- {w}: [{n}, {m}]", "+ {W} {n} / {W} {m}", "[{n}, {w}]", "{w}s: ({n}), ({m})",
    "- ({w} {n})\n- ({w} {m})", "[{w} {n}, {w} {m}]", "[ ] {w} {n}\n[x] {w} {m}", "{n}) {w}_{n}", "- {w}\n  [{n}]", "i. [{w}-{n}]",
)  # fmt: skip
KINDS = {"support prose": PROSE, "code": CODE, "Markdown": MARKDOWN, "lists": LISTS}


def sentences(rng: random.Random, amount: int) -> dict[str, list[str]]:
    """`amount` sentences by kind, a quarter each."""
    each = amount // len(KINDS)
    return {kind: [_sentence(rng, rng.choice(templates)) for _ in range(each)] for kind, templates in KINDS.items()}


def _sentence(rng: random.Random, template: str) -> str:
    single = rng.choice(SINGLE)
    word = rng.choice(SEVERAL) if rng.random() < 0.3 else single
    near = template.format(
        w=word,
        W=word.capitalize(),
        W1=single.capitalize(),
        U=word.upper(),
        w_=word.replace(" ", "_"),
        U_=word.upper().replace(" ", "_"),
        n=rng.randint(1, 130),
        m=rng.randint(1, 130),
        k=rng.randint(1, 9),
    )
    return " ".join(part for part in (rng.choice(OPENERS), near, rng.choice(CLOSERS)) if part)
