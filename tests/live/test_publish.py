"""Events to other programs: a real MQTT broker (mosquitto) and the real LSL library; a dead broker holds nothing up."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import run_live
from tests.fakes.recordings import frames, write_ntu
from tsmf_live.frames import Event, Prediction, Scores, UsageError
from tsmf_live.live.output_lines import OutputWork
from tsmf_live.live.publish import QUEUED, MqttMessages, publishers
from tsmf_live.ring import Ring

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
EVENT = Event(1.0, 2.5, "falling", 0.9, 1)
LIMIT_S = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """A mosquitto of our own, and a client that keeps what comes."""

    def __init__(self, folder: Path, *lines: str) -> None:
        self.port, self.folder = free_port(), folder
        self._settings = folder / "mosquitto.conf"
        self._settings.write_text("\n".join((f"listener {self.port} 127.0.0.1", *(lines or ("allow_anonymous true",)))))
        self.got: dict[str, list[str]] = {}
        self._came = threading.Condition()
        self.process: subprocess.Popen | None = None

    def start(self, username: str | None = None, password: str | None = None) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion

        self.process = subprocess.Popen([MOSQUITTO, "-c", str(self._settings)], stderr=subprocess.DEVNULL)
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(username, password) if username else None
        self._client.on_message = self._keep
        self._client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: subscribed.set()
        until_s = time.monotonic() + LIMIT_S
        while True:
            try:
                self._client.connect("127.0.0.1", self.port)
                break
            except OSError:
                assert time.monotonic() < until_s
                time.sleep(0.05)
        self._client.loop_start()
        assert subscribed.wait(LIMIT_S)

    def _keep(self, _client, _data, message) -> None:
        with self._came:
            self.got.setdefault(message.topic, []).append(message.payload.decode())
            self._came.notify_all()

    def wait_for(self, topic: str, count: int = 1) -> list[str]:
        with self._came:
            assert self._came.wait_for(lambda: len(self.got.get(topic, [])) >= count, LIMIT_S), self.got
            return list(self.got[topic])

    def stop(self) -> None:
        if self.process is not None:
            self._client.disconnect()
            self._client.loop_stop()
            self.process.kill()
            self.process.wait()


@pytest.fixture
def broker(tmp_path):
    pytest.importorskip("paho.mqtt.enums")
    if MOSQUITTO is None:
        pytest.skip("no mosquitto on this machine")
    own = Broker(tmp_path)
    yield own
    own.stop()


def test_events_and_the_summary_reach_the_broker(broker, tmp_path, capsys):
    broker.start()
    path = write_ntu(tmp_path / "S001C001P001R001A001.skeleton", frames(60))
    target = f"mqtt://127.0.0.1:{broker.port}/ward/7"
    assert (
        run_live.main(["--source", str(path), "--headless", "--speed", "max", "--json", "-", "--publish", target]) == 0
    )
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert json.loads(broker.wait_for("ward/7/summary")[0])["frames_captured"] == said[-1]["frames_captured"] == 60
    assert broker.wait_for("ward/7/status", 2)[-2:] == ["online", "offline"]
    assert len(broker.got.get("ward/7/events", [])) == sum(one["type"] == "event" for one in said)


def test_events_wait_for_a_broker_that_comes_later(broker):
    output = MqttMessages(f"mqtt://127.0.0.1:{broker.port}", {})
    try:
        began_s = time.perf_counter()
        for _ in range(20):
            output.emit(EVENT)
        assert time.perf_counter() - began_s < LIMIT_S
        until_s = time.monotonic() + LIMIT_S
        while output.problem is None and time.monotonic() < until_s:
            time.sleep(0.01)
        assert "cannot be reached" in output.problem
        broker.start()
        got = broker.wait_for("tsmf_live/events", 20)
        assert json.loads(got[0]) == {
            "type": "event", "start_s": 1.0, "end_s": 2.5, "label": "falling", "confidence": 0.9, "body": 1,
        }  # fmt: skip
        assert output.problem is None
    finally:
        output.close()


def test_a_dead_broker_slows_nothing_and_what_does_not_fit_is_counted(broker):
    output = MqttMessages(f"mqtt://127.0.0.1:{broker.port}", {})  # not started: nobody listens there
    items: Ring = Ring(QUEUED + 100, lossless=False, stopping=threading.Event())
    for _ in range(QUEUED + 50):
        items.put(EVENT)
    items.close()
    work = OutputWork(items, [output], lambda: None)
    began_s = time.perf_counter()
    while work.step():
        pass
    assert time.perf_counter() - began_s < LIMIT_S
    assert output.lost == 50
    until_s = time.monotonic() + LIMIT_S
    while work.message is None and time.monotonic() < until_s:
        time.sleep(0.01)
    assert f"127.0.0.1:{broker.port}" in work.message
    assert "50 did not fit" in work.message
    began_s = time.perf_counter()
    output.close()
    assert time.perf_counter() - began_s < LIMIT_S


def test_a_broker_with_passwords_takes_those_of_the_settings(tmp_path):
    pytest.importorskip("paho.mqtt.enums")
    maker = shutil.which("mosquitto_passwd")
    if MOSQUITTO is None or maker is None:
        pytest.skip("no mosquitto on this machine")
    subprocess.run([maker, "-c", "-b", str(tmp_path / "users"), "ward", "secret"], check=True, capture_output=True)
    (tmp_path / "users").chmod(0o644)
    broker = Broker(tmp_path, "allow_anonymous false", f"password_file {tmp_path / 'users'}", "user root")
    settings = tmp_path / "settings.json"
    try:
        broker.start("ward", "secret")
        settings.write_text(json.dumps({"username": "ward", "password": "wrong"}))
        (refused,) = publishers([f"mqtt://127.0.0.1:{broker.port}"], settings)
        until_s = time.monotonic() + LIMIT_S
        while refused.problem is None and time.monotonic() < until_s:
            time.sleep(0.01)
        assert "authori" in refused.problem.lower()
        refused.close()
        settings.write_text(json.dumps({"username": "ward", "password": "secret"}))
        (output,) = publishers([f"mqtt://127.0.0.1:{broker.port}"], settings)
        output.emit(EVENT)
        broker.wait_for("tsmf_live/events")
        output.close()
    finally:
        broker.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # paho leaves a refused socket open
def test_over_tls_the_broker_must_be_who_it_says(tmp_path):
    pytest.importorskip("paho.mqtt.enums")
    openssl = shutil.which("openssl")
    if MOSQUITTO is None or openssl is None:
        pytest.skip("no mosquitto or openssl on this machine")
    for name in ("own", "foreign"):
        subprocess.run(
            [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(tmp_path / f"{name}.key"),
             "-out", str(tmp_path / f"{name}.pem")], check=True, capture_output=True,
        )  # fmt: skip
        (tmp_path / f"{name}.key").chmod(0o644)
    secure = free_port()
    broker = Broker(
        tmp_path, "allow_anonymous true", f"listener {secure} 127.0.0.1", f"certfile {tmp_path / 'own.pem'}",
        f"keyfile {tmp_path / 'own.key'}", "user root",
    )  # fmt: skip
    try:
        broker.start()
        settings = tmp_path / "settings.json"
        settings.write_text(json.dumps({"ca": str(tmp_path / "foreign.pem")}))
        (refused,) = publishers([f"mqtts://127.0.0.1:{secure}"], settings)
        refused.emit(EVENT)
        until_s = time.monotonic() + LIMIT_S
        while refused.problem is None and time.monotonic() < until_s:
            time.sleep(0.01)
        assert refused.problem is not None
        refused.close()
        assert "tsmf_live/events" not in broker.got
        settings.write_text(json.dumps({"ca": str(tmp_path / "own.pem")}))
        (output,) = publishers([f"mqtts://127.0.0.1:{secure}"], settings)
        output.emit(EVENT)
        broker.wait_for("tsmf_live/events")
        output.close()
    finally:
        broker.stop()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--publish", "mqtt://"], "expected lsl, mqtt://HOST"),
        (["--publish", "http://host/x"], "expected lsl, mqtt://HOST"),
        (["--publish", "mqtt://host:port"], "expected lsl, mqtt://HOST"),
        (["--publish", "mqtt://me:secret@host"], "does not belong on the command line"),
        (["--publish", "mqtt://host/a/#"], "a topic without"),
        (["--publish-settings", "x.json"], "give --publish mqtt://HOST as well"),
        (["--publish", "mqtt://host", "--publish-settings", "nowhere.json"], "nowhere.json"),
        (["--publish", "mqtts://host", "--publish-settings", "{ca}"], "certificates cannot be used"),
        (["--publish", "mqtt://host", "--publish-settings", "{odd}"], "expected texts for some of username"),
        (["--publish", "mqtt://host", "--publish-settings", "{text}"], "expected JSON"),
    ],
)
def test_what_cannot_be_published_to_is_one_line(arguments, said, tmp_path, capsys):
    pytest.importorskip("paho.mqtt.enums")
    files = {"{ca}": '{"ca": "/no/such.pem"}', "{odd}": '{"user": "me"}', "{text}": "user=me"}
    for k, (name, text) in enumerate(files.items()):
        path = tmp_path / f"{k}.json"
        path.write_text(text)
        arguments = [str(path) if one == name else one for one in arguments]
    path = write_ntu(tmp_path / "S001C001P001R001A001.skeleton", frames(5))
    code = run_live.main(["--source", str(path), "--headless", "--speed", "max", "--json", "-", *arguments])
    lines = capsys.readouterr().err.strip().splitlines()
    assert code == 2
    assert len(lines) == 1
    assert said in lines[0]
    assert "secret" not in lines[0]


def test_without_the_library_one_line_says_what_to_install(monkeypatch):
    import sys

    for name in ("paho.mqtt.client", "pylsl"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError, match="pip install paho-mqtt"):
        publishers(["mqtt://host"], None)
    with pytest.raises(UsageError, match="pip install pylsl"):
        publishers(["lsl"], None)


def test_no_socket_unless_asked(tmp_path, monkeypatch, capsys):
    path = write_ntu(tmp_path / "S001C001P001R001A001.skeleton", frames(20))

    def refuse(*_arguments, **_more):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)
    assert run_live.main(["--source", str(path), "--headless", "--speed", "max", "--json", "-"]) == 0
    capsys.readouterr()


def prediction(time_s: float, labels: tuple[str, ...]) -> Prediction:
    share = np.full(len(labels), 1 / len(labels), np.float32)
    return Prediction(
        frame=0, sensor_time_s=time_s, host_time_s=0.0, window_s=(0.0, time_s), state="idle", label=None,
        confidence=0.0, top5=(), teacher=(), student=None, student_age_s=None, note=None, persons=(), roi_image=None,
        roi_slots=(),
        latency_ms={}, scores=Scores(labels, share, share, None),
    )  # fmt: skip


def test_lsl_has_events_and_scores_with_the_sensors_times():
    try:
        import pylsl
    except (ImportError, RuntimeError, OSError) as error:
        pytest.skip(f"pylsl cannot be used: {error}")
    (output,) = publishers(["lsl"], None)
    try:
        output.emit(prediction(99.0, ("wave", "idle")))
        inlets = []
        for name in ("tsmf_live events", "tsmf_live scores"):
            found = pylsl.resolve_byprop("name", name, timeout=LIMIT_S)
            if not found:
                pytest.skip("LSL finds no stream on this machine's network")
            inlets.append(pylsl.StreamInlet(found[0]))
            inlets[-1].open_stream(LIMIT_S)
        output.emit(prediction(100.0, ("wave", "idle")))
        output.emit(prediction(100.5, ("wave", "idle")))
        output.emit(Event(98.0, 100.25, "wave", 0.9, 0))
        (text,), event_s = inlets[0].pull_sample(LIMIT_S)
        first, first_s = inlets[1].pull_sample(LIMIT_S)
        _, second_s = inlets[1].pull_sample(LIMIT_S)
        assert json.loads(text)["label"] == "wave"
        assert first == [0.5, 0.5]
        assert second_s - first_s == pytest.approx(0.5, abs=1e-4)
        assert event_s - first_s == pytest.approx(0.25, abs=1e-4)
        channels = inlets[1].info().desc().child("channels")
        assert channels.child("channel").child_value("label") == "wave"
        for inlet in inlets:
            inlet.close_stream()
    finally:
        output.close()


def test_settings_nested_without_end_are_one_line(tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text("[" * 100_000)
    with pytest.raises(UsageError, match="expected JSON"):
        publishers(["mqtt://127.0.0.1"], settings)
