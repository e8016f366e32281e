"""The replay of a recording gives the predictions of the live run."""

from __future__ import annotations

import copy

import pytest

from tests.measure.replay_equals_live import compare, record_and_replay


@pytest.mark.parametrize("codec", ["h264", "ffv1"])
def test_a_replay_says_what_the_live_run_said(codec, tmp_path, checkpoint_file):
    seconds = {"h264": 0.4, "ffv1": 0.2}[codec]  # each lossless picture takes a tenth of a second, twice
    source = ["--source", "demo:seed=5,persons=2", "--duration", str(seconds)]
    comparison = record_and_replay(source, ["--checkpoint", str(checkpoint_file)], codec, tmp_path)
    assert comparison.live == round(10 * seconds) + 1
    assert comparison.good(lossless=codec == "ffv1"), str(comparison)
    assert comparison.teacher == comparison.attention == 0.0


@pytest.mark.long
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("mode", ["window", "stream"])
@pytest.mark.parametrize("codec", ["h264", "ffv1"])
def test_a_longer_replay_with_the_bundled_weights_says_what_the_live_run_said(codec, mode, tmp_path):
    source = ["--source", "demo:seed=11,persons=2", "--duration", "30"]
    comparison = record_and_replay(source, ["--mode", mode], codec, tmp_path)
    assert comparison.good(lossless=codec == "ffv1"), str(comparison)


def test_the_comparison_finds_what_differs():
    person = {"id": 0, "tracking_id": "7", "label": "drink", "confidence": 0.9, "attention": {"Head": 1.0}}
    one = {"frame": 3, "state": "action", "label": "drink", "confidence": 0.9, "top5": [["drink", 0.9], ["sit", 0.1]],
           "teacher": [["drink", 2.0], ["sit", 1.0]], "student": None, "bodies": [person], "host_time_s": 1.0,
           "latency_ms": {}}  # fmt: skip
    assert compare([one], [one | {"host_time_s": 2.0}]).good(lossless=True)
    assert not compare([], []).good(lossless=False)
    assert not compare([one], [one | {"frame": 4}]).good(lossless=False)
    for key, value in (("label", "sit"), ("teacher", [["drink", 2.00001], ["sit", 1.0]])):
        assert not compare([one], [one | {key: value}]).good(lossless=False)
    swapped = one | {"teacher": [["drink", 2.0], ["run", 1.5]]}
    assert compare([one], [swapped]).teacher == 0.5
    other = copy.deepcopy(one)
    other["bodies"][0]["attention"]["Head"] = 0.75
    assert compare([one], [other]).attention == 0.25
    assert not compare([one], [other]).good(lossless=False)
    for key, value in (("label", "sit"), ("tracking_id", "8")):
        found = compare([one], [one | {"bodies": [person | {key: value}]}])
        assert (found.persons, found.labels) == (0.0, 1.0)
        assert not found.good(lossless=True)
    assert compare([one], [one | {"student": [["sit", 1.0]]}]).student == float("inf")
    assert compare([one], [one | {"confidence": 0.8}]).good(lossless=False)
    assert not compare([one], [one | {"confidence": 0.8}]).good(lossless=True)
