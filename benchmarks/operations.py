"""What the audit log, key rotations and proofs of erasure cost, on a store in a temporary file.

python benchmarks/operations.py [--records 100000] [--conversations 20000]
"""

import argparse
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import perf_counter

from redactor import Policy, Redactor, rotation
from redactor.audit import Audit, Entry
from redactor.audit.checking import verify
from redactor.crypto import keyed_hash
from redactor.keyfile import KeyFile
from redactor.keys import new_conversation, tenant_keys
from redactor.privacy.erasure import prove_erased, store_files
from redactor.storage.sqlite import SqliteStore
from redactor.testing import FakeRecognizer

_ENTRY = Entry("restore", "acme", "0123456789abcdef0123", ("[PERSON_1]",), "agent", "restored")
_ROUNDS = 300


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, once."""
    began = perf_counter()
    work()
    return perf_counter() - began


def main() -> None:
    """Print one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--conversations", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, key = Path(folder) / "r.db", KeyFile(Path(folder) / "r.key")
        with closing(SqliteStore(path)) as store:
            measure_audit(store, key, asked.records)
            measure_keys(store, key, asked.conversations)
            measure_restores(store, key)
        values = ["Crystal Minh-Quux", "crystal@example.com"]
        took = seconds(lambda: prove_erased(values, store_files(path)))
        print(f"prove-erased of 2 values in {path.stat().st_size / 1e6:.0f} MB: {took:.1f} s")


def measure_audit(store: SqliteStore, key: KeyFile, records: int) -> None:
    """Write records one by one, then many at once, then look at all."""
    audit = Audit(store, key)
    took = seconds(lambda: [audit.write(_ENTRY) for _ in range(_ROUNDS)])
    print(f"a record, committed: {took / _ROUNDS * 1e3:.2f} ms")
    with store.transaction() as tx:
        for _ in range(records - _ROUNDS):
            audit.append(tx, _ENTRY)
    print(f"verify {records} records: {seconds(lambda: verify(audit, store)):.1f} s")


def measure_keys(store: SqliteStore, key: KeyFile, conversations: int) -> None:
    """Rotate both kinds of key of a tenant with many conversations."""
    keys = tenant_keys(store, key, "acme")
    with store.transaction() as tx:
        for number in range(conversations):
            id_hash = keyed_hash(keys.conversations, str(number))
            tx.put_conversation(new_conversation(keys, "acme", id_hash, now=0.0, retention=1.0))
    print(f"keys rotate, one tenant: {seconds(lambda: rotation.rotate_file(store, key)) * 1e3:.0f} ms")
    took = seconds(lambda: rotation.rotate_tenant_key(store, key, "acme"))
    print(f"keys rotate --tenant, {conversations} conversations: {took:.1f} s")


def measure_restores(store: SqliteStore, key: KeyFile) -> None:
    """Restore one placeholder for each audience."""
    policy = Policy.from_dict({"defaults": {"audiences": ["customer", "agent"]}})
    chat = Redactor(policy, [FakeRecognizer({"Ann Lee": "PERSON"})], store, key=key).conversation("c")
    chat.redact("I am Ann Lee")
    for audience in ("customer", "agent"):
        took = seconds(lambda to=audience: [chat.restore("[PERSON_1]", to, record=False) for _ in range(_ROUNDS)])  # type: ignore[misc]
        print(f"restore for {audience}: {took / _ROUNDS * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
