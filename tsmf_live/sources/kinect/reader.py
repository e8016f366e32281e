"""Fetches colour and bodies from the sensor through pykinect2, each with its own sensor time, into an inbox.

    events:  pykinect2's thread --bodies--------------------> Inbox --> KinectSource.read (capture thread)
                                --pictures--> ColorThread --> Inbox
    polling: KinectSource.read  --bodies--> Inbox; ColorThread --pictures--> Inbox

Both give the same. Events are what pykinect2 does; polling needs less of it, and some PCs lose the sensor with
event-driven programs only. A picture is converted on a thread of its own: that takes longer than a frame lasts on some
PCs, and the sensor keeps only the newest bodies.

pykinect2's own handlers drop the colour's time, swallow every error after a frame's reference and die of one before it.
Ours replace them; its thread, wait and opening stay as they are, but that the thread serves bodies first.
"""

from __future__ import annotations

import ctypes
import functools
import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from tsmf_live.frames import COLOR_HEIGHT, COLOR_WIDTH, MAX_BODIES, Body, mark_unknown
from tsmf_live.skeleton import JOINT_COUNT, NOT_TRACKED, TRACKED
from tsmf_live.sources.kinect.inbox import BodyShot, ColorShot, Inbox, is_pending
from tsmf_live.sources.kinect.library import Library, join_apartment, no_answer
from tsmf_live.stage import Stage

WAIT_S = 0.1  # how often the colour thread checks whether to end
POLL_S = 0.004  # between two looks at the sensor; a frame lasts 33 ms
REST_S = 0.020  # a stream is not asked again for so long after a frame
END_S = 1.0  # pykinect2's thread and the colour thread end within this after a close
JOINT = np.dtype([("type", "<i4"), ("position", "<f4", 3), ("state", "<i4")])
ORIENTATION = np.dtype([("type", "<i4"), ("quaternion", "<f4", 4)])


class FrameCopier:
    """Copies frames out of COM objects, once each.

    Args:
        library: see Library.
        inbox: where the copies go.
    """

    def __init__(self, library: Library, inbox: Inbox) -> None:
        self._declared, self._inbox = library.declarations, inbox

    def copy_color(self, frame: object) -> None:
        """The picture, converted to BGRA by the SDK straight into our array."""
        ticks, began_s = frame.RelativeTime, time.perf_counter()
        picture = np.empty((COLOR_HEIGHT, COLOR_WIDTH, 4), np.uint8)
        place = picture.ctypes.data_as(ctypes.POINTER(ctypes.c_ubyte))
        self._inbox.begin_color(ticks)
        try:
            frame.CopyConvertedFrameDataToArray(picture.nbytes, place, self._declared.ColorImageFormat_Bgra)
        except Exception:
            self._inbox.begin_color(None)
            raise
        now_s = time.perf_counter()
        self._inbox.put_color(ColorShot(ticks, picture, now_s, now_s - began_s))

    def copy_bodies(self, frame: object, mapper: object) -> None:
        """All tracked bodies, their joints mapped into the picture in one call."""
        ticks, plane = frame.RelativeTime, frame.FloorClipPlane
        pointers = (ctypes.POINTER(self._declared.IBody) * MAX_BODIES)()
        frame.GetAndRefreshBodyData(MAX_BODIES, pointers)
        # Reading an element takes over its reference: each exactly once, also when a later one fails.
        bodies = [pointers[k] for k in range(MAX_BODIES)]
        tracked = [body for body in bodies if body and body.IsTracked]
        joints = [self._joints(body) for body in tracked]
        color_xy = self._mapped(joints, mapper)
        made: list[Body] = []
        bad_joints = 0
        for body, its_joints, its_xy in zip(tracked, joints, color_xy, strict=True):
            states = its_joints["state"]
            known = np.where((states >= NOT_TRACKED) & (states <= TRACKED), states, NOT_TRACKED)
            positions, known, its_xy, bad = mark_unknown(its_joints["position"], known, its_xy)
            bad_joints += bad
            if bad == JOINT_COUNT:
                self._inbox.counts["unusable"] += 1
                continue
            hands = (body.HandLeftState, body.HandRightState)
            made.append(Body(body.TrackingId, positions, known, its_xy, self._orientations(body), hands))
        self._inbox.counts["unknown"] += bad_joints > 0
        floor = (plane.x, plane.y, plane.z, plane.w)
        seen = any(floor) and all(math.isfinite(value) for value in floor)  # zeros: the sensor sees no floor
        self._inbox.put_body(BodyShot(ticks, tuple(made), floor if seen else None, bad_joints, time.perf_counter()))

    def _joints(self, body: object) -> np.ndarray:
        joints = (self._declared._Joint * JOINT_COUNT)()
        body.GetJoints(JOINT_COUNT, joints)
        return np.frombuffer(joints, JOINT)

    def _orientations(self, body: object) -> np.ndarray:
        turned = (self._declared._JointOrientation * JOINT_COUNT)()
        body.GetJointOrientations(JOINT_COUNT, turned)
        quaternions = np.array(np.frombuffer(turned, ORIENTATION)["quaternion"])
        quaternions[~np.isfinite(quaternions)] = 0
        return quaternions

    def _mapped(self, joints: list[np.ndarray], mapper: object) -> np.ndarray:
        """(M, 25, 2) pixels; not finite where the sensor cannot say (too near, behind it, or no mapping yet).

        A joint at or behind the sensor stays unmapped. (Microsoft's samples move it to 0.1 m to draw something; a
        crop from there would show the student a wrong place.)
        """
        mapped = np.full((len(joints), JOINT_COUNT, 2), np.nan, np.float32)
        if not joints:
            return mapped
        count = len(joints) * JOINT_COUNT
        points = np.ascontiguousarray([its["position"] for its in joints])
        source = (self._declared._CameraSpacePoint * count).from_buffer(points)
        target = (self._declared._ColorSpacePoint * count).from_buffer(mapped)
        try:
            mapper.MapCameraPointsToColorSpace(count, source, count, target)
        except Exception as error:  # the skeleton is worth having without its place in the picture
            self._inbox.counts["unmapped"] += not is_pending(error)  # pending: the sensor has just begun
            self._inbox.put_error(error)
            return np.full_like(mapped, np.nan)
        return mapped


class ColorThread:
    """Converts pictures on a thread of its own, one at a time; those that come meanwhile are left to the sensor.

    Args:
        next_frame: the next frame's COM object, None if there was none for a moment; called on that thread.
    """

    def __init__(self, copier: FrameCopier, inbox: Inbox, next_frame: Callable[[], object | None]) -> None:
        self.stopping = threading.Event()
        self._copier, self._inbox, self._next_frame = copier, inbox, next_frame
        self._stage = Stage("kinect colour", self, self.stopping, vital=False)

    def start(self) -> None:
        """Starts the thread; once."""
        self._stage.start()

    def wait(self, limit_s: float) -> None:
        """Waits for the end of a thread that was told to stop."""
        self._stage.wait(limit_s)

    def set_up(self) -> None:
        """Joins the apartment of the objects that it uses."""
        join_apartment()

    def step(self) -> bool:
        """Converts one picture."""
        try:
            frame = self._next_frame()
            if frame is not None:
                self._copier.copy_color(frame)
        except Exception as error:
            if not self.stopping.is_set():
                self._inbox.put_error(error)
            self.stopping.wait(POLL_S)
        return True

    def tear_down(self) -> None:
        """Nothing to free."""


class EventReader:
    """The sensor, opened by PyKinectRuntime and read on its thread. Made and closed by one thread.

    Raises:
        KinectMissing: the sensor's service does not answer.
    """

    def __init__(self, library: Library, inbox: Inbox) -> None:
        join_apartment()
        runtime_class = _runtime_class(library)
        self._inbox = inbox
        self._runtime = runtime_class.__new__(runtime_class)
        try:
            self._runtime.__init__(library, inbox)
        except Exception as error:
            self.close()
            raise no_answer(error) from error

    @property
    def ended(self) -> bool:
        """Whether pykinect2's thread is gone: nothing will come any more."""
        return self._runtime.ended.is_set()

    def available(self) -> bool | None:
        """Whether the sensor calls itself available; None if it cannot be asked. Frames may come in any case."""
        return _available(self._runtime._sensor)

    def fetch(self, limit_s: float) -> None:
        """Waits until something came, at most so long."""
        self._inbox.wait(limit_s)

    def close(self) -> None:
        """Closes the sensor and waits (boundedly) for both threads; may be called twice, and when half made."""
        runtime = self._runtime
        runtime.colors.stopping.set()
        try:
            runtime.close()
        except Exception as error:  # a sensor that never opened cannot be closed: let go of it all the same
            self._inbox.put_error(error)
        if hasattr(runtime, "_last_color_frame"):  # set by pykinect2 right after its thread began
            runtime.ended.wait(END_S)
        runtime.announced.set()
        runtime.colors.wait(END_S)
        runtime._sensor = runtime._mapper = None


class _Handlers:
    """What is different from PyKinectRuntime, which stands behind it in the class made by EventReader."""

    _sensor = None  # so that close() does nothing when the constructor failed before the sensor was there
    _color_frame_reader = _body_frame_reader = None

    def __init__(self, library: Library, inbox: Inbox) -> None:
        self.ended = threading.Event()
        self._inbox, self._copier = inbox, FrameCopier(library, inbox)
        self.announced = threading.Event()  # a picture came
        self.colors = ColorThread(self._copier, inbox, self._next_color)
        self.colors.start()
        declared = library.declarations
        super().__init__(declared.FrameSourceTypes_Color | declared.FrameSourceTypes_Body)  # starts its thread

    def kinect_frame_thread(self) -> None:
        try:
            join_apartment()
            self._serve_bodies_first()
            super().kinect_frame_thread()
        except Exception as error:
            self._note(error)
        finally:
            self.ended.set()
            self._inbox.wake()

    def handle_color_arrived(self, handle_index: int) -> None:
        try:
            reader = self._color_frame_reader
            if reader is not None:  # None: being closed
                arrival = reader.GetFrameArrivedEventData(self._handles[handle_index])
                self._inbox.announce_color(arrival.FrameReference.RelativeTime)
                self.announced.set()
        except Exception as error:
            self._note(error)

    def handle_body_arrived(self, handle_index: int) -> None:
        try:
            reader, mapper = self._body_frame_reader, self._mapper
            if reader is not None:
                arrival = reader.GetFrameArrivedEventData(self._handles[handle_index])
                self._copier.copy_bodies(arrival.FrameReference.AcquireFrame(), mapper)
        except Exception as error:
            self._note(error)

    def _next_color(self) -> object | None:
        if not self.announced.wait(WAIT_S):
            return None
        self.announced.clear()
        return _newest(self._color_frame_reader)

    def _serve_bodies_first(self) -> None:
        """Of several signalled events the thread serves the first in its list, and pykinect2 lists colour first."""
        with suppress(AttributeError, ValueError):  # a fork with another list: pictures take no time there either
            waited = [self._handles[i] for i in range(self._waitHandleCount)]
            color = waited.index(self._color_frame_arrived_event)
            body = waited.index(self._body_frame_arrived_event)
            if color < body:
                self._handles[color], self._handles[body] = waited[body], waited[color]

    def _note(self, error: Exception) -> None:
        if not self.colors.stopping.is_set():
            self._inbox.put_error(error)


@functools.cache
def _runtime_class(library: Library) -> type:
    """PyKinectRuntime with our handlers; made once, its base is known only when the library is loaded."""
    return type("Runtime", (_Handlers, library.runtime.PyKinectRuntime), {})


class PollingReader:
    """The sensor, opened and read through pykinect2's declarations alone: bodies on the thread that calls `fetch`.

    Raises:
        KinectMissing: the sensor's service does not answer.
    """

    ended = False

    def __init__(self, library: Library, inbox: Inbox) -> None:
        join_apartment()
        self._inbox, self._copier = inbox, FrameCopier(library, inbox)
        declared = library.declarations
        self._sensor = ctypes.POINTER(declared.IKinectSensor)()
        self._mapper = self._body_reader = self._color_reader = None
        self._body_came_s = self._color_came_s = 0.0  # host time of the newest frame
        self._colors = ColorThread(self._copier, inbox, self._next_color)
        try:
            declared.DefaultKinectSensor._GetDefaultKinectSensorProto(ctypes.byref(self._sensor))
            self._sensor.Open()
            self._mapper = self._sensor.CoordinateMapper
            self._body_reader = self._sensor.BodyFrameSource.OpenReader()
            self._color_reader = self._sensor.ColorFrameSource.OpenReader()
        except Exception as error:
            self.close()
            raise no_answer(error) from error
        self._colors.start()

    def available(self) -> bool | None:
        """See EventReader."""
        return _available(self._sensor)

    def fetch(self, limit_s: float) -> None:
        """Looks for new bodies until something came, at most so long."""
        until_s = time.perf_counter() + limit_s
        while not self._inbox.filled and not self._take_bodies():
            remaining_s = until_s - time.perf_counter()
            if remaining_s <= 0:
                return
            self._inbox.wait(min(POLL_S, remaining_s))

    def close(self) -> None:
        """Closes the sensor; may be called twice."""
        self._colors.stopping.set()
        self._colors.wait(END_S)
        sensor, self._sensor = self._sensor, None
        self._mapper = self._body_reader = self._color_reader = None
        try:
            if sensor:
                sensor.Close()
        except Exception as error:
            self._inbox.put_error(error)

    def _take_bodies(self) -> bool:
        if time.perf_counter() - self._body_came_s < REST_S:
            return False
        try:
            frame = _newest(self._body_reader)
        except Exception as error:
            self._inbox.put_error(error)
            return False
        if frame is None:
            return False
        self._body_came_s = time.perf_counter()
        try:
            self._copier.copy_bodies(frame, self._mapper)
        except Exception as error:
            self._inbox.put_error(error)
        return True

    def _next_color(self) -> object | None:
        self._colors.stopping.wait(max(POLL_S, self._color_came_s + REST_S - time.perf_counter()))
        frame = _newest(self._color_reader) if not self._colors.stopping.is_set() else None
        if frame is not None:
            self._color_came_s = time.perf_counter()
        return frame


def _newest(reader: object | None) -> object | None:
    """The newest frame, once; None if there is no new one."""
    try:
        return reader.AcquireLatestFrame() if reader is not None else None
    except Exception as error:
        if is_pending(error):
            return None
        raise


def _available(sensor: object) -> bool | None:
    try:
        return bool(sensor.IsAvailable) if sensor else None
    except Exception:  # a failed question means: unknown
        return None
