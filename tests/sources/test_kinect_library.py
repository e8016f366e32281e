"""pykinect2 as installed, as on GitHub, and repaired by somebody: each loads; what does not load is explained."""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tests.kinect_double import kinect_double, measure, plug_in, pretended_windows
from tsmf_live.sources.kinect.library import KinectMissing, load
from tsmf_live.sources.kinect.source import KinectSource, expect_frame
from tsmf_live.sources.kinect.state import Patience

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the double stands in for Windows elsewhere")
INSTALLED = Path(importlib.metadata.distribution("pykinect2").locate_file("pykinect2"))
#: what differs on GitHub (c86d575) in the parts that matter when it is loaded and opened
AS_ON_GITHUB = (
    ("PyKinectV2.py", "from comtypes import dispid", "import numpy.distutils.system_info as sysinfo"),
    ("PyKinectV2.py", "assert sizeof(tagSTATSTG) == 72", "assert sizeof(tagSTATSTG) == 64 + sysinfo.platform_bits/4"),
    (
        "PyKinectRuntime.py",
        "self._depth_source = self._sensor.DepthFrameSource",
        "self._infrared_source = self._sensor.InfraredFrameSource; self._infrared_source.FrameDescription\r\n"
        "        self._depth_source = self._sensor.DepthFrameSource",
    ),
)
#: what forks for Python 3.8 and later repair
REPAIRED = (
    ("PyKinectV2.py", "assert sizeof(tagSTATSTG) == 72", "#"),
    ("PyKinectV2.py", "from comtypes import _check_version; _check_version('')", ""),
    ("PyKinectRuntime.py", "time.clock()", "time.perf_counter()"),
    ("PyKinectRuntime.py", "numpy.object", "object"),
)
FOREIGN_LAYOUT = (("PyKinectV2.py", "('TrackingState', _TrackingState),", "('TrackingState', c_longlong),"),)


@pytest.fixture
def edited(tmp_path, monkeypatch):
    """Puts an edited copy of the installed pykinect2 before it on the path."""

    def put(edits: tuple[tuple[str, str, str], ...]) -> None:
        (tmp_path / "pykinect2").mkdir()
        for name in ("__init__.py", "PyKinectV2.py", "PyKinectRuntime.py"):
            text = (INSTALLED / name).read_bytes().decode("latin-1")
            for file, old, new in edits:
                if file == name:
                    assert old in text
                    text = text.replace(old, new)
            (tmp_path / "pykinect2" / name).write_bytes(text.encode("latin-1"))
        monkeypatch.syspath_prepend(tmp_path)

    return put


def put_package(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, text: str) -> None:
    """A package of that name and content before all others."""
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text(text)
    monkeypatch.syspath_prepend(folder)


@pytest.mark.parametrize("edits", [(), AS_ON_GITHUB, REPAIRED], ids=["PyPI", "GitHub", "repaired"])
def test_it_loads_and_changes_nothing_else(edited, edits):
    edited(edits)
    with pretended_windows() as windows:
        library = load()
        import comtypes

        device = plug_in(windows)
        for spec in ("kinect", "kinect:acquire=poll"):
            source = KinectSource(spec)
            assert measure.bodies_during_a_conversion(device, source) == list(range(5))
            source.close()
        assert not device.server.bugs
        assert set(windows.apartments.values()) == {0}, "no thread may be one that must handle messages"
        assert len(windows.apartments) >= 3, "this one, pykinect2's, the pictures'"
        assert not hasattr(sys, "coinit_flags")

        assert comtypes._check_version.__module__ == "comtypes._tlib_version_checker"
        assert not [name for name in sys.modules if name.startswith("numpy.distutils")]
        assert load() is library
        assert library.runtime.time.clock() == pytest.approx(time.perf_counter(), abs=1)
        assert library.runtime.numpy.zeros(1, dtype=library.runtime.numpy.object).dtype == object
    assert not hasattr(time, "clock")
    assert "object" not in vars(np)
    assert "pykinect2" not in sys.modules


def test_without_the_layer_it_does_not_load():
    with pretended_windows(), pytest.raises(AssertionError, match="80"):
        importlib.import_module("pykinect2.PyKinectV2")


def test_without_the_assertion_the_version_check_stops_it(edited):
    edited(REPAIRED[:1])
    with pretended_windows(), pytest.raises(ImportError, match="Wrong version"):
        importlib.import_module("pykinect2.PyKinectV2")


def test_the_thread_of_the_window_to_come_joins_no_apartment():
    with pretended_windows() as windows:
        with pytest.raises(KinectMissing, match="service does not answer"):
            expect_frame()
        assert set(windows.apartments.values()) == {0}
        assert threading.get_ident() not in windows.apartments


def test_a_thread_that_is_in_another_apartment_stays_there():
    with pretended_windows() as windows:
        windows.apartments[threading.get_ident()] = 2
        with pytest.raises(KinectMissing):  # as comtypes itself is, imported there
            load()
    with kinect_double() as device:
        windows = device.windows
        before = windows.apartments.get(threading.get_ident())
        windows.apartments[threading.get_ident()] = 2
        try:
            KinectSource().close()
        finally:
            windows.apartments[threading.get_ident()] = before


def test_a_failed_load_leaves_nothing_half_loaded():
    with pretended_windows(sdk=False):
        for _ in range(2):
            with pytest.raises(KinectMissing, match=r"Kinect20.dll is not there; install the Kinect for Windows SDK"):
                load()
        assert "pykinect2.PyKinectV2" not in sys.modules


def test_a_foreign_layout_is_refused(edited):
    edited(FOREIGN_LAYOUT)
    with pretended_windows(), pytest.raises(KinectMissing, match=r"lays out _Joint as \(24,.*expected 20 bytes"):
        load()


def test_an_outdated_comtypes_is_named(tmp_path, monkeypatch):
    put_package(monkeypatch, tmp_path, "comtypes", "try: pass\nexcept COMError, err: pass\n")
    with pretended_windows(), pytest.raises(KinectMissing, match=r'outdated comtypes.*pip install -U "comtypes>=1.4"'):
        load()


@pytest.mark.parametrize("name", ["comtypes", "pykinect2"])
def test_a_missing_package_is_named(tmp_path, monkeypatch, name):
    text = f"raise ModuleNotFoundError('No module named {name}', name={name!r})"
    put_package(monkeypatch, tmp_path, name, text)
    with pretended_windows(), pytest.raises(KinectMissing, match=f"the package {name} is not installed"):
        load()


def test_elsewhere_than_on_windows_it_fails_at_once_by_trying():
    began_s = time.perf_counter()
    with pytest.raises(KinectMissing, match=r"finds no Windows here.*needs Windows 8.1.*use --source demo"):
        KinectSource()
    assert time.perf_counter() - began_s < Patience().start_s  # nothing is waited for


def test_the_double_leaves_nothing_behind():
    import _ctypes
    import builtins
    import codecs
    import ctypes

    before = set(vars(ctypes)), set(vars(_ctypes)), set(vars(builtins)), set(sys.modules)
    for _ in range(2):
        with kinect_double():
            assert "pykinect2.PyKinectRuntime" in sys.modules
            assert not hasattr(ctypes, "windll")
            assert ctypes.sizeof(ctypes.c_long) == 8
    assert (set(vars(ctypes)), set(vars(_ctypes)), set(vars(builtins))) == before[:3]
    assert not [name for name in set(sys.modules) - before[3] if name.split(".")[0] in ("comtypes", "pykinect2")]
    with pytest.raises(LookupError):
        codecs.lookup("mbcs")


#: The functions of the interfaces we call, in the order in which they stand in the SDK's Kinect.h, and their ids there.
#: The double builds its tables from pykinect2's declarations, so a wrong place in those would show only here.
KINECT_H = {
    "IColorFrameSource": "SubscribeFrameCaptured UnsubscribeFrameCaptured GetFrameCapturedEventData get_IsActive"
    " OpenReader CreateFrameDescription get_FrameDescription get_KinectSensor",
    "IColorFrameReader": "SubscribeFrameArrived UnsubscribeFrameArrived GetFrameArrivedEventData AcquireLatestFrame"
    " get_IsPaused put_IsPaused get_ColorFrameSource",
    "IColorFrame": "get_RawColorImageFormat get_FrameDescription CopyRawFrameDataToArray AccessRawUnderlyingBuffer"
    " CopyConvertedFrameDataToArray CreateFrameDescription get_ColorCameraSettings get_RelativeTime"
    " get_ColorFrameSource",
    "IBodyFrameSource": "SubscribeFrameCaptured UnsubscribeFrameCaptured GetFrameCapturedEventData get_IsActive"
    " get_BodyCount OpenReader get_KinectSensor OverrideHandTracking OverrideAndReplaceHandTracking",
    "IBodyFrameReader": "SubscribeFrameArrived UnsubscribeFrameArrived GetFrameArrivedEventData AcquireLatestFrame"
    " get_IsPaused put_IsPaused get_BodyFrameSource",
    "IBodyFrame": "GetAndRefreshBodyData get_FloorClipPlane get_RelativeTime get_BodyFrameSource",
    "IBody": "GetJoints GetJointOrientations get_Engaged GetExpressionDetectionResults GetActivityDetectionResults"
    " GetAppearanceDetectionResults get_HandLeftState get_HandLeftConfidence get_HandRightState"
    " get_HandRightConfidence get_ClippedEdges get_TrackingId get_IsTracked get_IsRestricted get_Lean"
    " get_LeanTrackingState",
    "ICoordinateMapper": "SubscribeCoordinateMappingChanged UnsubscribeCoordinateMappingChanged"
    " GetCoordinateMappingChangedEventData MapCameraPointToDepthSpace MapCameraPointToColorSpace"
    " MapDepthPointToCameraSpace MapDepthPointToColorSpace MapCameraPointsToDepthSpace MapCameraPointsToColorSpace",
}
KINECT_H_IDS = {
    "IBodyFrameSource": "BB94A78A-458C-4608-AC69-34FEAD1E3BAE",
    "IBodyFrameReader": "45532DF5-A63C-418F-A39F-C567936BC051",
    "IBodyFrame": "52884F1F-94D7-4B57-BF87-9226950980D5",
    "IBody": "46AEF731-98B0-4D18-827B-933758678F4A",
    "ICoordinateMapper": "8784DF2D-16B0-481C-A11E-55E70BF25018",
}


def test_pykinect2_declares_the_interfaces_as_the_sdk_does():
    with kinect_double() as device:
        for name, functions in KINECT_H.items():
            expected = functions.replace("get_", "_get_").replace("put_", "_set_").split()
            declared = [spec.name for spec in getattr(device.declarations, name)._methods_]
            assert declared[: len(expected)] == expected, name
        for name, iid in KINECT_H_IDS.items():
            assert str(getattr(device.declarations, name)._iid_) == f"{{{iid}}}"
