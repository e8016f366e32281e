<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>@default</name>
    <message>
        <location filename="../annotation_bar.py" line="198"/>
        <source>Begin (A)</source>
        <translation>Beginn (A)</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="48"/>
        <source>A segment begins or ends here (A)</source>
        <translation>Hier beginnt oder endet ein Abschnitt (A)</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="49"/>
        <source>Take over the predicted event here (E)</source>
        <translation>Das hier vorhergesagte Ereignis übernehmen (E)</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="50"/>
        <source>Remove the annotation here (Delete)</source>
        <translation>Die Anmerkung hier entfernen (Entf)</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="51"/>
        <source>Take the last change back (Ctrl+Z)</source>
        <translation>Die letzte Änderung zurücknehmen (Strg+Z)</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="53"/>
        <source>label</source>
        <translation>Bezeichnung</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="54"/>
        <source>The label of the next segment; while one is begun, 1 to 9 choose one used lately</source>
        <translation>Bezeichnung des nächsten Abschnitts; ist einer begonnen, wählen 1 bis 9 eine zuletzt benutzte</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="76"/>
        <source>Only recorded sessions can be annotated</source>
        <translation>Nur aufgenommene Sitzungen können annotiert werden</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="116"/>
        <source>Type a label, or choose one with 1 to 9; then end the segment with A.</source>
        <translation>Bezeichnung eingeben oder mit 1 bis 9 wählen; dann den Abschnitt mit A beenden.</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="140"/>
        <source>No event was predicted at this place.</source>
        <translation>An dieser Stelle wurde kein Ereignis vorhergesagt.</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="151"/>
        <source>There is no annotation at this place.</source>
        <translation>An dieser Stelle ist keine Anmerkung.</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="192"/>
        <source>predicted</source>
        <translation>vorhergesagt</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="192"/>
        <source>annotated</source>
        <translation>annotiert</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="198"/>
        <source>End (A)</source>
        <translation>Ende (A)</translation>
    </message>
    <message>
        <location filename="../annotation_bar.py" line="202"/>
        <source>label: {names} · Esc: no segment</source>
        <translation>Bezeichnung: {names} · Esc: kein Abschnitt</translation>
    </message>
    <message>
        <location filename="../banners.py" line="13"/>
        <source>waiting for the sensor&apos;s first frame</source>
        <translation>wartet auf das erste Bild des Sensors</translation>
    </message>
    <message>
        <location filename="../banners.py" line="13"/>
        <source>no frame from the sensor for a second</source>
        <translation>seit einer Sekunde kein Bild vom Sensor</translation>
    </message>
    <message>
        <location filename="../banners.py" line="13"/>
        <source>the sensor is not there: check its power supply and the USB 3 cable</source>
        <translation>der Sensor fehlt: Stromversorgung und USB-3-Kabel prüfen</translation>
    </message>
    <message>
        <location filename="../banners.py" line="13"/>
        <source>opening the sensor again</source>
        <translation>der Sensor wird neu geöffnet</translation>
    </message>
    <message>
        <location filename="../banners.py" line="13"/>
        <source>dim light: the sensor gives 15 pictures a second (bodies go on at 30); put on a light if you can</source>
        <translation>wenig Licht: der Sensor gibt 15 Bilder je Sekunde (Skelette weiter 30); wenn möglich Licht einschalten</translation>
    </message>
    <message>
        <location filename="../banners.py" line="38"/>
        <source>Put this line away; it stays in the log</source>
        <translation>Diese Zeile ausblenden; im Protokoll bleibt sie</translation>
    </message>
    <message>
        <location filename="../banners.py" line="77"/>
        <source>stopped by an error</source>
        <translation>durch einen Fehler beendet</translation>
    </message>
    <message>
        <location filename="../banners.py" line="78"/>
        <source>recording ended</source>
        <translation>Ende der Aufnahme</translation>
    </message>
    <message>
        <location filename="../banners.py" line="84"/>
        <source>(and {count} more)</source>
        <translation>(und {count} weitere)</translation>
    </message>
    <message>
        <location filename="../choose.py" line="42"/>
        <source>Recordings</source>
        <translation>Aufnahmen</translation>
    </message>
    <message>
        <location filename="../choose.py" line="42"/>
        <source>Recorded sessions</source>
        <translation>Aufgenommene Sitzungen</translation>
    </message>
    <message>
        <location filename="../choose.py" line="42"/>
        <source>NTU RGB+D skeletons</source>
        <translation>NTU-RGB+D-Skelette</translation>
    </message>
    <message>
        <location filename="../choose.py" line="42"/>
        <source>PKU-MMD skeletons</source>
        <translation>PKU-MMD-Skelette</translation>
    </message>
    <message>
        <location filename="../choose.py" line="54"/>
        <source>Open a recording: its session.json, .skeleton or .txt</source>
        <translation>Eine Aufnahme öffnen: session.json, .skeleton oder .txt</translation>
    </message>
    <message>
        <location filename="../choose.py" line="64"/>
        <source>Open the folder of a recorded session</source>
        <translation>Ordner einer aufgenommenen Sitzung öffnen</translation>
    </message>
    <message>
        <location filename="../choose.py" line="74"/>
        <source>Checkpoints</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <location filename="../choose.py" line="75"/>
        <source>Choose weights</source>
        <translation>Gewichte wählen</translation>
    </message>
    <message>
        <location filename="../compare.py" line="33"/>
        <source>no prediction</source>
        <translation>keine Vorhersage</translation>
    </message>
    <message>
        <location filename="../scores.py" line="26"/>
        <source>nobody in view</source>
        <translation>niemand im Bild</translation>
    </message>
    <message>
        <location filename="../help.py" line="15"/>
        <source>watching …</source>
        <translation>beobachtet …</translation>
    </message>
    <message>
        <location filename="../help.py" line="15"/>
        <source>nothing happening</source>
        <translation>keine Aktion</translation>
    </message>
    <message>
        <location filename="../compare.py" line="132"/>
        <source>{letter}: no moment chosen</source>
        <translation>{letter}: kein Moment gewählt</translation>
    </message>
    <message>
        <location filename="../compare.py" line="133"/>
        <source>not chosen yet</source>
        <translation>noch nicht gewählt</translation>
    </message>
    <message>
        <location filename="../compare.py" line="138"/>
        <source>the student had no part</source>
        <translation>der Schüler war nicht beteiligt</translation>
    </message>
    <message>
        <location filename="../curves.py" line="98"/>
        <source>How far back</source>
        <translation>Wie weit zurück</translation>
    </message>
    <message>
        <location filename="../curves.py" line="100"/>
        <source>{n} s</source>
        <translation>{n} s</translation>
    </message>
    <message>
        <location filename="../curves.py" line="102"/>
        <source>Scores over time</source>
        <translation>Werte im Zeitverlauf</translation>
    </message>
    <message>
        <location filename="../timeline.py" line="320"/>
        <source>together</source>
        <translation>zusammen</translation>
    </message>
    <message>
        <location filename="../curves.py" line="116"/>
        <source>teacher</source>
        <translation>Lehrer</translation>
    </message>
    <message>
        <location filename="../curves.py" line="116"/>
        <source>student</source>
        <translation>Schüler</translation>
    </message>
    <message>
        <location filename="../desk.py" line="125"/>
        <source>click or 1 to 6: focus on a person · F freeze · R record · F11 demo · F1 help</source>
        <translation>Klick oder 1 bis 6: Person im Fokus · F anhalten · R aufnehmen · F11 Vorführung · F1 Hilfe</translation>
    </message>
    <message>
        <location filename="../help.py" line="15"/>
        <source>starting …</source>
        <translation>startet …</translation>
    </message>
    <message>
        <location filename="../menus.py" line="203"/>
        <source>Scores</source>
        <translation>Werte</translation>
    </message>
    <message>
        <location filename="../menus.py" line="203"/>
        <source>Attention</source>
        <translation>Beachtung</translation>
    </message>
    <message>
        <location filename="../menus.py" line="203"/>
        <source>Recording</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <location filename="../menus.py" line="203"/>
        <source>Last minute</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <location filename="../freeze_bar.py" line="29"/>
        <source>The last ten seconds: drag, or the arrow keys</source>
        <translation>Die letzten zehn Sekunden: ziehen oder Pfeiltasten</translation>
    </message>
    <message>
        <location filename="../questions.py" line="24"/>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <location filename="../help.py" line="15"/>
        <source>stopped</source>
        <translation>beendet</translation>
    </message>
    <message>
        <location filename="../header.py" line="19"/>
        <source>nothing was read</source>
        <translation>nichts gelesen</translation>
    </message>
    <message>
        <location filename="../header.py" line="33"/>
        <source>● REC {clock} · take {take}</source>
        <translation>● REC {clock} · Take {take}</translation>
    </message>
    <message>
        <location filename="../header.py" line="74"/>
        <source>source: {name}</source>
        <translation>Quelle: {name}</translation>
    </message>
    <message>
        <location filename="../header.py" line="75"/>
        <source>weights: {name}</source>
        <translation>Gewichte: {name}</translation>
    </message>
    <message>
        <location filename="../header.py" line="84"/>
        <source>focus: person {number} (0: automatic)</source>
        <translation>Fokus: Person {number} (0: automatisch)</translation>
    </message>
    <message>
        <location filename="../header.py" line="85"/>
        <source>focus: automatic</source>
        <translation>Fokus: automatisch</translation>
    </message>
    <message>
        <location filename="../health.py" line="23"/>
        <source>capture</source>
        <translation>Erfassung</translation>
    </message>
    <message>
        <location filename="../health.py" line="23"/>
        <source>Reads the sensor or the recording. The Kinect gives 30 pictures a second, 15 in dim light.</source>
        <translation>Liest den Sensor oder die Aufnahme. Die Kinect gibt 30 Bilder je Sekunde, bei wenig Licht 15.</translation>
    </message>
    <message>
        <location filename="../health.py" line="23"/>
        <source>Below 28 Hz: put on a light, use a USB 3 port of its own, close other programs.</source>
        <translation>Unter 28 Hz: Licht einschalten, einen eigenen USB-3-Anschluss benutzen, andere Programme schließen.</translation>
    </message>
    <message>
        <location filename="../health.py" line="28"/>
        <source>pose</source>
        <translation>Haltung</translation>
    </message>
    <message>
        <location filename="../health.py" line="28"/>
        <source>Keeps the people apart and cuts out head, hands and feet.</source>
        <translation>Hält die Personen auseinander und schneidet Kopf, Hände und Füße aus.</translation>
    </message>
    <message>
        <location filename="../health.py" line="28"/>
        <source>Dropped frames: the PC is too busy; close other programs.</source>
        <translation>Verlorene Bilder: Der PC ist überlastet; andere Programme schließen.</translation>
    </message>
    <message>
        <location filename="../health.py" line="33"/>
        <source>inference</source>
        <translation>Erkennung</translation>
    </message>
    <message>
        <location filename="../health.py" line="33"/>
        <source>The two networks. Dropped: moments left out because the networks were still busy.</source>
        <translation>Die beiden Netze. Verloren: Momente, die ausgelassen wurden, weil die Netze noch rechneten.</translation>
    </message>
    <message>
        <location filename="../health.py" line="33"/>
        <source>Below 5 Hz: use --mode stream, a GPU, or a faster PC. Recording does not suffer.</source>
        <translation>Unter 5 Hz: --mode stream, eine GPU oder einen schnelleren PC benutzen. Die Aufnahme leidet nicht.</translation>
    </message>
    <message>
        <location filename="../health.py" line="38"/>
        <source>record</source>
        <translation>Aufnahme</translation>
    </message>
    <message>
        <location filename="../health.py" line="38"/>
        <source>Writes the take to disk. Dropped: frames that are missing in the take.</source>
        <translation>Schreibt den Take auf die Platte. Verloren: Bilder, die im Take fehlen.</translation>
    </message>
    <message>
        <location filename="../health.py" line="38"/>
        <source>Anything dropped: record to an internal disk, free some space, close other programs.</source>
        <translation>Etwas verloren: auf eine interne Platte aufnehmen, Platz schaffen, andere Programme schließen.</translation>
    </message>
    <message>
        <location filename="../health.py" line="43"/>
        <source>display</source>
        <translation>Anzeige</translation>
    </message>
    <message>
        <location filename="../health.py" line="43"/>
        <source>This window. The time is what painting one picture costs.</source>
        <translation>Dieses Fenster. Die Zeit ist, was das Malen eines Bildes kostet.</translation>
    </message>
    <message>
        <location filename="../health.py" line="43"/>
        <source>Below 20 Hz: make the window smaller. Nothing else waits for it.</source>
        <translation>Unter 20 Hz: das Fenster verkleinern. Sonst wartet nichts darauf.</translation>
    </message>
    <message>
        <location filename="../health.py" line="166"/>
        <source>total latency</source>
        <translation>Verzögerung gesamt</translation>
    </message>
    <message>
        <location filename="../health.py" line="48"/>
        <source>From the sensor&apos;s frame to the finished prediction.</source>
        <translation>Vom Bild des Sensors bis zur fertigen Vorhersage.</translation>
    </message>
    <message>
        <location filename="../health.py" line="48"/>
        <source>Above 300 ms: see inference.</source>
        <translation>Über 300 ms: siehe Erkennung.</translation>
    </message>
    <message>
        <location filename="../health.py" line="143"/>
        <source>queue {queue} · dropped {dropped}</source>
        <translation>wartet {queue} · verloren {dropped}</translation>
    </message>
    <message>
        <location filename="../health.py" line="148"/>
        <source>pictures {count}</source>
        <translation>Bilder {count}</translation>
    </message>
    <message>
        <location filename="../health.py" line="162"/>
        <source>no prediction yet</source>
        <translation>noch keine Vorhersage</translation>
    </message>
    <message>
        <location filename="../health.py" line="166"/>
        <source>frame to prediction</source>
        <translation>Bild bis Vorhersage</translation>
    </message>
    <message>
        <location filename="../health.py" line="176"/>
        <source>now {now} · p95 {p95}</source>
        <translation>jetzt {now} · p95 {p95}</translation>
    </message>
    <message>
        <location filename="../heat_map.py" line="146"/>
        <source>{joint}, {ago}: nothing was predicted of this person</source>
        <translation>{joint}, {ago}: von dieser Person wurde nichts vorhergesagt</translation>
    </message>
    <message>
        <location filename="../heat_map.py" line="147"/>
        <source>{joint}, {ago} (at {time} s): {value}</source>
        <translation>{joint}, {ago} (bei {time} s): {value}</translation>
    </message>
    <message>
        <location filename="../timeline.py" line="214"/>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <location filename="../heat_map.py" line="240"/>
        <source>then</source>
        <translation>dann</translation>
    </message>
    <message>
        <location filename="../overlay.py" line="33"/>
        <source>attention</source>
        <translation>Beachtung</translation>
    </message>
    <message>
        <location filename="../heat_map.py" line="265"/>
        <source>gap</source>
        <translation>Lücke</translation>
    </message>
    <message>
        <location filename="../help.py" line="14"/>
        <source>Not a medical device and not an alarm</source>
        <translation>Kein Medizinprodukt und kein Alarm</translation>
    </message>
    <message>
        <location filename="../help.py" line="15"/>
        <source>The sensor or the recording is being opened.</source>
        <translation>Der Sensor oder die Aufnahme wird geöffnet.</translation>
    </message>
    <message>
        <location filename="../help.py" line="15"/>
        <source>The sensor tracks nobody. It needs people upright, 0.5 to 4.5 m away.</source>
        <translation>Der Sensor verfolgt niemanden. Er braucht aufrechte Personen in 0,5 bis 4,5 m Abstand.</translation>
    </message>
    <message>
        <location filename="../help.py" line="15"/>
        <source>Somebody is there, for less than a second.</source>
        <translation>Jemand ist seit weniger als einer Sekunde da.</translation>
    </message>
    <message>
        <location filename="../help.py" line="15"/>
        <source>Somebody is there and does none of the actions it knows.</source>
        <translation>Jemand ist da und tut nichts von dem, was das Programm kennt.</translation>
    </message>
    <message>
        <location filename="../help.py" line="15"/>
        <source>Something failed; the red line says what, and what to do.</source>
        <translation>Etwas ist fehlgeschlagen; die rote Zeile sagt, was, und was zu tun ist.</translation>
    </message>
    <message>
        <location filename="../help.py" line="22"/>
        <source>click on a person</source>
        <translation>Klick auf eine Person</translation>
    </message>
    <message>
        <location filename="../help.py" line="22"/>
        <source>focus on that person</source>
        <translation>diese Person in den Fokus nehmen</translation>
    </message>
    <message>
        <location filename="../help.py" line="22"/>
        <source>wheel, drag, double click</source>
        <translation>Rad, Ziehen, Doppelklick</translation>
    </message>
    <message>
        <location filename="../help.py" line="22"/>
        <source>zoom, move, fit</source>
        <translation>vergrößern, verschieben, einpassen</translation>
    </message>
    <message>
        <location filename="../help.py" line="22"/>
        <source>drop a file or folder</source>
        <translation>Datei oder Ordner ablegen</translation>
    </message>
    <message>
        <location filename="../help.py" line="22"/>
        <source>open the recording or the weights</source>
        <translation>die Aufnahme oder die Gewichte öffnen</translation>
    </message>
    <message>
        <location filename="../help.py" line="50"/>
        <source>Mouse</source>
        <translation>Maus</translation>
    </message>
    <message>
        <location filename="../help.py" line="51"/>
        <source>What the large line says</source>
        <translation>Was die große Zeile sagt</translation>
    </message>
    <message>
        <location filename="../help.py" line="52"/>
        <source>Large, bright joints are the ones the model attends to; rings are joints the sensor guesses.</source>
        <translation>Große, helle Gelenke sind die, auf die das Modell achtet; Ringe sind Gelenke, die der Sensor schätzt.</translation>
    </message>
    <message>
        <location filename="../help.py" line="53"/>
        <source>Warnings and errors are kept in {path}</source>
        <translation>Warnungen und Fehler stehen in {path}</translation>
    </message>
    <message>
        <location filename="../help.py" line="56"/>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <location filename="../help.py" line="61"/>
        <source>Live action recognition with a depth sensor: a skeleton teacher whose attention guides a picture student.</source>
        <translation>Handlungserkennung live mit einem Tiefensensor: Ein Skelett-Lehrer lenkt mit seiner Beachtung einen Bild-Schüler.</translation>
    </message>
    <message>
        <location filename="../help.py" line="64"/>
        <source>The model is TSMF (Yu, Liu, Chan, AAAI 2021).</source>
        <translation>Das Modell ist TSMF (Yu, Liu, Chan, AAAI 2021).</translation>
    </message>
    <message>
        <location filename="../help.py" line="65"/>
        <source>It must not be used to diagnose, to treat, to monitor patients, or to call for help.</source>
        <translation>Es darf nicht zur Diagnose, Behandlung oder Überwachung von Patienten oder zum Herbeirufen von Hilfe benutzt werden.</translation>
    </message>
    <message>
        <location filename="../help.py" line="66"/>
        <source>The bundled weights have only seen simulated people.</source>
        <translation>Die mitgelieferten Gewichte haben nur simulierte Menschen gesehen.</translation>
    </message>
    <message>
        <location filename="../menus.py" line="103"/>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="69"/>
        <source>Freeze</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="69"/>
        <source>Frozen</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="70"/>
        <source>Mark A</source>
        <translation>A merken</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="71"/>
        <source>Mark B</source>
        <translation>B merken</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="72"/>
        <source>Compare A | B</source>
        <translation>A | B vergleichen</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="73"/>
        <source>Save picture …</source>
        <translation>Bild speichern …</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="74"/>
        <source>Save values …</source>
        <translation>Werte speichern …</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="75"/>
        <source>Save video …</source>
        <translation>Video speichern …</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="76"/>
        <source>The last ten seconds, or from A to B, at ten pictures a second</source>
        <translation>Die letzten zehn Sekunden oder von A bis B, zehn Bilder je Sekunde</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="132"/>
        <source>nothing has been predicted yet</source>
        <translation>noch nichts vorhergesagt</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="295"/>
        <source>no picture is kept yet</source>
        <translation>noch kein Bild vorhanden</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="146"/>
        <source>only the last ten seconds can be looked at</source>
        <translation>nur die letzten zehn Sekunden sind zu sehen</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="186"/>
        <source>FROZEN at {time} · capture and recording go on</source>
        <translation>ANGEHALTEN bei {time} · Erfassung und Aufnahme laufen weiter</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="187"/>
        <source>FROZEN at {time} ({ago} s)</source>
        <translation>ANGEHALTEN bei {time} ({ago} s)</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="212"/>
        <source>{letter} is {time}</source>
        <translation>{letter} ist {time}</translation>
    </message>
    <message>
        <location filename="../inspector.py" line="250"/>
        <source>a video is being saved already</source>
        <translation>ein Video wird schon gespeichert</translation>
    </message>
    <message>
        <location filename="../inspector_panel.py" line="55"/>
        <source>nothing predicted yet</source>
        <translation>noch nichts vorhergesagt</translation>
    </message>
    <message>
        <location filename="../timeline.py" line="318"/>
        <source>person {n}</source>
        <translation>Person {n}</translation>
    </message>
    <message>
        <location filename="../inspector_panel.py" line="67"/>
        <source>person {n} is not in view</source>
        <translation>Person {n} ist nicht im Bild</translation>
    </message>
    <message>
        <location filename="../inspector_panel.py" line="69"/>
        <source>Attention: {who}</source>
        <translation>Beachtung: {who}</translation>
    </message>
    <message>
        <location filename="../inspector_panel.py" line="73"/>
        <source>the student has no part now</source>
        <translation>der Schüler ist gerade nicht beteiligt</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="11"/>
        <source>head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="12"/>
        <source>neck</source>
        <translation>Hals</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="13"/>
        <source>upper spine</source>
        <translation>obere Wirbelsäule</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="14"/>
        <source>middle spine</source>
        <translation>mittlere Wirbelsäule</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="15"/>
        <source>lower spine</source>
        <translation>untere Wirbelsäule</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="16"/>
        <source>left shoulder</source>
        <translation>linke Schulter</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="17"/>
        <source>left elbow</source>
        <translation>linker Ellbogen</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="18"/>
        <source>left wrist</source>
        <translation>linkes Handgelenk</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="19"/>
        <source>left hand</source>
        <translation>linke Hand</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="20"/>
        <source>left hand tip</source>
        <translation>linke Fingerspitze</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="21"/>
        <source>left thumb</source>
        <translation>linker Daumen</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="22"/>
        <source>right shoulder</source>
        <translation>rechte Schulter</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="23"/>
        <source>right elbow</source>
        <translation>rechter Ellbogen</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="24"/>
        <source>right wrist</source>
        <translation>rechtes Handgelenk</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="25"/>
        <source>right hand</source>
        <translation>rechte Hand</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="26"/>
        <source>right hand tip</source>
        <translation>rechte Fingerspitze</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="27"/>
        <source>right thumb</source>
        <translation>rechter Daumen</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="28"/>
        <source>left hip</source>
        <translation>linke Hüfte</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="29"/>
        <source>left knee</source>
        <translation>linkes Knie</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="30"/>
        <source>left ankle</source>
        <translation>linker Knöchel</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="31"/>
        <source>left foot</source>
        <translation>linker Fuß</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="32"/>
        <source>right hip</source>
        <translation>rechte Hüfte</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="33"/>
        <source>right knee</source>
        <translation>rechtes Knie</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="34"/>
        <source>right ankle</source>
        <translation>rechter Knöchel</translation>
    </message>
    <message>
        <location filename="../joint_names.py" line="35"/>
        <source>right foot</source>
        <translation>rechter Fuß</translation>
    </message>
    <message>
        <location filename="../live_view.py" line="235"/>
        <source>no colour picture</source>
        <translation>kein Farbbild</translation>
    </message>
    <message>
        <location filename="../menus.py" line="97"/>
        <source>&amp;Record</source>
        <translation>&amp;Aufnahme</translation>
    </message>
    <message>
        <location filename="../menus.py" line="99"/>
        <source>Begin or finish a take</source>
        <translation>Take beginnen oder beenden</translation>
    </message>
    <message>
        <location filename="../menus.py" line="100"/>
        <source>Discard the take and use its number again …</source>
        <translation>Take verwerfen, Nummer wieder benutzen …</translation>
    </message>
    <message>
        <location filename="../menus.py" line="101"/>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <location filename="../menus.py" line="102"/>
        <source>Keys, states, log file</source>
        <translation>Tasten, Zustände, Protokoll</translation>
    </message>
    <message>
        <location filename="../menus.py" line="107"/>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <location filename="../menus.py" line="119"/>
        <source>Open a recording …</source>
        <translation>Aufnahme öffnen …</translation>
    </message>
    <message>
        <location filename="../menus.py" line="120"/>
        <source>Open a session folder …</source>
        <translation>Sitzungsordner öffnen …</translation>
    </message>
    <message>
        <location filename="../menus.py" line="121"/>
        <source>Watch the Kinect</source>
        <translation>Kinect beobachten</translation>
    </message>
    <message>
        <location filename="../menus.py" line="122"/>
        <source>Simulated people</source>
        <translation>Simulierte Personen</translation>
    </message>
    <message>
        <location filename="../menus.py" line="127"/>
        <source>Recent sources</source>
        <translation>Zuletzt benutzte Quellen</translation>
    </message>
    <message>
        <location filename="../menus.py" line="129"/>
        <source>Choose weights …</source>
        <translation>Gewichte wählen …</translation>
    </message>
    <message>
        <location filename="../menus.py" line="132"/>
        <source>Recent weights</source>
        <translation>Zuletzt benutzte Gewichte</translation>
    </message>
    <message>
        <location filename="../menus.py" line="134"/>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <location filename="../menus.py" line="138"/>
        <source>&amp;View</source>
        <translation>A&amp;nsicht</translation>
    </message>
    <message>
        <location filename="../menus.py" line="139"/>
        <source>Full-screen demo mode</source>
        <translation>Vorführung im Vollbild</translation>
    </message>
    <message>
        <location filename="../menus.py" line="140"/>
        <source>Leave demo mode, segment or freeze</source>
        <translation>Vorführung, Abschnitt, Anhalten verlassen</translation>
    </message>
    <message>
        <location filename="../menus.py" line="142"/>
        <source>Mirror the picture</source>
        <translation>Bild spiegeln</translation>
    </message>
    <message>
        <location filename="../menus.py" line="143"/>
        <source>Boxes the student sees</source>
        <translation>Kästen, die der Schüler sieht</translation>
    </message>
    <message>
        <location filename="../menus.py" line="144"/>
        <source>Larger</source>
        <translation>Größer</translation>
    </message>
    <message>
        <location filename="../menus.py" line="145"/>
        <source>Smaller</source>
        <translation>Kleiner</translation>
    </message>
    <message>
        <location filename="../menus.py" line="146"/>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <location filename="../menus.py" line="149"/>
        <source>Focus: automatic</source>
        <translation>Fokus: automatisch</translation>
    </message>
    <message>
        <location filename="../menus.py" line="149"/>
        <source>Focus: person {number}</source>
        <translation>Fokus: Person {number}</translation>
    </message>
    <message>
        <location filename="../menus.py" line="157"/>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <location filename="../menus.py" line="158"/>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <location filename="../menus.py" line="162"/>
        <source>&amp;Moment</source>
        <translation>&amp;Moment</translation>
    </message>
    <message>
        <location filename="../menus.py" line="178"/>
        <source>&amp;Play</source>
        <translation>A&amp;bspielen</translation>
    </message>
    <message>
        <location filename="../menus.py" line="186"/>
        <source>Play or pause; freeze, when live</source>
        <translation>Abspielen oder Pause; live: anhalten</translation>
    </message>
    <message>
        <location filename="../menus.py" line="187"/>
        <source>One frame back</source>
        <translation>Ein Bild zurück</translation>
    </message>
    <message>
        <location filename="../menus.py" line="188"/>
        <source>One frame on</source>
        <translation>Ein Bild weiter</translation>
    </message>
    <message>
        <location filename="../menus.py" line="189"/>
        <source>1 s back</source>
        <translation>1 s zurück</translation>
    </message>
    <message>
        <location filename="../menus.py" line="190"/>
        <source>1 s on</source>
        <translation>1 s weiter</translation>
    </message>
    <message>
        <location filename="../menus.py" line="191"/>
        <source>The loop begins here</source>
        <translation>Schleife beginnt hier</translation>
    </message>
    <message>
        <location filename="../menus.py" line="192"/>
        <source>The loop ends here</source>
        <translation>Schleife endet hier</translation>
    </message>
    <message>
        <location filename="../menus.py" line="193"/>
        <source>No loop</source>
        <translation>Keine Schleife</translation>
    </message>
    <message>
        <location filename="../menus.py" line="195"/>
        <source>Begin or end a segment</source>
        <translation>Abschnitt beginnen oder beenden</translation>
    </message>
    <message>
        <location filename="../menus.py" line="196"/>
        <source>Take over the predicted event</source>
        <translation>Vorhergesagtes Ereignis übernehmen</translation>
    </message>
    <message>
        <location filename="../menus.py" line="197"/>
        <source>Remove the annotation</source>
        <translation>Anmerkung entfernen</translation>
    </message>
    <message>
        <location filename="../menus.py" line="198"/>
        <source>Take the last change back</source>
        <translation>Letzte Änderung zurücknehmen</translation>
    </message>
    <message>
        <location filename="../menus.py" line="208"/>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <location filename="../menus.py" line="208"/>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <location filename="../opening.py" line="67"/>
        <source>opening {name} …</source>
        <translation>{name} wird geöffnet …</translation>
    </message>
    <message>
        <location filename="../opening.py" line="74"/>
        <source>Another source ends this take. It is kept.</source>
        <translation>Eine andere Quelle beendet diesen Take. Er bleibt erhalten.</translation>
    </message>
    <message>
        <location filename="../opening.py" line="75"/>
        <source>Finish the take and open</source>
        <translation>Take beenden und öffnen</translation>
    </message>
    <message>
        <location filename="../opening.py" line="89"/>
        <source>{name} is in use</source>
        <translation>{name} wird benutzt</translation>
    </message>
    <message>
        <location filename="../opening.py" line="92"/>
        <source>loading {name} …</source>
        <translation>{name} wird geladen …</translation>
    </message>
    <message>
        <location filename="../opening.py" line="113"/>
        <source>a bug of ours: {error}</source>
        <translation>ein Fehler von uns: {error}</translation>
    </message>
    <message>
        <location filename="../overlay.py" line="36"/>
        <source>seen by the student, weight</source>
        <translation>vom Schüler gesehen, Gewicht</translation>
    </message>
    <message>
        <location filename="../overlay.py" line="36"/>
        <source>guessed by the sensor</source>
        <translation>vom Sensor geschätzt</translation>
    </message>
    <message>
        <location filename="../player_bar.py" line="47"/>
        <source>Play or pause (Space)</source>
        <translation>Abspielen oder Pause (Leertaste)</translation>
    </message>
    <message>
        <location filename="../player_bar.py" line="48"/>
        <source>One frame back (Left; with Shift: 1 s)</source>
        <translation>Ein Bild zurück (Links; mit Umschalt: 1 s)</translation>
    </message>
    <message>
        <location filename="../player_bar.py" line="49"/>
        <source>One frame on (Right; with Shift: 1 s)</source>
        <translation>Ein Bild weiter (Rechts; mit Umschalt: 1 s)</translation>
    </message>
    <message>
        <location filename="../player_bar.py" line="50"/>
        <source>The loop begins here ( [ )</source>
        <translation>Schleife beginnt hier ( [ )</translation>
    </message>
    <message>
        <location filename="../player_bar.py" line="51"/>
        <source>The loop ends here ( ] )</source>
        <translation>Schleife endet hier ( ] )</translation>
    </message>
    <message>
        <location filename="../player_bar.py" line="52"/>
        <source>No loop (\)</source>
        <translation>Keine Schleife (\)</translation>
    </message>
    <message>
        <location filename="../player_bar.py" line="55"/>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <location filename="../questions.py" line="33"/>
        <source>TSMF live</source>
        <translation>TSMF live</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="42"/>
        <source>picture as it is</source>
        <translation>Bild, wie es ist</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="43"/>
        <source>faces blurred</source>
        <translation>Gesichter unscharf</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="44"/>
        <source>no picture</source>
        <translation>kein Bild</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="47"/>
        <source>setup</source>
        <translation>Aufbau</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="48"/>
        <source>camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="49"/>
        <source>performer</source>
        <translation>Person</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="50"/>
        <source>replication</source>
        <translation>Wiederholung</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="76"/>
        <source>Discard and &amp;redo</source>
        <translation>Verwerfen und &amp;neu</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="80"/>
        <source>Study &amp;folder …</source>
        <translation>&amp;Ordner der Studie …</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="81"/>
        <source>a pseudonym, never a name</source>
        <translation>ein Pseudonym, nie ein Name</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="83"/>
        <source>what they are asked to do</source>
        <translation>was getan werden soll</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="84"/>
        <source>form and date</source>
        <translation>Formular und Datum</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="118"/>
        <source>&amp;Subject</source>
        <translation>&amp;Proband</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="119"/>
        <source>&amp;Action</source>
        <translation>&amp;Handlung</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="120"/>
        <source>&amp;Privacy</source>
        <translation>Pr&amp;ivatsphäre</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="121"/>
        <source>C&amp;onsent</source>
        <translation>&amp;Einwilligung</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="162"/>
        <source>Discard take {take} ({clock})?</source>
        <translation>{take} ({clock}) verwerfen?</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="165"/>
        <source>Its files are deleted; the next take gets its number.</source>
        <translation>Die Dateien werden gelöscht; der nächste Take bekommt die Nummer.</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="166"/>
        <source>Discard the take</source>
        <translation>Take verwerfen</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="186"/>
        <source>■ Finish the take  (R)</source>
        <translation>■ Take beenden  (R)</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="186"/>
        <source>● Record  (R)</source>
        <translation>● Aufnehmen  (R)</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="208"/>
        <source>Where the takes of this study go</source>
        <translation>Wohin die Takes dieser Studie kommen</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="231"/>
        <source>take {take}: {clock}, {size}</source>
        <translation>Take {take}: {clock}, {size}</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="235"/>
        <source>{count} frames lost</source>
        <translation>{count} Bilder verloren</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="240"/>
        <source>{take} is finished: {clock}</source>
        <translation>{take} ist fertig: {clock}</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="241"/>
        <source>nothing is recorded</source>
        <translation>es wird nicht aufgenommen</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="245"/>
        <source>free on this disk: {size}</source>
        <translation>frei auf dieser Platte: {size}</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="248"/>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
        <location filename="../recording_panel.py" line="249"/>
        <source>enough for {time}</source>
        <translation>reicht für {time}</translation>
    </message>
    <message>
        <location filename="../saving.py" line="24"/>
        <source>Save picture and charts</source>
        <translation>Bild und Diagramme speichern</translation>
    </message>
    <message>
        <location filename="../saving.py" line="24"/>
        <source>Save values</source>
        <translation>Werte speichern</translation>
    </message>
    <message>
        <location filename="../saving.py" line="24"/>
        <source>Save video</source>
        <translation>Video speichern</translation>
    </message>
    <message>
        <location filename="../saving.py" line="49"/>
        <source>saved {path}</source>
        <translation>gespeichert: {path}</translation>
    </message>
    <message>
        <location filename="../saving.py" line="39"/>
        <source>{path} cannot be written; choose another place</source>
        <translation>{path} ist nicht beschreibbar; bitte anderen Ort wählen</translation>
    </message>
    <message>
        <location filename="../saving.py" line="47"/>
        <source>{path} cannot be written: {reason}; choose another place</source>
        <translation>{path} ist nicht beschreibbar: {reason}; bitte anderen Ort wählen</translation>
    </message>
    <message>
        <location filename="../saving.py" line="77"/>
        <source>saved {path}: {n} pictures</source>
        <translation>gespeichert: {path}, {n} Bilder</translation>
    </message>
    <message>
        <location filename="../saving.py" line="78"/>
        <source>the video was not saved</source>
        <translation>das Video wurde nicht gespeichert</translation>
    </message>
    <message>
        <location filename="../scores.py" line="26"/>
        <source>teacher alone: the checkpoint has no student</source>
        <translation>nur der Lehrer: diese Gewichte haben keinen Schüler</translation>
    </message>
    <message>
        <location filename="../scores.py" line="26"/>
        <source>teacher alone: no colour of the person in focus</source>
        <translation>nur der Lehrer: keine Farbe von der Person im Fokus</translation>
    </message>
    <message>
        <location filename="../scores.py" line="127"/>
        <source>Both together</source>
        <translation>Beide zusammen</translation>
    </message>
    <message>
        <location filename="../scores.py" line="127"/>
        <source>probability</source>
        <translation>Wahrscheinlichkeit</translation>
    </message>
    <message>
        <location filename="../scores.py" line="130"/>
        <source>Teacher</source>
        <translation>Lehrer</translation>
    </message>
    <message>
        <location filename="../scores.py" line="130"/>
        <source>skeleton</source>
        <translation>Skelett</translation>
    </message>
    <message>
        <location filename="../scores.py" line="131"/>
        <source>Student</source>
        <translation>Schüler</translation>
    </message>
    <message>
        <location filename="../scores.py" line="131"/>
        <source>picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <location filename="../scores.py" line="146"/>
        <source>nothing yet</source>
        <translation>noch nichts</translation>
    </message>
    <message>
        <location filename="../scores.py" line="147"/>
        <source>has no part now</source>
        <translation>ist gerade nicht beteiligt</translation>
    </message>
    <message>
        <location filename="../scores.py" line="154"/>
        <source>student: age {age} s</source>
        <translation>Schüler: {age} s alt</translation>
    </message>
    <message>
        <location filename="../scores.py" line="180"/>
        <source>Recently</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <location filename="../scores.py" line="193"/>
        <source>scene</source>
        <translation>Szene</translation>
    </message>
    <message>
        <location filename="../student_view.py" line="65"/>
        <source>after weighting</source>
        <translation>nach der Gewichtung</translation>
    </message>
    <message>
        <location filename="../student_view.py" line="67"/>
        <source>before weighting</source>
        <translation>vor der Gewichtung</translation>
    </message>
    <message>
        <location filename="../timeline.py" line="279"/>
        <source>{label}: {seconds} s</source>
        <translation>{label}: {seconds} s</translation>
    </message>
    <message>
        <location filename="../timeline.py" line="321"/>
        <source>nobody yet</source>
        <translation>noch niemand</translation>
    </message>
    <message>
        <location filename="../window.py" line="73"/>
        <source>TSMF live: {source}</source>
        <translation>TSMF live: {source}</translation>
    </message>
    <message>
        <location filename="../window.py" line="129"/>
        <source>Take {take} is being recorded.</source>
        <translation>Take {take} wird gerade aufgenommen.</translation>
    </message>
    <message>
        <location filename="../window.py" line="220"/>
        <source>Closing ends it. It is kept.</source>
        <translation>Schließen beendet ihn. Er bleibt erhalten.</translation>
    </message>
    <message>
        <location filename="../window.py" line="220"/>
        <source>Finish the take and close</source>
        <translation>Take beenden und schließen</translation>
    </message>
    <message>
        <location filename="../scores.py" line="26"/>
        <source>teacher alone: the student is still at work</source>
        <translation>nur der Lehrer: der Schüler rechnet noch</translation>
    </message>
</context>
</TS>
