"""The benchmark of transcripts asks what it says, and finds something."""

import random
from pathlib import Path

from benchmarks import transcripts
from redactor.storage.sqlite import SqliteStore


def test_every_question_is_measured_on_turns_that_are_there(tmp_path: Path) -> None:
    result = transcripts.measure(300)
    assert result["new turn"] > 0
    assert result["file"] > 0
    lines = list(transcripts.markdown(result, 300))
    assert len(lines) == 4 + len(result) - 1
    store = SqliteStore(tmp_path / "v.db")
    said = transcripts._Said.of(random.Random(7))
    transcripts.fill(store, said, 300)
    found = {name: len(store.search(search, limit=transcripts.PAGE)) for name, search in said.searches(300)}
    assert found["no filter"] == found["type"] == found["role"] == transcripts.PAGE
    assert found["conversation"] == transcripts.PER_CONVERSATION
    assert found["common word"] >= found["two common words"] > 0
    assert found["channel that is not there"] == 0
    store.close()
