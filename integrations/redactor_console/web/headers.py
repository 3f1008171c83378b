"""What the browser is told with every answer.

The policy: nothing but our own files, no inline script or style, no frame, no form elsewhere (W3C Content Security
Policy Level 3; Trusted Types). Nothing is kept in a cache: OWASP ASVS 5.0, 14.3.2.
"""

from collections.abc import Mapping

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)

ALWAYS: Mapping[str, str] = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with less, the browser sends its forms with `Origin: null` (Fetch, 3.2)
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
"""Only over TLS: RFC 6797, 7.2."""


def headers(*, is_https: bool) -> dict[str, str]:
    """For every answer."""
    return {**ALWAYS, **({"strict-transport-security": STRICT_TRANSPORT} if is_https else {})}
