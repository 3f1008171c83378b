"""Certificates made for one test run, and servers that show them."""

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.integrations.servers import Server

NOW = datetime.now(UTC)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


@dataclass(frozen=True)
class Shown:
    """A certificate and its key, in files."""

    certificate: Path
    key: Path


@dataclass
class Authority:
    """Signs certificates and writes them into a folder."""

    folder: Path
    name: str
    _key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()), repr=False)

    @cached_property
    def path(self) -> Path:
        """Its own certificate."""
        made = self._built(_name(self.name), self._key, NOW + timedelta(days=1)).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        return self._written(made.add_extension(usage, critical=True), f"{self.name}.pem")

    def issue(self, name: str, *hosts: str, expired: bool = False, password: bytes = b"") -> Shown:
        """A certificate for these hosts, or for a client."""
        key, ends = generate_private_key(SECP256R1()), NOW + timedelta(days=-1 if expired else 1)
        built = self._built(_name(name), key, ends)
        if hosts:
            built = built.add_extension(x509.SubjectAlternativeName(map(_alternative, hosts)), critical=False)
        how = BestAvailableEncryption(password) if password else NoEncryption()
        path = self.folder / f"{self.name}-{name}.key"
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how))
        return Shown(self._written(built, f"{self.name}-{name}.pem"), path)

    def _built(self, subject: x509.Name, key: EllipticCurvePrivateKey, ends: datetime) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(_name(self.name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=2))
            .not_valid_after(ends)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )

    def _written(self, built: x509.CertificateBuilder, name: str) -> Path:
        path = self.folder / name
        path.write_bytes(built.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))
        return path


def over_tls(server: Server, shown: Shown, *, clients: Authority | None = None) -> tuple[int, list[str | None]]:
    """Let a test server that does not yet serve speak TLS; gives its port, and the names clients ask for. `clients`:
    only those whose certificate is of this authority come in."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(clients.path) if clients else None)
    context.load_cert_chain(shown.certificate, shown.key)
    context.verify_mode = ssl.CERT_REQUIRED if clients else ssl.CERT_NONE
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    http = server._http
    http.socket = context.wrap_socket(http.socket, server_side=True)
    return int(http.server_address[1]), asked


def trusting(authority: Authority, shown: Shown | None = None) -> ssl.SSLContext:
    """A client's context."""
    context = ssl.create_default_context(cafile=str(authority.path))
    if shown is not None:
        context.load_cert_chain(shown.certificate, shown.key)
    return context
