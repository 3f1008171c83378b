"""JSON of requests and replies: read strictly, and written again."""

import json
from math import isfinite
from typing import Any, NoReturn


def read(raw: bytes | str) -> Any:
    """Parsed JSON. Raises `ValueError`, without what was read, for what is none or is nested too deep."""
    parsed, failed = None, False
    try:
        parsed = json.loads(raw, parse_constant=_refuse, parse_float=finite)
    except (ValueError, RecursionError):
        failed = True
    if failed:
        raise ValueError("not JSON")
    return parsed


def read_object(raw: bytes | str) -> dict[str, Any] | None:
    """A parsed JSON object; None for anything else."""
    try:
        value = read(raw)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def written(value: Any) -> bytes:
    """JSON as UTF-8; half a surrogate pair, which UTF-8 has no bytes for, stays an escape."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def finite(number: str) -> float:
    """A number as it is written. Raises `ValueError` where no float is as large: written again, it would be no JSON."""
    found = float(number)
    if not isfinite(found):
        raise ValueError("a number is too large for a float")
    return found


def _refuse(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")
