"""Lists of what to record: typed, as CSV, wrong in every way; and what of them a study already has."""

from __future__ import annotations

import json

import pytest

from tsmf_live.frames import SourceError, UsageError
from tsmf_live.recording.folder import FORMAT, FORMAT_VERSION
from tsmf_live.recording.protocol import Entry, Recorded, done_of, next_take, read_protocol, recorded_in, typed


def test_a_typed_list_says_who_does_what_how_often():
    assert typed("P07: drink water x 3, reading x2, sneeze/cough\n\nP08: box × 2") == [  # noqa: RUF001
        Entry("P07", "drink water", 3), Entry("P07", "reading", 2), Entry("P07", "sneeze/cough", 1),
        Entry("P08", "box", 2),
    ]  # fmt: skip


def test_a_list_may_have_the_colons_and_commas_of_a_chinese_keyboard():
    assert typed("P07：喝水 x 3，阅读") == [Entry("P07", "喝水", 3), Entry("P07", "阅读", 1)]  # noqa: RUF001


@pytest.mark.parametrize(
    "text", ["", "drink water x 3", "P07:", "P07: reading x 0", ": reading", "P07: reading,,", "P07: a x 1000",
             "P07: a x " + "5" * 5000],
)  # fmt: skip
def test_a_typed_list_that_cannot_be_is_one_line(text):
    with pytest.raises(SourceError) as error:
        typed(text)
    assert "expected" in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200


def test_a_table_may_say_how_long(tmp_path):
    path = tmp_path / "list.csv"
    rows = "Subject, Action, takes, seconds, pause", "P07, drink water, 3, 4.5, 2", "P08, reading,,,"
    path.write_text("\n".join(rows), "utf-8-sig")
    assert read_protocol(path) == [Entry("P07", "drink water", 3, 4.5, 2.0), Entry("P08", "reading", 1, None, None)]


@pytest.mark.parametrize(
    "text",
    [
        "", "who,what\na,b\n", "subject,action,takes\nP07,reading,many\n", "subject,action\nP07,\n",
        "subject,action,seconds\nP07,reading,nan\n", "subject,action,pause\nP07,reading,-1\n", "subject,action\n",
        "subject,action,takes\nP07,reading,1,5\n\"", "subject,action,colour\nP07,reading,red\n",
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_names_its_line(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(SourceError) as error:
        read_protocol(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_the_list_goes_on_where_the_study_ends():
    entries = [Entry("B", "reading", 2), Entry("A", "reading", 1), Entry("B", "reading", 1)]
    assert next_take(entries, [])[2:] == (1, 1)
    recorded = [Recorded("B", "reading", 4, 2), Recorded("B", "typing", 4, 1)]
    assert done_of(entries, recorded) == [1, 0, 0]
    due = next_take(entries, recorded)
    assert (due.row, due.performer, due.replication) == (0, 4, 3)  # numbers go on from the highest
    recorded.append(Recorded("B", "reading", 4, 3))
    due = next_take(entries, recorded)
    assert (due.row, due.performer, due.replication) == (1, 5, 1)  # another subject, another number
    due = next_take(entries, recorded, left_out=["A"])
    assert (due.row, due.replication) == (2, 4)
    recorded += [Recorded("B", "reading", 4, 4), Recorded("A", "reading", 5, 1)]
    assert next_take(entries, recorded) is None


def test_numbers_that_are_used_up_are_said():
    with pytest.raises(UsageError, match="another study"):
        next_take([Entry("A", "reading", 2)], [Recorded("A", "reading", 1, 999)])


def test_takes_of_a_study_are_read_and_damaged_ones_passed_over(tmp_path):
    told = {"subject": "A", "action": "b", "performer": 3, "replication": 2}
    texts = json.dumps(told | {"format": FORMAT, "format_version": FORMAT_VERSION}), "{"
    for number, text in enumerate(texts, 1):
        folder = tmp_path / f"take-00{number}"
        folder.mkdir()
        (folder / "session.json").write_text(text)
    (tmp_path / "notes").mkdir()
    assert recorded_in(tmp_path) == [Recorded("A", "b", 3, 2)]
    assert recorded_in(tmp_path / "nothing") == []
