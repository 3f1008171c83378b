"""Keys, tokens, private keys, links with a password: what is taken for one, and what is not.

No value here was ever a key: those of issuers are drawn from their shapes, the others are put together from pieces, so
that a scanner of repositories finds none either.
"""

import base64
import json
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from random import Random
from string import ascii_letters, digits
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.detection import Rules, detect, shapes
from redactor.detection.entropy import entropy, is_public_id, is_random
from redactor.detection.patterns import Pattern, recognizer
from redactor.detection.rows import contact, tokens

ROWS = {row.name: row for row in tokens.rows()}
RECOGNIZE = recognizer(list(ROWS.values()))
BESIDE_LINKS = recognizer([*ROWS.values(), *contact.rows(("US",))])
TABLE = tomllib.loads(files("redactor.detection.rows").joinpath("tokens.toml").read_text("utf-8"))
SHAPES = [
    (f"token_{name}" if number == 1 else f"token_{name}_{number}", shape, issuer)
    for name, issuer in TABLE.items()
    for number, shape in enumerate(issuer["shapes"], 1)
]


def found(text: str, context: Sequence[str] = ()) -> list[str]:
    return [text[hit.start : hit.end] for hit in RECOGNIZE(text, context) if hit.score >= 0.5]


def masked(text: str) -> list[tuple[str, str]]:
    """What comes out when links and addresses are looked for as well."""
    seen = detect(text, recognizers={"patterns": BESIDE_LINKS}, rules=Rules(threshold=lambda entity_type: 0.5))
    return [(entity.type, text[entity.start : entity.end]) for entity in seen.entities]


def one_of(row: Pattern) -> str:
    return row.example[row.example.index("⟦") + 1 : row.example.index("⟧")]


def said(row: Pattern, value: str) -> str:
    """The value in a message with a word its issuer's row asks for."""
    return f"{min(row.words, default='see')} {value} thanks"


def best(row: Pattern, text: str) -> list[tuple[str, float]]:
    return [(text[hit.start : hit.end], hit.score) for hit in recognizer([row])(text, ())]


def test_sixty_issuers_and_more_each_with_its_source() -> None:
    assert len(TABLE) >= 60
    assert all(issuer["source"].startswith("https://") for issuer in TABLE.values())


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
def test_example_of_each_row_is_found_whole(row: Pattern) -> None:
    before, _, message = row.example.rpartition(" | ")
    start = message.index("⟦")
    text = message.replace("⟦", "").replace("⟧", "")
    hits = recognizer([row])(text, [before] if before else [])
    assert [(hit.start, text[hit.start : hit.end]) for hit in hits] == [(start, one_of(row))]


@pytest.mark.parametrize(("name", "shape", "issuer"), SHAPES, ids=[name for name, *_ in SHAPES])
def test_value_of_a_shape_is_found_and_its_near_misses_are_not(name: str, shape: str, issuer: dict[str, str]) -> None:
    row, random = ROWS[f"{name}_form" if "checksum" in issuer else name], Random(f"{name} again")
    for _ in range(20):
        value = shapes.sample(shape, random)
        assert [hit for hit, _ in best(row, said(row, value))] == [value]
        assert best(row, said(row, "Z" * 40 + value)) == []  # in a word
        assert value not in [hit for hit, _ in best(row, said(row, f"{value}_Z"))]  # goes on
        assert value[:-1] not in [hit for hit, _ in best(row, said(row, value[:-1]))]  # too short
        if row.words:
            assert best(row, f"see {value} thanks") == []


@pytest.mark.parametrize("name", ["token_github", "token_npm", "token_grafana"])
def test_checksum_makes_a_token_certain_and_a_slip_leaves_its_form(name: str) -> None:
    value = one_of(ROWS[name])
    wrong = value[:-1] + ("1" if value[-1] == "0" else "0")
    assert best(ROWS[name], value) == [(value, 0.99)]
    assert best(ROWS[name], wrong) == []
    assert best(ROWS[f"{name}_form"], wrong) == [(wrong, 0.8)]
    swapped = value[:-12] + value[-11] + value[-12] + value[-10:]
    assert swapped == value or best(ROWS[name], swapped) == []


def test_checksums_are_those_of_published_tokens() -> None:
    """The example of secretlint's npm rule, and the one of Grafana's own test; in pieces."""
    for name, pieces in (
        ("token_npm", ("npm_", "qkJaB6MffYVzZXWqmcoF49yrUxP3wf", "0LsakP")),
        ("token_grafana", ("glsa_", "yscW25imSKJIuav8zF37RZmnbiDvB05G", "_fcaaf58a")),
    ):
        assert best(ROWS[name], "".join(pieces)) == [("".join(pieces), 0.99)]


def test_stand_in_is_no_token() -> None:
    assert found("ghp_" + "x" * 36) == []
    assert found("AKIA" + "X" * 16) == []


SECRET_LINKS = [
    "postgres://shop:{}@db.example.com:5432/shop",
    "mongodb+srv://shop:{}@cluster0.example.net/?retryWrites=true",
    "redis://:{}@cache.example.com:6379/0",
    "amqp://shop:a/{}@mq.example.com",
    "jdbc:mysql://shop:{}@db.example.com/shop",
    "https://nobody:{}@example.com/repo.git",
    "https://nobody:{}@mail@example.com/repo",
    "https://example.com/reset?user=7&token={}",
    "https://example.com/reset#access_token={}&state=1",
    "https://shop.blob.example.net/c/f?sr=b&sv=1&sig={}%3D",
    "https://hooks.slack.com/services/T0/B0/{}",
    "https://discord.com/api/webhooks/1/{}",
    "https://hooks.zapier.com/hooks/catch/1/{}",
    "https://api.telegram.org/bot1:{}/getMe",
]


@pytest.mark.parametrize("link", SECRET_LINKS)
def test_link_that_opens_a_door_is_a_secret_as_a_whole(link: str) -> None:
    value = link.format("n0such" + "t0ken")
    assert masked(f"use ({value}), please.") == [("SECRET", value)]


@pytest.mark.parametrize(
    "link",
    [
        "https://example.com:8080/a@b",
        "https://example.com/@nobody/post-1234",
        "https://example.com/?page=2&sort=token",
        "https://example.com/token/list",
        "ssh://git@example.com:22/a",
    ],
)
def test_other_links_stay_links(link: str) -> None:
    assert found(f"see {link} there") == []


DASHES = "-" * 5
BODY = "\n".join(base64.b64encode(Random(n).randbytes(48)).decode() for n in range(4)) + "\nbm8ga2V5IQ=="


@pytest.mark.parametrize("label", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "PGP "])
def test_private_key_is_masked_whole(label: str) -> None:
    label = f"{label}PRIVATE KEY" + (" BLOCK" if label == "PGP " else "")
    begin, end = f"{DASHES}BEGIN {label}{DASHES}", f"{DASHES}END {label}{DASHES}"
    key = f"{begin}\n{BODY}\n{end}"
    one_line = key.replace("\n", "\\n")
    headed = f"{begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n{BODY}\n{end}"
    for text in (key, one_line, key.replace("\n", " "), key.replace("\n", "\r\n"), headed):
        assert masked(f"my key:\n{text}\nthanks") == [("SECRET", text)]
    assert masked(f'{{"private_key": "{one_line}\\n"}}') == [("SECRET", one_line)]
    assert masked(f"{key}\n{key}") == [("SECRET", key)] * 2


def test_private_key_cut_off_is_masked_as_far_as_it_goes() -> None:
    begin = f"{DASHES}BEGIN PRIVATE KEY{DASHES}"
    assert masked(f"{begin}\n{BODY} and then it breaks") == [("SECRET", f"{begin}\n{BODY}")]
    assert masked(f"the file starts with {begin} and then it breaks") == []
    assert masked(f"{DASHES}BEGIN CERTIFICATE{DASHES}") == []


def test_putty_key_is_masked_whole() -> None:
    key = one_of(ROWS["putty_key"])
    assert masked(f"{key} ok") == [("SECRET", key)]


def web_token(header: object, signature: str = "c2lnbmF0dXJl") -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, {"sub": 1})]
    return ".".join((*parts, signature))


@pytest.mark.parametrize("signature", ["c2lnbmF0dXJl", "", "YQ.YQ.YQ"])
def test_web_token_is_known_by_its_header(signature: str) -> None:
    value = web_token({"alg": "HS256", "typ": "JWT"}, signature)
    assert found(f"it says {value}") == [value]
    assert found(f"it says {web_token({'typ': 'nothing'}, signature)}") == []


@given(st.text(ascii_letters + digits + "-_.", max_size=60))
def test_what_only_begins_like_a_web_token_never_fails(rest: str) -> None:
    for hit in recognizer([ROWS["jwt"]])(f"eyJhbGciOiJI{rest}", ()):
        assert hit.start == 0


NAMED = [
    ("X-API-Key: ⟦abcdef123456⟧", ""),
    ('{"api_key": "⟦abcdef123456⟧"}', ""),
    ("AWS_SECRET_ACCESS_KEY=⟦b7Xq29vLw0ZtR4kd/9vLw0ZtR4k+9vLw0Zt1⟧", ""),
    ("AccountName=shop;AccountKey=⟦b7Xq29vLw0ZtR4kd/9vLw0ZtR4k+9vLw0Zt1==⟧;x=y", ""),
    ("my token is ⟦abc123def456⟧", ""),
    ("token: ⟦482913⟧", ""),
    ("client_secret => '⟦abc-123-def-456⟧'", ""),
    ("here is my api key ⟦b7Xq29vLw0ZtR4kd⟧, thanks", ""),
    ("my openai key: ⟦b7Xq29vLw0ZtR4kd⟧", ""),
    ("⟦abcdef123456⟧", "Please paste your API key."),
    ("⟦550e8400-e29b-41d4-a716-446655440000⟧", "What is your API key?"),
    ("Authorization: Basic ⟦bm86c3VjaDE=⟧", ""),
    ('curl -H "Authorization: Bearer ⟦n0such.t0ken-at-all⟧" x', ""),
    ("Cookie: ⟦session=abc123def456; theme=dark⟧", ""),
    ("JSESSIONID=⟦0AAB12CC34DD56EE⟧", ""),
]


@pytest.mark.parametrize(("marked", "before"), NAMED)
def test_what_a_word_calls_a_key_is_one(marked: str, before: str) -> None:
    value = marked[marked.index("⟦") + 1 : marked.index("⟧")]
    assert value in found(marked.replace("⟦", "").replace("⟧", ""), [before] if before else [])


BLOB = base64.b64encode(Random(7).randbytes(30_000)).decode()
BENIGN = [
    ("commit 9fceb02d0ae598e95dc970b74767f19372d61af8 broke it", ""),
    ("request 550e8400-e29b-41d4-a716-446655440000 failed, is it the api key?", ""),
    ("sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", ""),
    (f"data:image/png;base64,{BLOB}", ""),
    ("the image of the api key is data:image/png;base64," + BLOB.replace("+", "a").replace("/", "b")[:300], ""),
    ("my order is 8706847615, tracking 1Z999AA10123456784", ""),
    ("I bought sk-8 skates and AC adapters", ""),
    ("AKIA is not a word, ghp_ and eyJ are no keys", ""),
    ("a.b.c eyJ.x.y", ""),
    ("the token expired after 3600 seconds, token 5 of 10", ""),
    ("token: $TOKEN", ""),
    ("token = process.env.GITHUB_TOKEN2", ""),
    ('api_key = os.environ["KEY1"]', ""),
    ("api_key: your_api_key_123", ""),
    ("my api key is missing", ""),
    ("access token: expired", ""),
    ("secret santa 2024, the secret is out", ""),
    ("the key is to restart it; key: important", ""),
    ("the bearer of bad news, bearer authentication", ""),
    ("cookie: chocolate chip, Cookie settings are broken", ""),
    ("I do not have it", "What is your API key?"),
    ("where can I find that?", "Please paste your API key"),
]


@pytest.mark.parametrize(("text", "before"), BENIGN, ids=[text[:40] for text, _ in BENIGN])
def test_what_is_no_key_stays(text: str, before: str) -> None:
    assert found(text, [before] if before else []) == []


@pytest.mark.parametrize(("alphabet", "size"), [("0123456789abcdef", 32), (ascii_letters + digits, 20)])
def test_most_random_texts_are_taken_for_random(alphabet: str, size: int) -> None:
    random = Random(size)
    drawn = ["".join(random.choices(alphabet, k=size)) for _ in range(1000)]
    assert sum(map(is_random, drawn)) >= 930


@pytest.mark.parametrize(
    "text",
    [
        "",
        "short1",
        "correct-horse-battery-staple-2024",
        "userAccountSettings2024Page1",
        "1" * 40,
        "created_at_2024_01_01",
    ],
)
def test_names_made_of_words_are_not_random(text: str) -> None:
    assert not is_random(text)


@given(st.text("ab19-é", max_size=80))
def test_entropy_is_none_for_one_character_and_most_for_all_different(text: str) -> None:
    assert 0.0 <= entropy(text) <= max(1, len(text)).bit_length()
    assert entropy("a" * len(text)) == 0.0


def test_public_ids_are_told_by_their_form() -> None:
    assert is_public_id("9fceb02d0ae598e95dc970b74767f19372d61af8")
    assert is_public_id("550e8400-e29b-41d4-a716-446655440000")
    assert not is_public_id("b7Xq29vLw0ZtR4kd")


def test_shape_without_such_a_class_is_refused() -> None:
    with pytest.raises(KeyError):
        shapes.expression("key-<nothing 3>")


HOSTILE = [
    f"{DASHES}BEGIN PRIVATE KEY{DASHES}", f"{DASHES}BEGIN PRIVATE KEY{DASHES} A ", "PuTTY-User-Key-File-1: ", "eyJa.",
    "http://a:", "http://a:a@", "https://a?token=", "http://a?a&token=", "+//", "token: ", "token=a", "key: ",
    "cookie: a=", "bearer abcdefgh1 ", "authorization: bearer ", "session=", "xoxb-", "sk-", "SG.", "1234.", "EAA",
    "A1b2C3d4", "api key ",
]  # fmt: skip


@pytest.mark.soak
@pytest.mark.parametrize("unit", HOSTILE)
def test_no_text_makes_the_rows_slow(unit: str) -> None:
    """Four times the text takes at most ten times as long; the best of three, for other work only adds."""

    def taken(size: int) -> float:
        text, started = unit * (size // len(unit)), thread_time()
        RECOGNIZE(text, ["What is your API key?"])
        return thread_time() - started

    assert any(taken(100_000) < max(0.3, 10 * taken(25_000)) for _ in range(3))
