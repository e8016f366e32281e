"""The sensor's COM objects, as pykinect2 declares them: sensor, sources, readers, frames, bodies, mapper.

All of them only pass on what the device was told to send, and fail when it was told to.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, MAX_BODIES

from .com import E_FAIL, E_PENDING, ComObject, Failure, Server

if TYPE_CHECKING:
    from .device import BodyShot, ColorShot, Device, Person

JOINT = np.dtype([("type", "<i4"), ("position", "<f4", 3), ("state", "<i4")])
ORIENTATION = np.dtype([("type", "<i4"), ("quaternion", "<f4", 4)])


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
        if shot is None or shot is not self.newest or self.fetched:
            raise Failure(E_PENDING)
        self.fetched = True
        device.count(f"{self.stream} fetched")
        if device.breaks(f"expired {self.stream}"):
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
        self.device.convert()
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
        if self.device.breaks("pending map"):
            raise Failure(E_PENDING)
        if count != out_count:
            raise Failure(E_FAIL)
        positions = np.frombuffer(ctypes.string_at(points, 12 * count), np.float32).reshape(count, 3)
        mapped = self.device.map_points(positions)
        ctypes.memmove(place, mapped.ctypes.data, mapped.nbytes)
