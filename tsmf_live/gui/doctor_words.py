"""What the doctor and a run say, in the language of the window.

The doctor runs as a process of its own, before anything of Qt can be counted on, and a run without a window as well:
both speak English. Their texts are known here with places for what changes in them.
"""

from __future__ import annotations

from PyQt5.QtCore import QT_TR_NOOP

from tsmf_live.gui import error_words
from tsmf_live.gui.error_words import ERRORS
from tsmf_live.gui.known_texts import known_in_words, parts_in_words
from tsmf_live.gui.language import tr

# What is meant for a terminal; the window says it in other words, see IN_THE_WINDOW.
POSE_MODEL = (
    "{install}; get pose_landmarker_full.task (or _lite: faster, or _heavy: finer) from {page} "
    "and name it: --pose-model FILE, or File, Choose the pose model"
)
WEIGHTS = "clone the repository again, or give --checkpoint FILE"
FULL_DISK = "record somewhere else, or free some space; --folder FOLDER tries another"
SLOW_DISK = "record to a faster disk (--record)"
ELSE_WATCH = "; or use --source demo, or a recorded session"
#: What holds more of a text stands before what holds less.
SAYS = (
    QT_TR_NOOP("{version}, {bits} bits"),
    QT_TR_NOOP("install Python 3.10 to 3.13 for 64 bits"),
    QT_TR_NOOP("this is {system}"),
    QT_TR_NOOP("the Kinect v2 needs Windows 8.1 or later, the Kinect for Windows SDK 2.0, pykinect2 and comtypes"),
    QT_TR_NOOP("no Kinect v2 at any port"),
    QT_TR_NOOP(
        "check the power supply, the USB 3 port and the lamp at its front; Windows 10 1809 and later "
        "need driver 2.2.1811"
    ),
    QT_TR_NOOP("this system does not tell what is plugged in"),
    QT_TR_NOOP("Kinect v2 sensor, {speed} Mbit/s"),
    QT_TR_NOOP("Kinect v2 hub, {speed} Mbit/s"),
    QT_TR_NOOP("plug it into a USB 3 port"),
    QT_TR_NOOP("a Kinect v2 is plugged in"),
    QT_TR_NOOP("Windows has not set up the sensor that is plugged in"),
    QT_TR_NOOP("install the Kinect for Windows SDK 2.0; try another USB 3 port"),
    QT_TR_NOOP("Kinect v2 sensor {product} (not plugged in now), driver {driver}"),
    QT_TR_NOOP("Kinect v2 sensor {product} (has been plugged in), driver {driver}"),
    QT_TR_NOOP("Kinect v2 sensor {product}, driver {driver}"),
    QT_TR_NOOP("missing"),
    QT_TR_NOOP("let Windows Update install driver 2.2.1811.10000"),
    QT_TR_NOOP("not installed"),
    QT_TR_NOOP("needed for a live Kinect on Windows: {command}"),
    QT_TR_NOOP("pykinect2 is incomplete (no PyKinectV2.py)"),
    QT_TR_NOOP("the installed pykinect2 lays out {name} as {found}, expected {size} bytes with {offsets}"),
    QT_TR_NOOP("the package {name} is not installed"),
    QT_TR_NOOP("an outdated comtypes is installed ({error})"),
    QT_TR_NOOP("Kinect20.dll is not there"),
    QT_TR_NOOP("install the Kinect for Windows SDK 2.0 (64-bit Python needs the 64-bit one)"),
    QT_TR_NOOP("comtypes finds no Windows here ({system})"),
    QT_TR_NOOP("pykinect2 does not load ({error})"),
    QT_TR_NOOP("the Kinect service does not answer ({error})"),
    QT_TR_NOOP("check that the service KinectMonitor runs; after sleep or a driver update restart the PC"),
    QT_TR_NOOP("the sensor gives pictures but no bodies"),
    QT_TR_NOOP("body tracking needs a DirectX 11 graphics card: update its driver, and try the SDK's Body Basics"),
    QT_TR_NOOP("the sensor is there but gives no frames"),
    QT_TR_NOOP("unplug it, plug it in, restart the PC"),
    QT_TR_NOOP("no sensor answers"),
    QT_TR_NOOP("Kinect20.dll and pykinect2 load"),
    QT_TR_NOOP("not tried, see the line above"),
    QT_TR_NOOP("first frame {seconds} s after opening; says that it is available: {says}"),
    QT_TR_NOOP("yes"),
    QT_TR_NOOP("no, as when Kinect Studio plays a recording"),
    QT_TR_NOOP("it cannot be asked"),
    QT_TR_NOOP(
        "{rate} frames a second, {people} people at most, {missed} frames missed ({gone} were gone "
        "before they could be fetched)"
    ),
    QT_TR_NOOP("{rate} frames a second, {people} people at most, {missed} frames missed"),
    QT_TR_NOOP("close other programs that use the sensor or the graphics card; use a USB 3 port of its own"),
    QT_TR_NOOP(
        "a picture with {share} of the frames, {rate} a second; picture minus bodies {offset} ms "
        "(median), complete {lag} ms after them, of it {conversion} ms conversion"
    ),
    QT_TR_NOOP("a picture with {share} of the frames"),
    QT_TR_NOOP("restart the PC; update the graphics driver"),
    QT_TR_NOOP("dim light halves its rate: more light helps"),
    QT_TR_NOOP("{what}; cameras: none"),
    QT_TR_NOOP("{what}; cameras: {cameras}"),
    QT_TR_NOOP("a camera or a video needs MediaPipe Pose, which is not installed"),
    QT_TR_NOOP("a camera or a video needs a pose model, and none was named"),
    QT_TR_NOOP("pose model {file}: there is no such file"),
    QT_TR_NOOP("pose model {file}: cannot be read ({why})"),
    QT_TR_NOOP("pose model {file}: expected {parts} in it"),
    POSE_MODEL,
    QT_TR_NOOP("no NVIDIA GPU; the CPU does the work"),
    QT_TR_NOOP("there is an NVIDIA driver, but torch ({built}) cannot use it"),
    QT_TR_NOOP("PyQt5 is not installed"),
    QT_TR_NOOP("{install}; or use --headless"),
    QT_TR_NOOP("Qt does not start within {seconds} s"),
    QT_TR_NOOP("use --headless"),
    QT_TR_NOOP("on a machine without a display use --headless"),
    QT_TR_NOOP("{file}: {n} actions, loaded in {seconds} s"),
    WEIGHTS,
    QT_TR_NOOP("nothing can be written in {folder}: {why}"),
    FULL_DISK,
    SLOW_DISK,
    QT_TR_NOOP("{rate} MB/s, {free} GB free in {folder}"),
    QT_TR_NOOP("{rate} frames of 1080p a second"),
    QT_TR_NOOP("recording at 30 frames a second would lose some here; close other programs"),
    QT_TR_NOOP("see the line above"),
    QT_TR_NOOP("could not be tried: {error}"),
    QT_TR_NOOP("see the lines above; else report it"),
    QT_TR_NOOP("{what}; {more}"),
)


IN_THE_WINDOW = {
    POSE_MODEL: QT_TR_NOOP(
        "{install}; get pose_landmarker_full.task (or _lite: faster, or _heavy: finer) from {page} "
        "and choose it: File, Choose the pose model"
    ),
    WEIGHTS: QT_TR_NOOP("clone the repository again, or choose other weights (Ctrl+L)"),
    FULL_DISK: QT_TR_NOOP("record somewhere else, or free some space"),
    SLOW_DISK: QT_TR_NOOP("record to a faster disk"),
}
#: What a run says while it goes on, and why it has ended.
RUN_SAYS = (
    QT_TR_NOOP("recording needed the machine: {updates} used the student's earlier scores"),
    QT_TR_NOOP("{n} update"),
    QT_TR_NOOP("{n} updates"),
    QT_TR_NOOP("recording: lost {lost}, the disk or the encoder is too slow"),
    QT_TR_NOOP("{n} picture or frame"),
    QT_TR_NOOP("{n} pictures or frames"),
    QT_TR_NOOP("{n} predictions and events were not written: their reader is too slow"),
    QT_TR_NOOP("the GPU failed ({reason}); the networks run on the CPU from now on"),
    QT_TR_NOOP("recording stopped"),
    QT_TR_NOOP("the disk is full in {n} s"),
    QT_TR_NOOP("take {n} was discarded"),
    QT_TR_NOOP("there is no take to discard"),
    QT_TR_NOOP("{stage}: no answer for more than {seconds} s; if none comes, close and start again"),
    QT_TR_NOOP("the source gave no frame"),
    QT_TR_NOOP("Kinect: {what} ({n} times)"),
    QT_TR_NOOP("Kinect: {what}"),
    QT_TR_NOOP("a frame came late or twice and was left out"),
    QT_TR_NOOP("a frame was dropped because nobody fetched it in time"),
    QT_TR_NOOP("dim light, colour comes at {rate} Hz; bodies at 30"),
    QT_TR_NOOP("this PC takes {took} to convert a picture, fewer come; bodies at 30 Hz"),
    QT_TR_NOOP("pictures come {lag} after their bodies, too late to be shown with them"),
    QT_TR_NOOP("no picture for a second or more; skeletons alone meanwhile"),
    QT_TR_NOOP("it is lost again and again; try {command}"),
    *ERRORS,
)


def in_words(text: str) -> str:
    """A finding's text or remedy in the chosen language; as it is where it is not known: a version, an error."""
    return known_in_words(text, SAYS, IN_THE_WINDOW) or text


def run_in_words(text: str) -> str:
    """What a run says, in the chosen language; as it is where it is not known."""
    if text.startswith("Kinect: ") and text.endswith(ELSE_WATCH):  # a finding of the doctor's
        why = in_words(text.removeprefix("Kinect: ").removesuffix(ELSE_WATCH))
        return tr("Kinect: {why}; or watch something else: File, Start page").format(why=why)
    return parts_in_words(text, RUN_SAYS, error_words.IN_THE_WINDOW) or text
