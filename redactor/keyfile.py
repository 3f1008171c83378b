"""The key-encryption key in a file, and how a new one takes its place while processes go on working.

Beside `NAME` may lie `NAME.next` (a new key that has not taken its place yet) and `NAME.old-ID` (keys from before).
Whatever step a rotation was stopped at, the files together hold every key the store may need.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redactor.crypto import LocalKey, sync_folder
from redactor.exceptions import CryptoError
from redactor.secret import Secret

_OLD = ".old-"
_NEXT = ".next"


@dataclass(frozen=True, slots=True)
class KeyFileState:
    """One file that holds a key: what `keys list` shows of it."""

    path: Path
    key_id: str
    made: float
    """When the file was last written: seconds since the epoch."""


class KeyFile:
    """A `KeyWrap` that wraps with the key now in the file and unwraps with the older ones beside it too.

    The files are read again whenever a key does not open, and before each wrap, so that a process that was started
    before a rotation follows it.
    """

    __slots__ = ("_known", "path")

    def __init__(self, path: str | os.PathLike[str], *, create: bool = True) -> None:
        """Use the key in the file; made there, at random, where there is none, unless `create` is false.

        Raises `CryptoError` for a file that is missing then, or while keys from before lie beside it.
        """
        self.path = Path(path)
        self._check_not_lost(create=create)
        self._known = [LocalKey.from_file(self.path)]

    def __repr__(self) -> str:
        return f"KeyFile({str(self.path)!r})"

    @property
    def key_id(self) -> str:
        """Names the key that is in the file now."""
        return self.current().key_id

    def current(self) -> LocalKey:
        """The key that is in the file now."""
        return LocalKey.from_file(self.path, create=False)

    def wrap(self, key: Secret[bytes]) -> bytes:
        """Encrypt a tenant key with the key that is in the file now."""
        return self.current().wrap(key)

    def unwrap(self, wrapped: bytes) -> Secret[bytes]:
        """Give the tenant key back. Raises `CryptoError` where none of the files holds the key that wrapped it."""
        for key in self._keys():
            with contextlib.suppress(CryptoError):
                return key.unwrap(wrapped)
        names = ", ".join(state.key_id for state in self.files())
        raise CryptoError(
            f"a stored key does not open with the keys in {self.path} and beside it ({names}); "
            f"bring back the file {self.path.name}, or {self.path.name}{_OLD}..., that belongs to this store"
        )

    def _keys(self) -> Iterator[LocalKey]:
        """The keys known, then those in the files now, which are remembered."""
        yield from self._known
        known = {key.key_id for key in self._known}
        fresh = [key for _, key in self._found()]
        self._known = [*(key for key in fresh if key.key_id not in known), *self._known]
        yield from fresh

    def renew(self) -> LocalKey:
        """Put a new random key in the file; the one before stays beside it. Stopped half-way, it is done again.

        Only one process may do this at a time.
        """
        fresh = self.path.with_name(self.path.name + _NEXT)
        new = LocalKey.from_file(fresh)
        old = self.current()
        if old.key_id != new.key_id:
            with contextlib.suppress(FileExistsError):
                os.link(self.path, self._old(old.key_id))
            sync_folder(self.path.parent)  # the old key must be safe before its place is taken
        fresh.replace(self.path)
        sync_folder(self.path.parent)
        return new

    def is_renewing(self) -> bool:
        """Whether a new key waits to take its place."""
        return self.path.with_name(self.path.name + _NEXT).exists()

    def files(self) -> list[KeyFileState]:
        """The files that hold a key, the one in use first."""
        return [KeyFileState(path, key.key_id, path.stat().st_mtime) for path, key in self._found()]

    def _found(self) -> Iterator[tuple[Path, LocalKey]]:
        for path in self._paths():
            try:
                yield path, LocalKey.from_file(path, create=False)
            except CryptoError as error:
                if path == self.path or not isinstance(error.__cause__, FileNotFoundError):
                    raise  # else another process deleted it, or put it in its place, meanwhile

    def drop_old(self) -> list[Path]:
        """Delete the keys from before, which no stored key may need any more; gives the files' names."""
        dropped = self._old_paths()
        for path in (*dropped, *self._drafts()):
            path.unlink(missing_ok=True)
        sync_folder(self.path.parent)
        return dropped

    def _old(self, key_id: str) -> Path:
        return self.path.with_name(f"{self.path.name}{_OLD}{key_id}")

    def _old_paths(self) -> list[Path]:
        folder, start = self.path.parent, self.path.name + _OLD
        names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208 - only the names
        return [folder / name for name in sorted(names) if name.startswith(start)]

    def _drafts(self) -> list[Path]:
        """What a process that was killed while it made a key file left behind: it may be a second name of the key."""
        draft = re.compile(rf"\.{re.escape(self.path.name)}(?:{re.escape(_NEXT)})?\.[0-9a-f]{{16}}")
        return [path for path in self.path.parent.iterdir() if draft.fullmatch(path.name)]

    def _paths(self) -> list[Path]:
        waiting = self.path.with_name(self.path.name + _NEXT)
        return [self.path, *([waiting] if waiting.exists() else []), *self._old_paths()]

    def _check_not_lost(self, *, create: bool) -> None:
        if self.path.exists():
            return
        if len(self._paths()) > 1:
            raise CryptoError(
                f"key file {self.path} is missing, while keys from before lie beside it; bring it back from a backup, "
                f"or rename the newest of them to {self.path.name}"
            )
        if not create:
            raise CryptoError(
                f"key file {self.path} is missing, and its store is there; bring it back from a backup, or name the "
                "right one: with a new key nothing in the store opens"
            )
