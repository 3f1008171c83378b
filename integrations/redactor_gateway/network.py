"""Connections to where the configuration says and nowhere else.

A name is resolved here, every address it leads to is looked at, and one of those that were looked at is connected to:
who controls a name's answers cannot lead the gateway elsewhere between the look and the connection. The certificate is
still that of the name. No redirects, no proxies of the environment.
"""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import httpcore2
import httpx2

from redactor.exceptions import ConfigError

_log = logging.getLogger("redactor_gateway")

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""A name's addresses, the best first. Raises `OSError` where it has none. Asked in a thread."""

_Ip: TypeAlias = IPv4Address | IPv6Address

_METADATA = frozenset(
    map(
        ip_address,
        (
            "100.100.100.200",  # Alibaba Cloud
            "168.63.129.16",  # Azure
            "192.0.0.192",  # Oracle Cloud
            "fd00:ec2::254",  # AWS
            "fd20:ce::254",  # Google Cloud
        ),
    )
)
"""Where clouds answer with credentials, beside the link-local 169.254.169.254."""

_METADATA_NAMES = frozenset({"metadata", "metadata.google.internal"})

_THIS_NETWORK = ip_network("0.0.0.0/8")  # RFC 1122, 3.2.1.3; many systems read it as themselves
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address

_NEVER_PUBLIC = (
    "localhost", "local", "internal", "test", "lan", "home.arpa", "intranet", "corp", "private", "svc", "cluster.local",
)  # fmt: skip
"""Ends of names that no public name server answers (RFC 6761, 6762, 8375; `internal`: reserved by ICANN in 2024), or
that people use as if none did."""


def is_never_called(host: str) -> bool:
    """Whether a host, as the configuration writes it, is one where clouds keep credentials, or nobody's."""
    if host.lower().rstrip(".") in _METADATA_NAMES:
        return True
    address = _address(host)
    return address is not None and _is_forbidden(address)


def refusal(host: str, addresses: Sequence[str], *, allow_private: bool) -> str:
    """Why a host with these addresses is not connected to; empty where it may be.

    One wrong address is enough: an honest name does not lead to a public and to a private one. A private address is
    what a public name leads to when somebody turns it against the network; a name that cannot be public, or an
    address that the configuration itself names, means it.
    """
    found = [_address(each) for each in addresses]
    if not found:
        return "its name has no address"
    if any(each is None or _is_forbidden(each) for each in found):
        return "its name leads to an address that is never called (link-local, metadata, multicast or none)"
    known = [each for each in found if each is not None]
    if host == "localhost" and not all(each.is_loopback for each in known):
        return "its name leads off this machine"
    if allow_private or _address(host) is not None or not _is_public_name(host):
        return ""
    if not all(each.is_global for each in map(_plain, known)):
        return "its public name leads to a private address; if that is meant, write allow_private = true beside its URL"
    return ""


def _is_public_name(host: str) -> bool:
    name = host.lower().rstrip(".")
    return "." in name and not any(name.endswith(f".{end}") for end in _NEVER_PUBLIC)


def _address(text: str) -> _Ip | None:
    with suppress(ValueError):
        return ip_address(text.strip("[]"))
    return None


def _plain(address: _Ip) -> _Ip:
    """The IPv4 address within an IPv6 one that only carries it."""
    if isinstance(address, IPv4Address):
        return address
    carried = address.ipv4_mapped or address.sixtofour
    if carried is None and address in _NAT64:
        carried = IPv4Address(address.packed[-4:])
    return carried if carried is not None else address


def _is_forbidden(address: _Ip) -> bool:
    own = _plain(address)
    is_nobodys = own.is_link_local or own.is_multicast or own.is_unspecified
    if isinstance(own, IPv4Address):
        is_nobodys = is_nobodys or own in _THIS_NETWORK or own.is_reserved
    return is_nobodys or own in _METADATA or address in _METADATA


def resolved(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says. Raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True)
class Reach:
    """How a target of the configuration is connected to."""

    ca: Path | None = None
    """Whose certificates are trusted, and no others; by default those the system trusts."""
    certificate: Path | None = None
    key: Path | None = None
    """What is shown to a server that asks for a client's certificate."""
    allow_private: bool = False
    """Whether a public name may lead to a private address."""

    def trust(self) -> ssl.SSLContext:
        """Whom a connection trusts and what it shows. Raises `ConfigError`, which holds nothing of the files."""
        reason = ""
        try:
            context = ssl.create_default_context(cafile=str(self.ca)) if self.ca else httpx2.create_ssl_context()
            if self.certificate is not None:
                context.load_cert_chain(self.certificate, self.key, password=_none)
        except (OSError, ValueError) as error:  # an SSLError is an OSError
            reason = type(error).__name__
        if reason:
            raise ConfigError(f"ca, client_certificate or client_key cannot be read ({reason})")
        return context


def reach(folder: Path, *, ca: Path | None, certificate: Path | None, key: Path | None, allow_private: bool) -> Reach:
    """A `Reach` whose files are looked for in a folder, tried out. Raises `ConfigError`."""

    def beside(path: Path | None) -> Path | None:
        return folder / path.expanduser() if path is not None else None

    made = Reach(beside(ca), beside(certificate), beside(key), allow_private)
    if made.ca or made.certificate:
        made.trust()
    return made


def origin(url: str) -> str:
    """Scheme, host and port of an address: what a connection is made to."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def _none() -> str:
    """A key with a password is refused; OpenSSL would ask for it at the terminal."""
    raise ValueError("the key needs a password")


class _Looked:
    """What both backends do before they connect."""

    def __init__(self, allow_private: bool, resolve: Resolve | None) -> None:
        self._allow_private, self._resolve = allow_private, resolve
        self._told: set[str] = set()

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Those that may be connected to. Raises `httpcore2.ConnectError`."""
        problem, found = "", [host]
        try:
            if _address(host) is None:
                found = list((self._resolve or resolved)(host, port))
        except (OSError, UnicodeError) as error:
            problem = f"its name cannot be resolved ({type(error).__name__})"
        problem = problem or refusal(host, found, allow_private=self._allow_private)
        if not problem:
            self._told.discard(host)
            return found
        if host not in self._told:  # once, until it works again
            self._told.add(host)
            _log.warning("%s, which the configuration names, is not called: %s", host, problem)
        raise httpcore2.ConnectError(problem)


def _shares(addresses: Sequence[str], timeout: float | None) -> Iterator[tuple[str, float | None]]:
    """Each address with the time it has: what is left, shared with those behind it."""
    ends = time.monotonic() + timeout if timeout is not None else None
    for number, address in enumerate(addresses):
        left = None if ends is None else max(0.001, (ends - time.monotonic()) / (len(addresses) - number))
        yield address, left


_FAILED = (httpcore2.ConnectError, httpcore2.ConnectTimeout)


class _AsyncPinned(httpcore2.AsyncNetworkBackend):
    def __init__(self, looked: _Looked) -> None:
        self._looked, self._inner = looked, httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        found, is_late = list[str](), False
        began = time.monotonic()
        try:
            async with asyncio.timeout(timeout):
                found = [*await self._found(host, port)]
        except TimeoutError:
            is_late = True
        if is_late:
            raise httpcore2.ConnectTimeout("its name was not resolved in time")
        left = timeout - (time.monotonic() - began) if timeout is not None else None
        last: Exception = httpcore2.ConnectError()
        for address, seconds in _shares(found, left):
            try:
                return await self._inner.connect_tcp(address, port, seconds, local_address, socket_options)
            except _FAILED as error:
                last = error
        raise last

    async def _found(self, host: str, port: int) -> Sequence[str]:
        """An address needs no thread."""
        if _address(host) is not None:
            return self._looked.addresses(host, port)
        return await asyncio.to_thread(self._looked.addresses, host, port)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Pinned(httpcore2.NetworkBackend):
    def __init__(self, looked: _Looked) -> None:
        self._looked, self._inner = looked, httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        last: Exception = httpcore2.ConnectError()
        for address, seconds in _shares(self._looked.addresses(host, port), timeout):
            try:
                return self._inner.connect_tcp(address, port, seconds, local_address, socket_options)
            except _FAILED as error:
                last = error
        raise last


class AsyncPinnedTransport(httpx2.AsyncHTTPTransport):
    """How an `httpx2.AsyncClient` connects. httpx2 has no argument for a backend: the pool is put where its own would
    be; were it kept elsewhere, nothing could be sent."""

    def __init__(
        self,
        trust: ssl.SSLContext,
        *,
        allow_private: bool = False,
        most: int | None = None,
        idle: int | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        """`most`, `idle`: connections at once, and kept for later."""
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=trust,
            max_connections=most,
            max_keepalive_connections=idle,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=_AsyncPinned(_Looked(allow_private, resolve)),
        )


class PinnedTransport(httpx2.HTTPTransport):
    """The same for an `httpx2.Client`."""

    def __init__(self, trust: ssl.SSLContext, *, allow_private: bool = False, resolve: Resolve | None = None) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trust, network_backend=_Pinned(_Looked(allow_private, resolve))
        )


_IDLE_SECONDS = 5.0
"""As httpx2's own default: shorter than servers keep a connection that nobody uses."""
