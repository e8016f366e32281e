"""Events to other programs: MQTT for home and hospital systems, Lab Streaming Layer (LSL) for experiments.

    --publish mqtt://HOST[:PORT][/TOPIC]   events as JSON to TOPIC/events, the summary of a run to TOPIC/summary,
                                           "online" or "offline" to TOPIC/status (kept by the broker)
    --publish mqtts://...                  the same over TLS
    --publish lsl                          a stream of markers (events as JSON) and one of scores (a channel a class)

Nothing is sent anywhere unless it is asked for. Libraries are loaded then. Neither waits: what a broker does not take
is kept up to QUEUED messages, and sent when it is back.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tsmf_live.frames import Event, Prediction, UsageError
from tsmf_live.live.output_lines import Output, Summary, event_document, json_line, summary_document
from tsmf_live.text_files import read_text

QUEUED = 1000  # messages that wait for a broker
KEEPALIVE_S = 30
LAST_S = 1.0  # that the end of a run waits for the broker
PORTS = {"mqtt": 1883, "mqtts": 8883}
SETTINGS = ("username", "password", "ca", "certificate", "key")
TOPIC = "tsmf_live"
FORMS = "lsl, mqtt://HOST[:PORT][/TOPIC] or mqtts://HOST[:PORT][/TOPIC]"


def publishers(targets: Sequence[str], settings: Path | None) -> list[Output]:
    """The outputs that --publish names; their owner closes them.

    Args:
        settings: a JSON file with some of SETTINGS (the last three are paths of PEM files), for brokers that want them.

    Raises:
        UsageError: a target or the settings cannot be used, or a library is missing.
    """
    known = _read_settings(settings) if settings is not None else {}
    made: list[Output] = []
    for target in targets:
        try:
            made.append(LslStreams() if target == "lsl" else MqttMessages(target, known))
        except UsageError:
            for one in made:
                one.close()
            raise
    return made


def _read_settings(path: Path) -> dict[str, str]:
    try:
        found = json.loads(read_text(path, "settings of a broker (JSON)", UsageError))
    except (ValueError, RecursionError) as error:  # nested without end
        raise UsageError(f"--publish-settings {path}: expected JSON ({error})") from error
    if not isinstance(found, dict) or not all(k in SETTINGS and isinstance(v, str) for k, v in found.items()):
        raise UsageError(f"--publish-settings {path}: expected texts for some of {', '.join(SETTINGS)}")
    return found


class MqttMessages(Output):
    """Events and summaries to an MQTT broker, each delivered at least once (QoS 1) while it can be reached.

    Args:
        target: mqtt://HOST[:PORT][/TOPIC] or mqtts://...
        settings: see `publishers`.

    Raises:
        UsageError: no such target, files that cannot be used, or paho-mqtt is not installed.
    """

    def __init__(self, target: str, settings: dict[str, str]) -> None:
        try:
            address = urlsplit(target)
            host, port = address.hostname, address.port
        except ValueError:
            host = None
        if not host or address.scheme not in PORTS:
            raise UsageError(f"--publish {target}: expected {FORMS}")
        if address.username or address.password:
            raise UsageError("--publish: a password does not belong on the command line; give --publish-settings FILE")
        try:
            from paho.mqtt.client import Client
            from paho.mqtt.enums import CallbackAPIVersion
        except ImportError as error:
            raise UsageError("--publish mqtt: expected paho-mqtt 2 or newer; pip install paho-mqtt") from error
        self._broker = f"{host}:{port or PORTS[address.scheme]}"
        self._topic = address.path.strip("/") or TOPIC
        if any(sign in target for sign in "+#\0"):
            raise UsageError(f"--publish {target}: expected a topic without + and #")
        self._failed: str | None = None
        self.lost = 0
        self._client = client = Client(CallbackAPIVersion.VERSION2)
        client.on_connect, client.on_disconnect, client.on_connect_fail = self._connected, self._left, self._refused
        client.max_queued_messages_set(QUEUED)
        client.will_set(f"{self._topic}/status", "offline", qos=1, retain=True)
        if "username" in settings:
            client.username_pw_set(settings["username"], settings.get("password"))
        if address.scheme == "mqtts":
            try:
                client.tls_set(settings.get("ca"), settings.get("certificate"), settings.get("key"))
            except (OSError, ssl.SSLError, ValueError) as error:
                raise UsageError(f"--publish {target}: its certificates cannot be used: {error}") from error
        client.connect_async(host, port or PORTS[address.scheme], KEEPALIVE_S)
        client.loop_start()

    @property
    def problem(self) -> str | None:
        """See Output."""
        if self._failed is None:
            return None
        lost = f", {self.lost} did not fit" if self.lost else ""
        return f"MQTT broker {self._broker}: {self._failed}; events wait for it (at most {QUEUED}{lost})"

    def emit(self, item: Prediction | Event | Summary) -> None:
        """Hands an event or a summary over; predictions are too many for a broker."""
        if isinstance(item, Event):
            self._send("events", event_document(item))
        elif isinstance(item, Summary):
            self._send("summary", summary_document(item))

    def close(self) -> None:
        """Says that nothing more will come, and waits LAST_S at most for what the broker has not taken."""
        last = self._client.publish(f"{self._topic}/status", "offline", qos=1, retain=True)
        if self._client.is_connected():
            last.wait_for_publish(LAST_S)
        self._client.disconnect()
        self._client.loop_stop()

    def _send(self, kind: str, document: dict[str, Any]) -> None:
        sent = self._client.publish(f"{self._topic}/{kind}", json_line(document), qos=1)
        self.lost += sent.rc not in (0, 4)  # 4: no connection, it waits in the queue

    def _connected(self, client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._failed = str(reason) if reason.is_failure else None
        if not reason.is_failure:
            client.publish(f"{self._topic}/status", "online", qos=1, retain=True)

    def _left(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._failed = self._failed or f"connection lost ({reason})"  # a refusal says more than what follows it

    def _refused(self, _client: Any, _data: Any) -> None:
        self._failed = "cannot be reached"


class LslStreams(Output):
    """Two LSL streams: "tsmf_live events" (Markers, one string channel) and "tsmf_live scores" (a channel a class).

    Their times are the sensor's, put on LSL's clock when the first prediction comes, and anew when the sensor's time
    goes back (another recording, a loop).

    Raises:
        UsageError: pylsl, or the library that it needs, is not installed.
    """

    def __init__(self) -> None:
        try:
            import pylsl
        except (ImportError, RuntimeError, OSError) as error:
            raise UsageError(f"--publish lsl: expected pylsl with its library ({error}); pip install pylsl") from error
        self._lsl = pylsl
        self._events = pylsl.StreamOutlet(
            pylsl.StreamInfo("tsmf_live events", "Markers", 1, pylsl.IRREGULAR_RATE, "string", "tsmf_live events")
        )
        self._scores: Any = None
        self._labels: tuple[str, ...] = ()
        self._offset_s: float | None = None
        self._last_s = 0.0

    def emit(self, item: Prediction | Event | Summary) -> None:
        """Hands an event, or the scene's probabilities of an update, over."""
        if isinstance(item, Event):
            self._events.push_sample([json_line(event_document(item))], self._clock(item.end_s))
        elif isinstance(item, Prediction):
            if self._offset_s is None or item.sensor_time_s < self._last_s:
                self._offset_s = self._lsl.local_clock() - item.sensor_time_s
            self._last_s = item.sensor_time_s
            if item.scores is not None:
                self._outlet(item.scores.labels).push_sample(
                    item.scores.fusion.tolist(), self._clock(item.sensor_time_s)
                )

    def close(self) -> None:
        """Takes the streams back."""
        self._events = self._scores = None

    def _clock(self, sensor_time_s: float) -> float:
        return sensor_time_s + (self._offset_s or 0.0)

    def _outlet(self, labels: tuple[str, ...]) -> Any:
        if self._scores is None or labels != self._labels:
            info = self._lsl.StreamInfo(
                "tsmf_live scores", "Scores", len(labels), self._lsl.IRREGULAR_RATE, "float32", "tsmf_live scores"
            )
            channels = info.desc().append_child("channels")
            for label in labels:
                channels.append_child("channel").append_child_value("label", label)
            self._scores, self._labels = self._lsl.StreamOutlet(info), labels
        return self._scores
