"""Scan an export before it is handed on: what was found and where, and never the value."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from redactor.scanning import Request, scan
from redactor.scanning.checking import How
from redactor.scanning.detector import Asked

with TemporaryDirectory() as folder:
    file = Path(folder, "export.csv")
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("id", "phone", "note"), (1, "+1 212 555 0143", "write to crystal@example.com")])

    report = scan(Request(paths=(str(file),), how=How(Asked(patterns_only=True))))
    for finding in report.findings:
        print(finding.where, finding.type, finding.shown)
    print("exit code", report.exit_code)
