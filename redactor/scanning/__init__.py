"""Where do files hold personal data? `redactor scan` and the pre-commit hook.

A source (file, stdin, staged blob) is read into pieces of text; each piece is checked; what is found is a `Finding`
that says where and what, never the value. What could not be checked is a `Gap`: a scan with one is incomplete.
"""

from redactor.scanning.pieces import Finding, Gap
from redactor.scanning.running import Report, Request, scan

__all__ = ["Finding", "Gap", "Report", "Request", "scan"]
