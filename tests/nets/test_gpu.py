"""What the program does about a GPU, on a machine that may have none."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import torch

from tests.fakes.networks import random_model
from tests.fakes.recordings import frames
from tests.fakes.scripted_source import LIMIT_S, Scripted
from tsmf_live.live.output_lines import JsonLines
from tsmf_live.live.pipeline import Pipeline, RunSettings
from tsmf_live.nets.gpu import CAPTURE_AT_CALL, Captured, is_device_failure
from tsmf_live.skeleton import JOINT_COUNT


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("where", ["teacher", "student"])
def test_a_gpu_that_fails_is_left_for_the_cpu_and_the_run_goes_on(stream, where):
    """The failure is raised where CUDA would raise it; the model is told that it sits on a GPU."""
    model = random_model()
    network = model.teacher.fcn if where == "teacher" else model._folded.fc
    failures = []

    def run_out_of_memory(*_: object) -> None:
        if model.device.type == "cuda":
            failures.append(1)
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    told = io.StringIO()
    settings = RunSettings("x", paced=False, stream=stream)
    pipeline = Pipeline(lambda: Scripted(*frames(13, color=True)), model, settings, [JsonLines(told)])
    inference = pipeline._inference
    set_up = inference.set_up

    def set_up_on_gpu() -> None:
        set_up()
        network.register_forward_hook(run_out_of_memory)
        model.device = torch.device("cuda")
        for network_on_device in (model._teacher_on_device, model._student_on_device):
            network_on_device._device = torch.device("cpu")  # there is no GPU to copy to
        if stream and where == "teacher":
            teacher = inference.recognizer._stream._teacher
            step = teacher._stream.forward_step

            def failing_step(*arguments: object) -> object:
                run_out_of_memory()
                return step(*arguments)

            teacher._device = torch.device("cpu")
            teacher._stream.forward_step = failing_step

    inference.set_up = set_up_on_gpu
    pipeline.start()
    assert pipeline.wait(LIMIT_S)
    summary, errors = pipeline.finish()
    assert errors == []
    assert failures == [1]
    assert len(summary.warnings) == 1
    assert "CPU" in summary.warnings[0]
    assert model.device.type == "cpu"
    last = [d for d in map(json.loads, told.getvalue().splitlines()) if d["type"] == "prediction"][-1]
    assert last["frame"] == 12


def test_bugs_are_not_taken_for_device_failures():
    assert is_device_failure(torch.OutOfMemoryError("x"))
    assert is_device_failure(RuntimeError("CUDA error: device-side assert triggered"))
    assert not is_device_failure(RuntimeError("shape '[2]' is invalid"))
    assert not is_device_failure(ValueError("CUDA error"))


def test_on_a_cpu_a_captured_function_is_the_function():
    captured = Captured(lambda x: (x * 2, x.sum()[None]), torch.device("cpu"))
    for k in range(CAPTURE_AT_CALL + 2):
        x = torch.full((2, 3), float(k))
        double, total = captured(x)
        assert torch.equal(double, x * 2)
        assert total.item() == 6 * k


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU")
def test_on_a_gpu_captured_windows_equal_the_cpu():
    model = random_model()
    rng = np.random.default_rng(0)
    clips = [rng.normal(size=(60, JOINT_COUNT, 3)).astype(np.float32) for _ in range(2)]
    image = rng.normal(size=(225, 225, 3)).astype(np.float32)
    expected, expected_student = model.run_teacher(clips), model.run_student(image)
    model.move("cuda")
    for _ in range(CAPTURE_AT_CALL + 2):
        output = model.run_teacher(clips)
        np.testing.assert_allclose(output.scores, expected.scores, atol=1e-2)
        np.testing.assert_allclose(output.attention, expected.attention, atol=1e-2)
        np.testing.assert_allclose(model.run_student(image), expected_student, atol=1e-2)
