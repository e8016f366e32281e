"""A scripted Kinect v2 behind pykinect2's COM interfaces: it sends what a test tells it to, and fails on demand.

Like the sensor, a reader holds its newest frame only: a frame that was not fetched before the next came is lost.
"""

from __future__ import annotations

import ctypes
import threading
from collections import Counter
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from tsmf_live.camera import project_to_color
from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, MAX_BODIES

from .com import E_FAIL, E_PENDING, ComObject, Failure, Server
from .windows import Kernel

TICKS_PER_S = 10_000_000  # TIMESPAN, 100 ns
JOINT = np.dtype([("type", "<i4"), ("position", "<f4", 3), ("state", "<i4")])
ORIENTATION = np.dtype([("type", "<i4"), ("quaternion", "<f4", 4)])


@dataclass(frozen=True)
class Person:
    """One tracked body as the sensor would report it; joints may hold anything.

    Attributes:
        joints: (25, 3) float32; states: (25,) int; orientations: (25, 4) float32; hands: left, right.
        color_xy: (25, 2) what the mapper answers for these joints (NaN: -inf); None: a fixed camera's projection.
    """

    tracking_id: int
    joints: np.ndarray
    states: np.ndarray
    orientations: np.ndarray
    hands: tuple[int, int] = (0, 0)
    color_xy: np.ndarray | None = None


@dataclass(frozen=True)
class ColorShot:
    """One picture that the sensor took."""

    ticks: int
    picture: np.ndarray  # (1080, 1920, 4) uint8
    interval_ticks: int


@dataclass(frozen=True)
class BodyShot:
    """The bodies of one moment."""

    ticks: int
    persons: tuple[Person, ...]
    floor: tuple[float, float, float, float]


class Device:
    """The sensor, its driver and its cable.

    Attributes:
        available: what IsAvailable says; None: whether it is plugged in and open.
        broken: method name -> how many of its next calls fail with E_FAIL; "expired color", "expired body": how many
            of the next frames are gone when they are fetched (E_PENDING).
        during: called inside each picture's and body frame's copy; a test blocks the library's thread with it.
        counts: what happened: opened, closed, color sent, color fetched, body sent, body fetched, maps.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.server: Server | None = None  # known once pykinect2 is imported
        self.changed = threading.Condition()
        self.plugged, self.available = True, None
        self.broken: Counter[str] = Counter()
        self.during = lambda: None
        self.counts: Counter[str] = Counter()
        self.readers: list[Reader] = []
        self.open_sensors = 0
        self._mapped: dict[bytes, tuple[float, float]] = {}

    @property
    def declarations(self) -> ModuleType:
        return self.server.declarations

    def get_default_sensor(self, place: object) -> int:
        """Kinect20.dll's one function."""
        if self.breaks("GetDefaultKinectSensor"):
            return E_FAIL
        sensor = Sensor(self.server, self)
        sensor.add_reference()
        ctypes.c_void_p.from_address(ctypes.addressof(place._obj)).value = sensor.address
        return 0

    def send_color(self, ticks: int, picture: np.ndarray, interval_ticks: int = 333_333) -> None:
        """A picture arrives (unless unplugged)."""
        self._send("color", ColorShot(ticks, picture, interval_ticks))

    def send_body(
        self, ticks: int, persons: tuple[Person, ...] = (), floor: tuple[float, float, float, float] = (0, 1, 0, 0.9)
    ) -> None:
        """The bodies of a moment arrive (unless unplugged)."""
        for person in persons:
            self._remember_mapping(person)
        self._send("body", BodyShot(ticks, persons, floor))

    def wait_for(self, name: str, count: int, limit_s: float = 5.0) -> None:
        """Waits until something was counted so often; AssertionError after the limit."""
        with self.changed:
            came = self.changed.wait_for(lambda: self.counts[name] >= count, limit_s)
        assert came, f"{name}: expected {count}, got {self.counts[name]} within {limit_s:g} s"

    def idle(self, limit_s: float) -> bool:
        """Waits until all that was sent has been fetched; False after the limit."""
        counts = self.counts
        with self.changed:
            return self.changed.wait_for(
                lambda: all(counts[f"{stream} fetched"] >= counts[f"{stream} sent"] for stream in ("color", "body")),
                limit_s,
            )

    def count(self, name: str) -> None:
        """Something happened."""
        with self.changed:
            self.counts[name] += 1
            self.changed.notify_all()

    def breaks(self, name: str) -> bool:
        """Whether a call shall fail now; each failure is used up."""
        if self.broken[name] <= 0:
            return False
        self.broken[name] -= 1
        return True

    def map_points(self, positions: np.ndarray) -> np.ndarray:
        """Where camera-space points (N, 3) are in the picture, (N, 2); -inf where the SDK cannot say."""
        mapped = project_to_color(positions)
        known = self._mapped
        for row, position in enumerate(positions) if known else ():
            if (place := known.get(position.tobytes())) is not None:
                mapped[row] = place
        mapped[~np.isfinite(mapped).all(axis=1)] = -np.inf
        return mapped

    def _remember_mapping(self, person: Person) -> None:
        if person.color_xy is None:
            return
        if len(self._mapped) > 25 * MAX_BODIES * 100:
            self._mapped = {}
        joints = np.ascontiguousarray(person.joints, np.float32)
        self._mapped.update((joints[j].tobytes(), tuple(person.color_xy[j])) for j in range(len(joints)))

    def _send(self, stream: str, shot: ColorShot | BodyShot) -> None:
        if not self.plugged:
            return
        self.count(f"{stream} sent")
        for reader in list(self.readers):
            if reader.stream == stream:
                reader.take(shot)


class KinectObject(ComObject):
    """A COM object that knows the device."""

    def __init__(self, server: Server, device: Device) -> None:
        super().__init__(server)
        self.device = device

    def call(self, name: str) -> None:
        """Fails if the test wants this call to fail."""
        if self.device.breaks(name):
            raise Failure(E_FAIL)


class Sensor(KinectObject):
    interface = "IKinectSensor"
    is_open = False

    def Open(self) -> None:
        self.call("Open")
        if not self.is_open:
            self.device.open_sensors += 1
        self.is_open = True
        self.device.count("opened")

    def Close(self) -> None:
        if self.is_open:
            self.device.open_sensors -= 1
        self.is_open = False
        self.device.count("closed")

    def _get_IsOpen(self) -> bool:
        return self.is_open

    def _get_IsAvailable(self) -> bool:
        device = self.device
        return device.plugged and self.is_open if device.available is None else device.available

    def _get_ColorFrameSource(self) -> ColorSource:
        return ColorSource(self.server, self.device)

    def _get_BodyFrameSource(self) -> BodySource:
        return BodySource(self.server, self.device)

    def _get_DepthFrameSource(self) -> DepthSource:
        return DepthSource(self.server, self.device)

    def _get_BodyIndexFrameSource(self) -> BodyIndexSource:
        return BodyIndexSource(self.server, self.device)

    def _get_InfraredFrameSource(self) -> InfraredSource:
        return InfraredSource(self.server, self.device)

    def _get_CoordinateMapper(self) -> Mapper:
        self.call("CoordinateMapper")
        return Mapper(self.server, self.device)


class Description(KinectObject):
    interface = "IFrameDescription"
    size_wh = (512, 424)

    def _get_Width(self) -> int:
        return self.size_wh[0]

    def _get_Height(self) -> int:
        return self.size_wh[1]


class ColorDescription(Description):
    size_wh = (COLOR_WIDTH, COLOR_HEIGHT)


class DepthSource(KinectObject):
    interface = "IDepthFrameSource"

    def _get_FrameDescription(self) -> Description:
        return Description(self.server, self.device)


class BodyIndexSource(DepthSource):
    interface = "IBodyIndexFrameSource"


class InfraredSource(DepthSource):
    interface = "IInfraredFrameSource"


class ColorSource(KinectObject):
    interface = "IColorFrameSource"

    def _get_FrameDescription(self) -> Description:
        return ColorDescription(self.server, self.device)

    def OpenReader(self) -> ColorReader:
        return ColorReader(self.server, self.device)


class BodySource(KinectObject):
    interface = "IBodyFrameSource"

    def _get_BodyCount(self) -> int:
        return MAX_BODIES

    def OpenReader(self) -> BodyReader:
        self.call("OpenReader")
        return BodyReader(self.server, self.device)


class Reader(KinectObject):
    """Holds the newest frame until it is fetched, and signals an event when one comes."""

    stream = ""

    def __init__(self, server: Server, device: Device) -> None:
        super().__init__(server, device)
        self.newest: ColorShot | BodyShot | None = None
        self.fetched = True
        self.handle: int | None = None
        device.readers.append(self)

    def add_reference(self, step: int = 1) -> int:
        left = super().add_reference(step)
        if not left:
            self.device.readers.remove(self)
            if self.handle is not None:
                self.device.kernel.close_handle(self.handle)
        return left

    def take(self, shot: ColorShot | BodyShot) -> None:
        self.newest, self.fetched = shot, False
        if self.handle is not None:
            self.device.kernel.set_event(self.handle)

    def SubscribeFrameArrived(self) -> int:
        self.handle = self.device.kernel.create_event()
        self.device.count(f"{self.stream} ready")
        return self.handle

    def GetFrameArrivedEventData(self, handle: int) -> Arrival:
        self.call("GetFrameArrivedEventData")
        return Arrival.of(self)

    def AcquireLatestFrame(self) -> Frame:
        self.device.count(f"{self.stream} ready")
        self.call("AcquireLatestFrame")
        return self.acquire(self.newest)

    def acquire(self, shot: ColorShot | BodyShot | None) -> Frame:
        """A frame object, once for each frame; E_PENDING if there is none or it is gone."""
        device = self.device
        expired = shot is None or shot is not self.newest or self.fetched or device.breaks(f"expired {self.stream}")
        self.fetched = True
        device.count(f"{self.stream} fetched")
        if expired:
            raise Failure(E_PENDING)
        return (ColorFrame if self.stream == "color" else BodyFrame)(self.server, device, shot)


class ColorReader(Reader):
    interface, stream = "IColorFrameReader", "color"


class BodyReader(Reader):
    interface, stream = "IBodyFrameReader", "body"


class Arrival(KinectObject):
    """The event's data, and in the next object the reference to the frame."""

    def __init__(self, server: Server, device: Device, reader: Reader, shot: ColorShot | BodyShot | None) -> None:
        super().__init__(server, device)
        self.reader, self.shot = reader, shot

    @classmethod
    def of(cls, reader: Reader) -> Arrival:
        kind = ColorArrival if reader.stream == "color" else BodyArrival
        return kind(reader.server, reader.device, reader, reader.newest)

    def _get_FrameReference(self) -> Arrival:
        self.call("FrameReference")
        kind = ColorReference if self.reader.stream == "color" else BodyReference
        return kind(self.server, self.device, self.reader, self.shot)

    def _get_RelativeTime(self) -> int:
        return self.shot.ticks

    def AcquireFrame(self) -> Frame:
        return self.reader.acquire(self.shot)


class ColorArrival(Arrival):
    interface = "IColorFrameArrivedEventArgs"


class BodyArrival(Arrival):
    interface = "IBodyFrameArrivedEventArgs"


class ColorReference(Arrival):
    interface = "IColorFrameReference"


class BodyReference(Arrival):
    interface = "IBodyFrameReference"


class Frame(KinectObject):
    def __init__(self, server: Server, device: Device, shot: ColorShot | BodyShot) -> None:
        super().__init__(server, device)
        self.shot = shot

    def _get_RelativeTime(self) -> int:
        return self.shot.ticks


class CameraSettings(Frame):
    interface = "IColorCameraSettings"

    def _get_FrameInterval(self) -> int:
        return self.shot.interval_ticks


class ColorFrame(Frame):
    interface = "IColorFrame"

    def CopyConvertedFrameDataToArray(self, capacity: int, place: int, form: int) -> None:
        self.device.during()
        self.call("CopyConvertedFrameDataToArray")
        picture = self.shot.picture
        if capacity != picture.nbytes or form != self.device.declarations.ColorImageFormat_Bgra:
            raise Failure(E_FAIL)
        ctypes.memmove(place, picture.ctypes.data, capacity)

    def _get_ColorCameraSettings(self) -> CameraSettings:
        return CameraSettings(self.server, self.device, self.shot)


class BodyFrame(Frame):
    interface = "IBodyFrame"

    def _get_FloorClipPlane(self) -> ctypes.Structure:
        return self.device.declarations._Vector4(*self.shot.floor)

    def GetAndRefreshBodyData(self, capacity: int, place: int) -> None:
        self.device.during()
        self.call("GetAndRefreshBodyData")
        if capacity != MAX_BODIES:
            raise Failure(E_FAIL)
        pointers = (ctypes.c_void_p * MAX_BODIES).from_address(place)
        for k in range(MAX_BODIES):
            person = self.shot.persons[k] if k < len(self.shot.persons) else None
            if pointers[k]:
                self.server.objects[pointers[k]].person = person
            else:
                body = TrackedBody(self.server, self.device, person)
                body.add_reference()
                pointers[k] = body.address


class TrackedBody(KinectObject):
    interface = "IBody"

    def __init__(self, server: Server, device: Device, person: Person | None) -> None:
        super().__init__(server, device)
        self.person = person

    def _get_IsTracked(self) -> bool:
        return self.person is not None

    def _get_IsRestricted(self) -> bool:
        return False

    def _get_TrackingId(self) -> int:
        return self.person.tracking_id

    def _get_HandLeftState(self) -> int:
        return self.person.hands[0]

    def _get_HandRightState(self) -> int:
        return self.person.hands[1]

    def _get_HandLeftConfidence(self) -> int:
        return 1

    def _get_HandRightConfidence(self) -> int:
        return 1

    def _get_Engaged(self) -> int:
        return 0

    def _get_ClippedEdges(self) -> int:
        return 0

    def _get_Lean(self) -> ctypes.Structure:
        return self.device.declarations._PointF(0.0, 0.0)

    def _get_LeanTrackingState(self) -> int:
        return 0

    def GetJoints(self, capacity: int, place: int) -> None:
        self.call("GetJoints")
        person = self.person
        joints = np.zeros(capacity, JOINT)
        joints["type"], joints["position"], joints["state"] = np.arange(capacity), person.joints, person.states
        ctypes.memmove(place, joints.ctypes.data, joints.nbytes)

    def GetJointOrientations(self, capacity: int, place: int) -> None:
        turned = np.zeros(capacity, ORIENTATION)
        turned["type"], turned["quaternion"] = np.arange(capacity), self.person.orientations
        ctypes.memmove(place, turned.ctypes.data, turned.nbytes)


class Mapper(KinectObject):
    interface = "ICoordinateMapper"

    def MapCameraPointToColorSpace(self, point: ctypes.Structure) -> ctypes.Structure:
        position = np.array([point.x, point.y, point.z], np.float32)
        return self.device.declarations._ColorSpacePoint(*self.device.map_points(position[None])[0].tolist())

    def MapCameraPointsToColorSpace(self, count: int, points: int, out_count: int, place: int) -> None:
        self.device.count("maps")
        self.call("MapCameraPointsToColorSpace")
        if count != out_count:
            raise Failure(E_FAIL)
        positions = np.frombuffer(ctypes.string_at(points, 12 * count), np.float32).reshape(count, 3)
        mapped = self.device.map_points(positions)
        ctypes.memmove(place, mapped.ctypes.data, mapped.nbytes)
