"""Signatures, held against the vendors' own libraries: what they accept we accept, what we sign they accept, nothing
forged is accepted, and no bytes raise."""

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from standardwebhooks import Webhook
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from redactor.exceptions import ConfigError
from redactor.secret import Secret
from redactor_gateway.ed25519 import _SMALL_ORDER, is_signed, public_key
from redactor_gateway.incoming import Incoming
from redactor_gateway.platform import Platform, shipped
from redactor_gateway.schemes import STANDARD, Ed25519, Hmac, Jwt, Scheme, SharedSecret
from redactor_gateway.signatures import sign, verify

NOW = 1_766_380_000.0
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
FORM = (b"content-type", b"application/x-www-form-urlencoded; charset=utf-8")
SLACK, TWILIO = Platform.load("slack").scheme(), Platform.load("twilio_messaging").scheme()
SCHEMES = [(name, scheme) for name in shipped() for scheme in Platform.load(name).verify]
SIGNABLE = [(name, scheme) for name, scheme in SCHEMES if not isinstance(scheme, Jwt | Ed25519)]
FEW = settings(max_examples=settings().max_examples // 4)
"""For what is tried with every scheme of every platform."""


def secret_for(scheme: Scheme, seed: bytes = b"key") -> Secret[str]:
    text = hashlib.sha256(seed).hexdigest()
    written = {"hex": text, "base64": base64.b64encode(text.encode()).decode()}
    whsec = "whsec_" + written["base64"]
    return Secret({**written, "whsec": whsec}.get(getattr(scheme, "key", "text"), text))


def signed(scheme: Scheme, request: Incoming, secret: Secret[str], now: float = NOW) -> Incoming:
    made = sign(scheme, request, secret, now=now, id="msg_1")
    names = {name for name, _ in made.headers}
    kept = tuple(header for header in request.headers if header[0].lower() not in names)
    return Incoming(request.method, made.url, (*kept, *made.headers), request.body)


# Slack


@given(body=TEXTS, secret=SECRETS)
def test_what_slacks_library_accepts_we_accept_and_the_other_way_round(body: str, secret: str) -> None:
    theirs = SignatureVerifier(secret)
    stamp = str(int(time.time()))
    signature = theirs.generate_signature(timestamp=stamp, body=body) or ""
    headers = ((b"X-Slack-Signature", signature.encode()), (b"X-Slack-Request-Timestamp", stamp.encode()))
    request = Incoming("POST", "https://bot.example/", headers, body.encode())
    assert verify(SLACK, request, [Secret(secret)], now=time.time())
    ours = signed(SLACK, Incoming("POST", "https://bot.example/", (), body.encode()), Secret(secret), time.time())
    assert theirs.is_valid_request(body, {key.decode(): value.decode() for key, value in ours.headers})


@given(age=st.integers(min_value=-600, max_value=600))
def test_slacks_window_is_five_minutes_both_ways(age: int) -> None:
    request = signed(SLACK, Incoming("POST", "", (), b"{}"), Secret("s"), NOW + age)
    assert verify(SLACK, request, [Secret("s")], now=NOW).ok == (abs(age) <= 300)


# Twilio

FIELDS = st.lists(st.tuples(TEXTS.filter(bool), TEXTS), max_size=6)
URLS = st.sampled_from(
    [
        "https://bot.example/hook",
        "https://bot.example:443/hook?a=1",
        "https://bot.example:8443/h?x=%20",
        "http://b.example/",
    ]
)


@given(fields=FIELDS, url=URLS, secret=SECRETS)
def test_twilios_forms(fields: list[tuple[str, str]], url: str, secret: str) -> None:
    theirs = RequestValidator(secret)
    body = urlencode(fields).encode()
    params = _MultiDict(parse_qsl(body.decode(), keep_blank_values=True))
    request = Incoming(
        "POST", url, (FORM, (b"X-Twilio-Signature", theirs.compute_signature(url, params).encode())), body
    )
    assert verify(TWILIO, request, [Secret(secret)], now=NOW)
    ours = signed(TWILIO, Incoming("POST", url, (FORM,), body), Secret(secret))
    assert theirs.validate(url, params, (ours.header("x-twilio-signature") or b"").decode())


@pytest.mark.parametrize("port", ["", ":443"])
def test_twilio_signs_the_url_with_its_port_or_without(port: str) -> None:
    theirs = RequestValidator("token")
    signature = theirs.compute_signature(f"https://bot.example{port}/hook", {"Body": "hi"})
    for seen in ("", ":443"):
        request = Incoming(
            "POST", f"https://bot.example{seen}/hook", (FORM, (b"x-twilio-signature", signature.encode())), b"Body=hi"
        )
        assert verify(TWILIO, request, [Secret("token")], now=NOW)


@given(body=TEXTS.filter(bool))
def test_twilios_json_is_signed_by_its_hash_in_the_url(body: str) -> None:
    theirs = RequestValidator("token")
    bare = Incoming("POST", "https://bot.example/hook?a=1", ((b"content-type", b"application/json"),), body.encode())
    ours = signed(TWILIO, bare, Secret("token"))
    assert theirs.validate(ours.url, body, (ours.header("x-twilio-signature") or b"").decode())
    assert verify(TWILIO, ours, [Secret("token")], now=NOW)
    changed = Incoming("POST", ours.url, ours.headers, body.encode() + b" ")
    assert verify(TWILIO, changed, [Secret("token")], now=NOW).reason == "body_hash_wrong"


def test_twilios_library_takes_a_form_with_a_wrong_body_hash_and_we_do_not() -> None:
    url = "https://bot.example/hook?bodySHA256=" + "0" * 64
    signature = RequestValidator("token").compute_signature(url, {"Body": "hi"})
    assert RequestValidator("token").validate(url, {"Body": "hi"}, signature)
    request = Incoming("POST", url, (FORM, (b"x-twilio-signature", signature.encode())), b"Body=hi")
    assert verify(TWILIO, request, [Secret("token")], now=NOW).reason == "body_hash_wrong"


def test_a_body_that_is_no_form_needs_its_hash() -> None:
    signature = RequestValidator("token").compute_signature("https://bot.example/", {})
    request = Incoming("POST", "https://bot.example/", ((b"x-twilio-signature", signature.encode()),), b'{"Body":"hi"}')
    assert not verify(TWILIO, request, [Secret("token")], now=NOW)


class _MultiDict(dict[str, str]):
    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def getall(self, name: str) -> list[str]:
        return [value for key, value in self._pairs if key == name]


# Standard Webhooks


@given(body=TEXTS, key=st.binary(min_size=1, max_size=40))
def test_standard_webhooks(body: str, key: bytes) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()
    theirs, now = Webhook(secret), datetime.now(UTC)
    signature = theirs.sign("msg_1", now, body)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
    request = Incoming("POST", "", tuple((k.encode(), v.encode()) for k, v in headers.items()), body.encode())
    assert verify(STANDARD, request, [Secret(secret)], now=now.timestamp())
    ours = signed(STANDARD, Incoming("POST", "", (), body.encode()), Secret(secret), now.timestamp())
    theirs.verify(body, {key.decode(): value.decode() for key, value in ours.headers}, json_parse=False)


def test_one_right_signature_of_several_is_enough_while_secrets_are_rotated() -> None:
    old, new = secret_for(STANDARD, b"old"), secret_for(STANDARD, b"new")
    request = signed(STANDARD, Incoming("POST", "", (), b"{}"), old)
    both = (request.header("webhook-signature") or b"").join([b"v1a,xxxx v1,AAAA ", b""])
    headers = (*(h for h in request.headers if h[0] != b"webhook-signature"), (b"webhook-signature", both))
    assert verify(STANDARD, Incoming("POST", "", headers, b"{}"), [new, old], now=NOW)
    assert not verify(STANDARD, Incoming("POST", "", headers, b"{}"), [new], now=NOW)


# Standard Webhooks v1a: the vendor's library does not know it, so the signer is cryptography's own

V1A = Platform.load("standard_webhooks").scheme("v1a")


def v1a(key: Ed25519PrivateKey, body: bytes, *, now: float = NOW, id_: bytes = b"msg_1") -> Incoming:
    """As the specification says the sender signs."""
    stamp = str(int(now)).encode()
    made = base64.b64encode(key.sign(b".".join([id_, stamp, body])))
    headers = ((b"webhook-id", id_), (b"webhook-timestamp", stamp), (b"webhook-signature", b"v1a," + made))
    return Incoming("POST", "", headers, body)


def whpk(key: Ed25519PrivateKey) -> Secret[str]:
    return Secret("whpk_" + base64.b64encode(key.public_key().public_bytes_raw()).decode())


def with_signature(request: Incoming, signature: bytes) -> Incoming:
    return Incoming("POST", "", (*request.headers[:2], (b"webhook-signature", signature)), request.body)


@given(body=TEXTS, seed=st.binary(min_size=32, max_size=32), at=st.integers(0, 63), bit=st.integers(0, 7))
def test_v1a_is_accepted_from_the_keys_owner_and_from_nobody_else(body: str, seed: bytes, at: int, bit: int) -> None:
    key, other = Ed25519PrivateKey.from_private_bytes(seed), Ed25519PrivateKey.generate()
    request = v1a(key, body.encode())
    assert verify(V1A, request, [whpk(key)], now=NOW).reason == "ok"
    assert verify(V1A, request, [whpk(other), whpk(key)], now=NOW)
    assert verify(V1A, request, [whpk(other)], now=NOW).reason == "signature_wrong"
    right = bytearray(base64.b64decode((request.header("webhook-signature") or b"")[4:]))
    right[at] ^= 1 << bit
    assert not verify(V1A, with_signature(request, b"v1a," + base64.b64encode(right)), [whpk(key)], now=NOW)
    assert not verify(V1A, Incoming("POST", "", request.headers, request.body + b" "), [whpk(key)], now=NOW)
    assert verify(V1A, request, [whpk(key)], now=NOW + 301).reason == "timestamp_out_of_window"


def test_v1a_is_found_among_others_and_taken_for_no_other() -> None:
    key = Ed25519PrivateKey.generate()
    request = v1a(key, b"{}")
    mine = request.header("webhook-signature") or b""
    symmetric = secret_for(STANDARD)
    both = with_signature(request, b"v1,AAAA v1a,xxxx " + mine)
    assert verify(V1A, both, [whpk(key)], now=NOW)
    assert not verify(STANDARD, both, [whpk(key), symmetric], now=NOW)
    for prefix in (b"", b"v1,", b"v1b,"):
        assert not verify(V1A, with_signature(request, prefix + mine[4:]), [whpk(key)], now=NOW)
    hmacs = signed(STANDARD, Incoming("POST", "", (), b"{}"), symmetric)
    assert not verify(V1A, hmacs, [symmetric], now=NOW)
    # Who knows the public key must not be able to use it as a secret of the symmetric scheme.
    forged = signed(STANDARD, Incoming("POST", "", (), b"{}"), Secret(whpk(key).reveal().removeprefix("whpk_")))
    assert not verify(V1A, forged, [whpk(key)], now=NOW)


@pytest.mark.parametrize("key", ["", "whpk_", "whpk_AAAA", "whpk_é", "whsec_" + "A" * 43, "whpk_" + "A" * 43])
def test_what_is_no_public_key_accepts_nothing(key: str) -> None:
    for signature in (b"v1a,", b"v1a," + b"A" * 86, b"v1a," + base64.b64encode(b"\1" + b"\0" * 63)):
        request = with_signature(v1a(Ed25519PrivateKey.generate(), b"{}"), signature)
        assert verify(V1A, request, [Secret(key)], now=NOW).reason == "no_secret"


def test_keys_for_which_anybody_can_make_up_signatures_are_no_keys() -> None:
    for point in _SMALL_ORDER:
        made_up = [(other + bytes(32), str(n).encode()) for other in _SMALL_ORDER for n in range(24)]
        assert any(is_signed(point, *each) for each in made_up), "else the point need not be in the list"
        for sign_bit in (0, 0x80):
            written = base64.b64encode(point[:-1] + bytes([point[-1] | sign_bit])).decode()
            assert public_key(f"whpk_{written}") == b""


def test_nobody_but_the_sender_can_sign_v1a() -> None:
    with pytest.raises(ConfigError, match="only its issuer"):
        sign(V1A, Incoming("POST", "", (), b"{}"), whpk(Ed25519PrivateKey.generate()), now=NOW, id="msg_1")


# every scheme


@pytest.mark.parametrize(("name", "scheme"), SIGNABLE, ids=[f"{n}-{s.name}" for n, s in SIGNABLE])
def test_what_we_sign_is_accepted_and_any_change_is_not(name: str, scheme: Scheme) -> None:
    url, body = "https://bot.example/hook?a=1", b"a=1&b=2"
    secret, other = secret_for(scheme), secret_for(scheme, b"other")
    request = signed(scheme, Incoming("POST", url, (FORM,), body), secret)
    assert verify(scheme, request, [secret], now=NOW).reason == "ok"
    assert verify(scheme, request, [other, secret], now=NOW).ok
    assert not verify(scheme, request, [other], now=NOW)
    assert not verify(scheme, request, [], now=NOW)
    assert not verify(scheme, request, [Secret("")], now=NOW)
    if isinstance(scheme, Hmac):
        assert not verify(scheme, Incoming("POST", request.url, request.headers, body + b"&c=3"), [secret], now=NOW)
        header = (scheme.header.encode(), request.header(scheme.header) or b"")
        twice = Incoming("POST", request.url, (*request.headers, header), body)
        assert verify(scheme, twice, [secret], now=NOW).reason == "signature_repeated"


@pytest.mark.parametrize(("name", "scheme"), SCHEMES, ids=[f"{n}-{s.name}" for n, s in SCHEMES])
@FEW
@given(data=st.data())
def test_hostile_bytes_are_refused_and_never_raise(name: str, scheme: Scheme, data: st.DataObject) -> None:
    names = [b"content-type", b"x-other"]
    if isinstance(scheme, Hmac | Ed25519):
        names += [scheme.header.encode()]
        names += [scheme.timestamp.header.encode()] if scheme.timestamp else []
        names += [scheme.id_header.encode()] if scheme.id_header else []
    elif scheme.header:
        names.append(scheme.header.encode())
    odd = st.one_of(
        st.binary(max_size=60),
        st.sampled_from(
            [b"", b"abc", b"\xff", "é".encode(), b"v1,", b"v1", b"garbage", b"Bearer a.b.c", b"1e400", b"9" * 400]
        ),
    )
    headers = data.draw(st.lists(st.tuples(st.sampled_from(names), odd), max_size=6))
    url = data.draw(
        st.sampled_from(["", "https://[::1", "http://h:99999/", "https://b.example/?token=%ff&bodySHA256=é"])
    )
    request = Incoming("POST", url, tuple(headers), data.draw(st.binary(max_size=200)))
    verdict = verify(scheme, request, [secret_for(scheme)], now=NOW, settings={"audience": "a"}, keys=lambda url: {})
    assert not verdict.ok
    assert verdict.reason.replace("_", "").isalpha()


def test_a_huge_header_and_a_huge_form_are_refused() -> None:
    request = Incoming("POST", "", ((b"x-hub-signature-256", b"sha256=" + b"0" * 1_000_000),), b"{}")
    whatsapp = Platform.load("meta_whatsapp").scheme()
    assert verify(whatsapp, request, [Secret("s")], now=NOW).reason == "signature_malformed"
    form = Incoming("POST", "https://b.example/", (FORM, (b"x-twilio-signature", b"x")), b"a=1&" * 200_000)
    assert not verify(TWILIO, form, [Secret("s")], now=NOW)


def test_meta_signs_the_raw_bytes() -> None:
    body = '{"text":"caf\\u00e9 😀"}'.encode()
    digest = hmac.new(b"app secret", body, hashlib.sha256).hexdigest()
    request = Incoming("POST", "", ((b"x-hub-signature-256", b"sha256=" + digest.encode()),), body)
    assert verify(Platform.load("meta_whatsapp").scheme(), request, [Secret("app secret")], now=NOW)


def test_zendesks_time_is_written_in_iso_8601() -> None:
    zendesk = Platform.load("zendesk").scheme()
    request = signed(zendesk, Incoming("POST", "", (), b""), Secret("s"))
    assert request.header("x-zendesk-webhook-signature-timestamp") == b"2025-12-22T05:06:40Z"
    assert verify(zendesk, request, [Secret("s")], now=NOW + 300)
    assert verify(zendesk, request, [Secret("s")], now=NOW + 301).reason == "timestamp_out_of_window"


@pytest.mark.parametrize(
    ("form", "header"),
    [("plain", b"user:pass"), ("bearer", b"Bearer user:pass"), ("basic", b"Basic " + base64.b64encode(b"user:pass"))],
)
def test_shared_secrets(form: str, header: bytes) -> None:
    scheme = SharedSecret.model_validate({"scheme": "secret", "header": "authorization", "form": form})
    request = Incoming("POST", "", ((b"Authorization", header),), b"")
    assert verify(scheme, request, [Secret("user:pass")], now=NOW)
    assert verify(scheme, request, [Secret("user:pas")], now=NOW).reason == "signature_wrong"


def test_a_token_in_the_url_is_put_in_the_place_of_any_other() -> None:
    rasa = Platform.load("rasa").scheme()
    request = signed(rasa, Incoming("POST", "https://b.example/webhook?token=theirs&a=%20", (), b""), Secret("our s"))
    assert request.url == "https://b.example/webhook?a=%20&token=our%20s"
    assert verify(rasa, request, [Secret("our s")], now=NOW)


def test_what_cannot_be_signed_is_told_without_the_secret() -> None:
    with pytest.raises(ConfigError, match="only its issuer can sign"):
        sign(Platform.load("bot_framework").scheme(), Incoming("POST", ""), Secret("s"), now=NOW)
    with pytest.raises(ConfigError, match="not written as expected") as told:
        sign(STANDARD, Incoming("POST", ""), Secret("whsec_!canary!"), now=NOW)
    assert "canary" not in str(told.value)


def test_no_repr_shows_a_body_a_url_or_a_header() -> None:
    request = Incoming("POST", "https://b.example/?canary", ((b"x", b"canary"),), b"canary")
    assert "canary" not in repr(request)
