"""Hostile input to every platform that ships: nothing raises but what says why, nothing personal gets through, and what
was signed is accepted as it was signed and not otherwise."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor import Redactor
from redactor.exceptions import RedactorError
from redactor.secret import Secret
from redactor.testing import assert_no_leak, in_memory
from redactor_gateway.errors import PayloadError
from redactor_gateway.forms import sorted_bytes
from redactor_gateway.handshakes import handshake
from redactor_gateway.incoming import Incoming
from redactor_gateway.mapping import FORM, redact_answer, redact_body
from redactor_gateway.outward import restore_call, restore_reply
from redactor_gateway.platform import Platform, shipped
from redactor_gateway.replays import delivery_key
from redactor_gateway.schemes import Ed25519, Hmac, Jwt, Scheme, SharedSecret
from redactor_gateway.signatures import sign, verify
from redactor_gateway.webhooks.pieces import payload_of, pieces, said_in, without_texts
from tests.integrations.redactor_gateway.conftest import MAIL, NAME, OTHER, PAYLOADS
from tests.integrations.redactor_gateway.test_tokens import BODY, CLAIMS, key, keys

NOW = 1_766_380_000.0
JSON = "application/json"
FEW = settings(max_examples=settings().max_examples // 12)
"""For laws that hold fifteen platforms; HYPOTHESIS_PROFILE=soak holds each some hundred times."""

PLATFORMS = {name: Platform.load(name) for name in shipped()}
ALWAYS = ("slack", "rasa", "twilio_messaging")
"""Those looked at in every run; the others in the long one."""
SCHEMES = [(name, scheme) for name, platform in PLATFORMS.items() for scheme in platform.verify]
IDS = [f"{name}-{scheme.name}" for name, scheme in SCHEMES]


def each(names: Iterable[str]) -> list[Any]:
    return [pytest.param(name, marks=() if name in ALWAYS else pytest.mark.soak) for name in names]


@pytest.fixture(scope="module")
def shared() -> Iterator[Redactor]:
    """One that finds the customer wherever she is named."""
    with in_memory({NAME: "PERSON", OTHER: "PERSON", MAIL: "EMAIL_ADDRESS"}) as redactor:
        yield redactor


def golden(name: str) -> tuple[Path, str]:
    form = PAYLOADS / f"{name}.form"
    return (form, FORM) if form.exists() else (PAYLOADS / f"{name}.json", JSON)


# payloads


def _nested(depth: int) -> Any:
    found: Any = NAME
    for number in range(depth):
        found = [found] if number % 2 else {"a": found}
    return found


HOSTILE: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        [
            None, True, 0, -1, 10**30, 1.5e308, "", " ", "\ud83d", f"\udfff{NAME}\ud800", "\x00", f"\u202e{NAME}",
            f"{NAME} " * 60, "[PERSON_1]", "[LITERAL_1]" * 9, f"<a href='mailto:{MAIL}'>", f"<!--{NAME}", "&#1;&x;<",
            f"<@U1|{NAME}", f'{{"a":"{NAME}"', json.dumps([NAME]), f"a=%ff&b={NAME}", "0" * 20 + "-person-1", [], {},
            {"": NAME}, {NAME: MAIL}, {"a.b": {"$": [NAME]}}, {"type": {"type": NAME}}, {"id": [NAME, {"id": MAIL}]},
        ]
    ),
    st.sampled_from([8, 60, 64, 90, 900]).map(_nested),
    st.text(max_size=12),
)  # fmt: skip
"""Nothing of hers that looks like an id: those are kept where the platform's own ids stand."""


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for part, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, part
        if isinstance(item, dict | list):
            yield from _places(item)


def _mutated(payload: Any, data: st.DataObject) -> Any:
    """A payload with something else at some places, or without them."""
    payload = deepcopy(payload)
    for _ in range(data.draw(st.integers(1, 3))):
        places = list(_places(payload))
        if not places:
            break
        inside, part = places[data.draw(st.integers(0, len(places) - 1))]
        if data.draw(st.integers(0, 5)) == 0:
            del inside[part]
        else:
            inside[part] = deepcopy(data.draw(HOSTILE))
    return payload


def _written(payload: Any, data: st.DataObject) -> bytes:
    """As JSON that some parsers read otherwise than others: fields twice, numbers that are none."""
    text = json.dumps(payload)
    if text.startswith("{") and data.draw(st.booleans()):
        twice = data.draw(
            st.sampled_from([f'"text":"{NAME}"', '"id":1', '"id":NaN', '"n":1e999', '"":-Infinity', '"e":{}'])
        )
        text = "{" + twice + ("," if len(text) > 2 else "") + text[1:]
    return text.encode(data.draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16"])))


def _is_safe(platform: Platform, body: bytes, media_type: str, redactor: Redactor) -> None:
    """What comes of it is redacted, or it is refused in words of ours."""
    request = Incoming("POST", "https://gateway.example/?token=x", ((b"content-type", media_type.encode()),), body)
    try:
        payload = payload_of(platform, request)
        handshake(platform, request, payload, verified=False, tokens=())
        delivery_key(platform, request, payload, "route", Secret(b"key"))
        for piece in pieces(platform, payload):
            said_in(platform, payload, piece.place)
        without_texts(platform, payload)
        sent, mapped = redact_body(platform, body, media_type, redactor.conversation, redactor)
    except RedactorError as error:
        assert_no_leak([NAME, MAIL, OTHER], str(error), error.__context__)
        return
    assert_no_leak([NAME, MAIL, OTHER], sent, repr(mapped))
    if media_type == JSON:
        json.loads(sent)
    mapped.restored()


@pytest.mark.parametrize("name", each(PLATFORMS))
@FEW
@given(data=st.data())
def test_any_payload_is_redacted_or_refused(name: str, shared: Redactor, data: st.DataObject) -> None:
    path, media_type = golden(name)
    if media_type == FORM:
        fields = [pair.partition("=")[::2] for pair in path.read_text().split("&")]
        known = st.sampled_from([first for first, _ in fields])
        odd = st.sampled_from([quote(NAME), "%ff", "%ED%A0%80", "%00", "%", "%zz", "+", "=", "&", "a" * 3000])
        more = data.draw(st.lists(st.tuples(known | odd, odd), max_size=4))
        body = "&".join("=".join(pair) for pair in [*fields, *more]).encode()
    else:
        body = _written(_mutated(json.loads(path.read_bytes()), data), data)
    _is_safe(PLATFORMS[name], body, media_type, shared)


@pytest.mark.parametrize("name", each(PLATFORMS))
@FEW
@given(body=st.binary(max_size=80), media_type=st.sampled_from([JSON, FORM, "", "text/xml"]))
def test_any_bytes_are_redacted_or_refused(name: str, body: bytes, media_type: str, shared: Redactor) -> None:
    _is_safe(PLATFORMS[name], body, media_type, shared)


@pytest.mark.parametrize(
    "body", [b'{"n":1e999}', b'{"n":-1e999}', json.dumps(_nested(90)).encode()], ids=["big", "-big", "deep"]
)
def test_what_could_not_be_written_again_or_walked_through_is_refused_at_once(body: bytes) -> None:
    request = Incoming("POST", "https://gateway.example/", ((b"content-type", b"application/json"),), body)
    with pytest.raises(PayloadError):
        payload_of(PLATFORMS["generic"], request)


@pytest.mark.soak
def test_a_huge_payload_is_redacted_or_refused(shared: Redactor) -> None:
    for body in (
        b'{"conversation_id":"1","text":' + json.dumps([NAME] * 200).encode() + b"}",
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"text":"' + b"9" * 100_000 + b'"}',
        b'{"n":' + b"9" * 5000 + b"}",
    ):
        _is_safe(PLATFORMS["generic"], body, JSON, shared)


def _path(call: Any, data: st.DataObject) -> str:
    segment = st.sampled_from(["215471", "c-1", "%2e%2e", "..", "a%2fb", "é", "\ud800", "0" * 20 + "-person-1", ""])
    parts = [data.draw(segment) if part.startswith("{") else part for part in call.path.split("/")[1:]]
    return "/" + "/".join(parts)


@pytest.mark.parametrize("name", each(name for name, platform in PLATFORMS.items() if platform.egress.calls))
@FEW
@given(data=st.data())
def test_any_call_of_the_bots_is_restored_or_refused(name: str, shared: Redactor, data: st.DataObject) -> None:
    call = data.draw(st.sampled_from(PLATFORMS[name].egress.calls))
    asked = {
        "channel": "D1",
        "to": "1",
        "To": "1",
        "conversationId": "c",
        "recipient": {"id": "1"},
        "text": "[PERSON_1]",
    }
    payload = _mutated(
        {**asked, "blocks": [{"text": "x"}], "ticket": {"comment": {"body": "x"}}, "content": {"text": "x"}}, data
    )
    body = (
        _written(payload, data)
        if call.body == "json"
        else urlencode({"To": "1", "Body": str(payload)[:200]}).encode("utf-8")
    )
    media_type = (
        data.draw(st.sampled_from([JSON, FORM])) if data.draw(st.booleans()) else {"json": JSON}.get(call.body, FORM)
    )
    request = Incoming(call.method, _path(call, data), ((b"content-type", media_type.encode()),), body)
    with suppress(RedactorError):
        ways = (shared.conversation, shared.conversation_by_public_id)
        sent = restore_call(PLATFORMS[name], request, *ways, scan=data.draw(st.booleans()))
        sent.record()
        redact_answer(call.answer, sent.body, sent.conversation, shared)


@pytest.mark.parametrize("name", each(name for name, platform in PLATFORMS.items() if platform.reply))
@FEW
@given(data=st.data())
def test_any_answer_of_the_bots_is_restored_or_refused(name: str, shared: Redactor, data: st.DataObject) -> None:
    xml = st.sampled_from(
        [b"<Response><Message>", b"</Body>", b"<!--", b"<![CDATA[", b"<Message/>", b"\xff", b"[PERSON_1]", b">"]
    )
    said = [{"text": "[PERSON_1]", "recipient_id": "x"}]
    body = (
        b"".join(data.draw(st.lists(xml, max_size=8)))
        if data.draw(st.booleans())
        else _written(_mutated(said, data), data)
    )
    chat = shared.conversation("hostile")
    with suppress(RedactorError):
        restore_reply(PLATFORMS[name], body, chat, scan=data.draw(st.booleans())).record()


# signatures


SIGNER = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"key").digest())


def _secret(scheme: Scheme) -> Secret[str]:
    if isinstance(scheme, Ed25519):
        return Secret("whpk_" + base64.b64encode(SIGNER.public_key().public_bytes_raw()).decode())
    text = hashlib.sha256(b"key").hexdigest()
    base = base64.b64encode(text.encode()).decode()
    return Secret({"hex": text, "base64": base, "whsec": f"whsec_{base}"}.get(getattr(scheme, "key", "text"), text))


def _genuine(name: str, scheme: Scheme) -> Incoming:
    """A golden payload as its platform sends it."""
    path, media_type = golden(name)
    headers: tuple[tuple[bytes, bytes], ...] = ((b"content-type", media_type.encode()),)
    if isinstance(scheme, Jwt):
        body = {**json.loads(path.read_bytes()), **BODY}
        claims = CLAIMS if name == "bot_framework" else {**CLAIMS, "iss": "https://accounts.google.com"}
        claims = {**claims, "email": "flow@google.example", "email_verified": True}
        token = jwt.encode(claims, key("ours"), algorithm="RS256", headers={"kid": "k1"})
        return Incoming(
            "POST", "", (*headers, (b"authorization", f"Bearer {token}".encode())), json.dumps(body).encode()
        )
    request = Incoming("POST", "https://gateway.example/hook", headers, path.read_bytes())
    if isinstance(scheme, Ed25519):
        signed = base64.b64encode(SIGNER.sign(f"msg_1.{NOW:.0f}.".encode() + request.body))
        headers += ((b"webhook-id", b"msg_1"), (b"webhook-timestamp", f"{NOW:.0f}".encode()))
        return replace(request, headers=(*headers, (b"webhook-signature", b"v1a," + signed)))
    made = sign(scheme, request, _secret(scheme), now=NOW, id="msg_1")
    return replace(request, url=made.url, headers=(*headers, *made.headers))


def _accepts(scheme: Scheme, request: Incoming) -> bool:
    given = {"audience": "app", "service_account": "flow@google.example"}
    return verify(scheme, request, [_secret(scheme)], now=NOW, settings=given, keys=keys).ok


def _changed(data: bytes, draw: Callable[[st.SearchStrategy[int]], int]) -> bytes:
    """One byte is another, lacks, or stands there twice; or the end lacks."""
    at, kind = draw(st.integers(0, max(0, len(data) - 1))), draw(st.integers(0, 3))
    flipped = bytes([data[at] ^ draw(st.integers(1, 127))]) if data else b"x"
    middle = {0: flipped, 1: b"", 2: data[at : at + 1] * 2}.get(kind)
    return data[:at] if middle is None else data[:at] + middle + data[at + 1 :]


def _signed_headers(scheme: Scheme) -> list[bytes]:
    if isinstance(scheme, Hmac | Ed25519):
        named = [scheme.header, scheme.timestamp.header if scheme.timestamp else None, scheme.id_header]
    else:
        named = [scheme.header if isinstance(scheme, SharedSecret) else "authorization"]
    return [each.encode() for each in named if each]


@pytest.mark.parametrize(("name", "scheme"), SCHEMES, ids=IDS)
@FEW
@given(data=st.data())
def test_what_was_signed_is_not_accepted_once_it_is_changed(name: str, scheme: Scheme, data: st.DataObject) -> None:
    genuine = _genuine(name, scheme)
    assert _accepts(scheme, genuine)
    headers = _signed_headers(scheme)
    is_body = isinstance(scheme, Hmac | Ed25519) and (not headers or data.draw(st.booleans()))
    if is_body:
        forged = replace(genuine, body=_changed(genuine.body, data.draw))
        is_same = forged.body == genuine.body or _reads_the_same(scheme, genuine, forged)
    elif not headers:
        url = _changed(genuine.url.encode(), data.draw).decode("latin-1")
        forged = replace(genuine, url=url)
        is_same = forged.query("token") == genuine.query("token")
    else:
        which = data.draw(st.sampled_from(headers))
        value = next(value for header, value in genuine.headers if header.lower() == which)
        now = _changed(value, data.draw)
        kept = tuple(each for each in genuine.headers if each[0].lower() != which)
        forged = replace(genuine, headers=(*kept, (which, now)))
        is_same = _says_the_same(scheme, value, now)
    assert is_same or not _accepts(scheme, forged)


def _reads_the_same(scheme: Scheme, genuine: Incoming, forged: Incoming) -> bool:
    """Of a form Twilio signs names and values put together, not its bytes."""
    is_form = isinstance(scheme, Hmac) and "form" in scheme.pieces() and genuine.media_type == FORM
    return is_form and sorted_bytes(genuine.body) == sorted_bytes(forged.body)


def _says_the_same(scheme: Scheme, genuine: bytes, forged: bytes) -> bool:
    """The same signature, in base64 whose last bits do not count, among others, or of a scheme in another case."""
    if isinstance(scheme, Hmac | Ed25519):
        if isinstance(scheme, Ed25519) and genuine.startswith(b"v1a,") and forged.startswith(b"v1a,"):
            return _bits(genuine[4:]) == _bits(forged[4:].split(b" ")[0])
        return bool(scheme.separator) and genuine in forged.split(scheme.separator.encode())
    kind, _, value = forged.partition(b" ")
    return kind.lower() == genuine.partition(b" ")[0].lower() and _bits(value) == _bits(genuine.partition(b" ")[2])


def _bits(token: bytes) -> list[bytes]:
    with suppress(ValueError):
        return [base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)) for part in token.strip().split(b".")]
    return [token]


@pytest.mark.parametrize(("name", "scheme"), SCHEMES, ids=IDS)
def test_a_signature_of_another_request_is_not_accepted(name: str, scheme: Scheme) -> None:
    genuine = _genuine(name, scheme)
    bare = replace(genuine, url="https://gateway.example/hook", headers=genuine.headers[:1])
    assert not _accepts(scheme, bare)
    if isinstance(scheme, Hmac | Ed25519):
        other = replace(genuine, body=b"{}" if genuine.media_type == JSON else b"Body=another")
        assert not _accepts(scheme, other)
        late = verify(scheme, genuine, [_secret(scheme)], now=NOW + 301)
        assert late.ok is (scheme.timestamp is None)


def test_a_field_of_a_type_that_is_kept_is_searched_for_others(shared: Redactor) -> None:
    path, media_type = golden("twilio_messaging")
    body = path.read_text() + "&FromState=" + quote(NAME)
    _is_safe(PLATFORMS["twilio_messaging"], body.encode(), media_type, shared)
