<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
  <context>
    <name>@default</name>
    <message>
      <source>Begin</source>
      <translation>Anfang</translation>
    </message>
    <message>
      <source>Remove the annotation here (Delete)</source>
      <translation>Die Annotation hier entfernen (Entf)</translation>
    </message>
    <message>
      <source>label</source>
      <translation>Bezeichnung</translation>
    </message>
    <message>
      <source>Only recorded sessions can be annotated</source>
      <translation>Nur aufgenommene Sitzungen können annotiert werden</translation>
    </message>
    <message>
      <source>No event was predicted at this place.</source>
      <translation>An dieser Stelle wurde kein Ereignis vorhergesagt.</translation>
    </message>
    <message>
      <source>There is no annotation at this place.</source>
      <translation>An dieser Stelle ist keine Annotation.</translation>
    </message>
    <message>
      <source>predicted</source>
      <translation>vorhergesagt</translation>
    </message>
    <message>
      <source>annotated</source>
      <translation>annotiert</translation>
    </message>
    <message>
      <source>End</source>
      <translation>Ende</translation>
    </message>
    <message>
      <source>Esc: no segment · label: {names}</source>
      <translation>Esc: kein Abschnitt · Bezeichnung: {names}</translation>
    </message>
    <message>
      <source>waiting for the sensor's first frame</source>
      <translation>wartet auf das erste Bild des Sensors</translation>
    </message>
    <message>
      <source>no frame from the sensor for a second</source>
      <translation>seit einer Sekunde kein Bild vom Sensor</translation>
    </message>
    <message>
      <source>the sensor is not there: check its power supply and the USB 3 cable</source>
      <translation>der Sensor fehlt: Stromversorgung und USB-3-Kabel prüfen</translation>
    </message>
    <message>
      <source>opening the sensor again</source>
      <translation>der Sensor wird neu geöffnet</translation>
    </message>
    <message>
      <source>dim light: the sensor gives 15 pictures a second (bodies go on at 30); put on a light if you can</source>
      <translation>wenig Licht: der Sensor gibt 15 Bilder je Sekunde (Skelette weiter 30); wenn möglich Licht einschalten</translation>
    </message>
    <message>
      <source>Put this line away; it stays in the log</source>
      <translation>Diese Zeile ausblenden; im Protokoll bleibt sie</translation>
    </message>
    <message>
      <source>stopped by an error</source>
      <translation>durch einen Fehler beendet</translation>
    </message>
    <message>
      <source>recording ended</source>
      <translation>Ende der Aufnahme</translation>
    </message>
    <message>
      <source>(and {count} more)</source>
      <translation>(und {count} weitere)</translation>
    </message>
    <message>
      <source>Recordings</source>
      <translation>Aufnahmen</translation>
    </message>
    <message>
      <source>Recorded sessions</source>
      <translation>Aufgenommene Sitzungen</translation>
    </message>
    <message>
      <source>NTU RGB+D skeletons</source>
      <translation>NTU-RGB+D-Skelette</translation>
    </message>
    <message>
      <source>PKU-MMD skeletons</source>
      <translation>PKU-MMD-Skelette</translation>
    </message>
    <message>
      <source>Open a recording: its session.json, .skeleton or .txt</source>
      <translation>Eine Aufnahme öffnen: session.json, .skeleton oder .txt</translation>
    </message>
    <message>
      <source>Open the folder of a recorded session</source>
      <translation>Ordner einer aufgenommenen Sitzung öffnen</translation>
    </message>
    <message>
      <source>Checkpoints</source>
      <translation>Gewichte</translation>
    </message>
    <message>
      <source>Choose weights</source>
      <translation>Gewichte wählen</translation>
    </message>
    <message>
      <source>no prediction</source>
      <translation>keine Vorhersage</translation>
    </message>
    <message>
      <source>nobody in view</source>
      <translation>niemand im Bild</translation>
    </message>
    <message>
      <source>nobody in view that can be a person</source>
      <translation>niemand im Bild, der eine Person sein kann</translation>
    </message>
    <message>
      <source>{n} · not taken for a person</source>
      <translation>{n} · nicht für eine Person gehalten</translation>
    </message>
    <message>
      <source>watching …</source>
      <translation>beobachtet …</translation>
    </message>
    <message>
      <source>nothing happening</source>
      <translation>keine Aktion</translation>
    </message>
    <message>
      <source>{letter}: no moment chosen</source>
      <translation>{letter}: kein Moment gewählt</translation>
    </message>
    <message>
      <source>not chosen yet</source>
      <translation>noch nicht gewählt</translation>
    </message>
    <message>
      <source>How far back</source>
      <translation>Wie weit zurück</translation>
    </message>
    <message>
      <source>{n} s</source>
      <translation>{n} s</translation>
    </message>
    <message>
      <source>Scores over time</source>
      <translation>Werte im Zeitverlauf</translation>
    </message>
    <message>
      <source>teacher</source>
      <translation>Lehrer</translation>
    </message>
    <message>
      <source>student</source>
      <translation>Schüler</translation>
    </message>
    <message>
      <source>click or 1 to 6: focus on a person · F freeze · R record · F11 demo · F1 help</source>
      <translation>Klick oder 1 bis 6: Person im Fokus · F anhalten · R aufnehmen · F11 Vorführung · F1 Hilfe</translation>
    </message>
    <message>
      <source>starting …</source>
      <translation>startet …</translation>
    </message>
    <message>
      <source>Scores</source>
      <translation>Werte</translation>
    </message>
    <message>
      <source>Attention</source>
      <translation>Beachtung</translation>
    </message>
    <message>
      <source>Recording</source>
      <translation>Aufnahme</translation>
    </message>
    <message>
      <source>Last minute</source>
      <translation>Verlauf</translation>
    </message>
    <message>
      <source>The last ten seconds: drag, or the arrow keys</source>
      <translation>Die letzten zehn Sekunden: ziehen oder Pfeiltasten</translation>
    </message>
    <message>
      <source>Cancel</source>
      <translation>Abbrechen</translation>
    </message>
    <message>
      <source>stopped</source>
      <translation>beendet</translation>
    </message>
    <message>
      <source>nothing was read</source>
      <translation>nichts gelesen</translation>
    </message>
    <message>
      <source>● REC {clock} · take {take}</source>
      <translation>● REC {clock} · Take {take}</translation>
    </message>
    <message>
      <source>source: {name}</source>
      <translation>Quelle: {name}</translation>
    </message>
    <message>
      <source>focus: person {number} (0: automatic)</source>
      <translation>Fokus: Person {number} (0: automatisch)</translation>
    </message>
    <message>
      <source>focus: automatic</source>
      <translation>Fokus: automatisch</translation>
    </message>
    <message>
      <source>capture</source>
      <translation>Erfassung</translation>
    </message>
    <message>
      <source>Reads the sensor or the recording. The Kinect gives 30 pictures a second, 15 in dim light.</source>
      <translation>Liest den Sensor oder die Aufnahme. Die Kinect gibt 30 Bilder je Sekunde, bei wenig Licht 15.</translation>
    </message>
    <message>
      <source>Below 28 Hz: put on a light, use a USB 3 port of its own, close other programs.</source>
      <translation>Unter 28 Hz: Licht einschalten, einen eigenen USB-3-Anschluss benutzen, andere Programme schließen.</translation>
    </message>
    <message>
      <source>pose</source>
      <translation>Haltung</translation>
    </message>
    <message>
      <source>Keeps the people apart and cuts out head, hands and feet.</source>
      <translation>Hält die Personen auseinander und schneidet Kopf, Hände und Füße aus.</translation>
    </message>
    <message>
      <source>Lost frames: the PC is too busy; close other programs.</source>
      <translation>Verlorene Bilder: Der PC ist überlastet; andere Programme schließen.</translation>
    </message>
    <message>
      <source>inference</source>
      <translation>Erkennung</translation>
    </message>
    <message>
      <source>The two networks. Lost: moments left out because the networks were still busy.</source>
      <translation>Die beiden Netze. Verloren: Momente, die ausgelassen wurden, weil die Netze noch rechneten.</translation>
    </message>
    <message>
      <source>record</source>
      <translation>Aufnahme</translation>
    </message>
    <message>
      <source>Writes the take to disk. Lost: frames that are missing in the take.</source>
      <translation>Schreibt den Take auf die Platte. Verloren: Bilder, die im Take fehlen.</translation>
    </message>
    <message>
      <source>Anything lost: record to an internal disk, free some space, close other programs.</source>
      <translation>Etwas verloren: auf eine interne Platte aufnehmen, Platz schaffen, andere Programme schließen.</translation>
    </message>
    <message>
      <source>display</source>
      <translation>Anzeige</translation>
    </message>
    <message>
      <source>This window. The time is what painting one picture costs.</source>
      <translation>Dieses Fenster. Die Zeit ist, was das Malen eines Bildes kostet.</translation>
    </message>
    <message>
      <source>Below 20 Hz: make the window smaller. Nothing else waits for it.</source>
      <translation>Unter 20 Hz: das Fenster verkleinern. Sonst wartet nichts darauf.</translation>
    </message>
    <message>
      <source>total latency</source>
      <translation>Verzögerung gesamt</translation>
    </message>
    <message>
      <source>From the sensor's frame to the finished prediction.</source>
      <translation>Vom Bild des Sensors bis zur fertigen Vorhersage.</translation>
    </message>
    <message>
      <source>Above 300 ms: see inference.</source>
      <translation>Über 300 ms: siehe Erkennung.</translation>
    </message>
    <message>
      <source>pictures {count}</source>
      <translation>Bilder {count}</translation>
    </message>
    <message>
      <source>no prediction yet</source>
      <translation>noch keine Vorhersage</translation>
    </message>
    <message>
      <source>frame to prediction</source>
      <translation>Bild bis Vorhersage</translation>
    </message>
    <message>
      <source>now {now} · p95 {p95}</source>
      <translation>jetzt {now} · p95 {p95}</translation>
    </message>
    <message>
      <source>{joint}, {ago}: nothing was predicted of this person</source>
      <translation>{joint}, {ago}: von dieser Person wurde nichts vorhergesagt</translation>
    </message>
    <message>
      <source>now</source>
      <translation>jetzt</translation>
    </message>
    <message>
      <source>then</source>
      <translation>dann</translation>
    </message>
    <message>
      <source>attention</source>
      <translation>Beachtung</translation>
    </message>
    <message>
      <source>gap</source>
      <translation>Lücke</translation>
    </message>
    <message>
      <source>Not a medical device and not an alarm</source>
      <translation>Kein Medizinprodukt und kein Alarm</translation>
    </message>
    <message>
      <source>The sensor or the recording is being opened.</source>
      <translation>Der Sensor oder die Aufnahme wird geöffnet.</translation>
    </message>
    <message>
      <source>The sensor tracks nobody. It needs people upright, 0.5 to 4.5 m away.</source>
      <translation>Der Sensor verfolgt niemanden. Er braucht aufrechte Personen in 0,5 bis 4,5 m Abstand.</translation>
    </message>
    <message>
      <source>Somebody is there; less than a second of them was seen so far.</source>
      <translation>Jemand ist da; weniger als eine Sekunde davon wurde bisher gesehen.</translation>
    </message>
    <message>
      <source>Somebody is there and does none of the actions it knows.</source>
      <translation>Jemand ist da und tut nichts von dem, was das Programm kennt.</translation>
    </message>
    <message>
      <source>Something failed; the red line says what, and what to do.</source>
      <translation>Etwas ist fehlgeschlagen; die rote Zeile sagt, was, und was zu tun ist.</translation>
    </message>
    <message>
      <source>click on a person</source>
      <translation>Klick auf eine Person</translation>
    </message>
    <message>
      <source>focus on that person</source>
      <translation>diese Person in den Fokus nehmen</translation>
    </message>
    <message>
      <source>wheel, drag, double click</source>
      <translation>Rad, Ziehen, Doppelklick</translation>
    </message>
    <message>
      <source>zoom, move, fit</source>
      <translation>vergrößern, verschieben, einpassen</translation>
    </message>
    <message>
      <source>drop a file or folder</source>
      <translation>Datei oder Ordner ablegen</translation>
    </message>
    <message>
      <source>open the recording or the weights</source>
      <translation>die Aufnahme oder die Gewichte öffnen</translation>
    </message>
    <message>
      <source>Mouse</source>
      <translation>Maus</translation>
    </message>
    <message>
      <source>What the large line says</source>
      <translation>Was die große Zeile sagt</translation>
    </message>
    <message>
      <source>Large, bright joints are the ones the model attends to; rings are joints the sensor guesses.</source>
      <translation>Große, helle Gelenke sind die, auf die das Modell achtet; Ringe sind Gelenke, die der Sensor schätzt.</translation>
    </message>
    <message>
      <source>Warnings and errors are kept in {path}</source>
      <translation>Warnungen und Fehler stehen in {path}</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>Hilfe</translation>
    </message>
    <message>
      <source>Live action recognition with a depth sensor: a skeleton teacher whose attention guides a picture student.</source>
      <translation>Handlungserkennung live mit einem Tiefensensor: Ein Skelett-Lehrer lenkt mit seiner Beachtung einen Bild-Schüler.</translation>
    </message>
    <message>
      <source>The model is TSMF (Yu, Liu, Chan, AAAI 2021).</source>
      <translation>Das Modell ist TSMF (Yu, Liu, Chan, AAAI 2021).</translation>
    </message>
    <message>
      <source>It must not be used to diagnose, to treat, to monitor patients, or to call for help.</source>
      <translation>Es darf nicht zur Diagnose, Behandlung oder Überwachung von Patienten oder zum Herbeirufen von Hilfe benutzt werden.</translation>
    </message>
    <message>
      <source>About</source>
      <translation>Über</translation>
    </message>
    <message>
      <source>Freeze</source>
      <translation>Anhalten</translation>
    </message>
    <message>
      <source>Mark A</source>
      <translation>A merken</translation>
    </message>
    <message>
      <source>Mark B</source>
      <translation>B merken</translation>
    </message>
    <message>
      <source>Compare A | B</source>
      <translation>A | B vergleichen</translation>
    </message>
    <message>
      <source>Save picture …</source>
      <translation>Bild speichern …</translation>
    </message>
    <message>
      <source>Save values …</source>
      <translation>Werte speichern …</translation>
    </message>
    <message>
      <source>Save video …</source>
      <translation>Video speichern …</translation>
    </message>
    <message>
      <source>The last ten seconds, or from A to B, at ten pictures a second</source>
      <translation>Die letzten zehn Sekunden oder von A bis B, zehn Bilder je Sekunde</translation>
    </message>
    <message>
      <source>nothing has been predicted yet</source>
      <translation>noch nichts vorhergesagt</translation>
    </message>
    <message>
      <source>no picture is kept yet</source>
      <translation>noch kein Bild vorhanden</translation>
    </message>
    <message>
      <source>only the last ten seconds can be looked at</source>
      <translation>nur die letzten zehn Sekunden sind zu sehen</translation>
    </message>
    <message>
      <source>FROZEN at {time} · capture and recording go on</source>
      <translation>ANGEHALTEN bei {time} · Erfassung und Aufnahme laufen weiter</translation>
    </message>
    <message>
      <source>{letter} is {time}</source>
      <translation>{letter} ist {time}</translation>
    </message>
    <message>
      <source>a video is being saved already</source>
      <translation>ein Video wird schon gespeichert</translation>
    </message>
    <message>
      <source>nothing predicted yet</source>
      <translation>noch nichts vorhergesagt</translation>
    </message>
    <message>
      <source>person {n}</source>
      <translation>Person {n}</translation>
    </message>
    <message>
      <source>person {n} is not in view</source>
      <translation>Person {n} ist nicht im Bild</translation>
    </message>
    <message>
      <source>Attention: {who}</source>
      <translation>Beachtung: {who}</translation>
    </message>
    <message>
      <source>head</source>
      <translation>Kopf</translation>
    </message>
    <message>
      <source>neck</source>
      <translation>Hals</translation>
    </message>
    <message>
      <source>upper spine</source>
      <translation>obere Wirbelsäule</translation>
    </message>
    <message>
      <source>middle spine</source>
      <translation>mittlere Wirbelsäule</translation>
    </message>
    <message>
      <source>lower spine</source>
      <translation>untere Wirbelsäule</translation>
    </message>
    <message>
      <source>left shoulder</source>
      <translation>linke Schulter</translation>
    </message>
    <message>
      <source>left elbow</source>
      <translation>linker Ellbogen</translation>
    </message>
    <message>
      <source>left wrist</source>
      <translation>linkes Handgelenk</translation>
    </message>
    <message>
      <source>left hand</source>
      <translation>linke Hand</translation>
    </message>
    <message>
      <source>left hand tip</source>
      <translation>linke Fingerspitze</translation>
    </message>
    <message>
      <source>left thumb</source>
      <translation>linker Daumen</translation>
    </message>
    <message>
      <source>right shoulder</source>
      <translation>rechte Schulter</translation>
    </message>
    <message>
      <source>right elbow</source>
      <translation>rechter Ellbogen</translation>
    </message>
    <message>
      <source>right wrist</source>
      <translation>rechtes Handgelenk</translation>
    </message>
    <message>
      <source>right hand</source>
      <translation>rechte Hand</translation>
    </message>
    <message>
      <source>right hand tip</source>
      <translation>rechte Fingerspitze</translation>
    </message>
    <message>
      <source>right thumb</source>
      <translation>rechter Daumen</translation>
    </message>
    <message>
      <source>left hip</source>
      <translation>linke Hüfte</translation>
    </message>
    <message>
      <source>left knee</source>
      <translation>linkes Knie</translation>
    </message>
    <message>
      <source>left ankle</source>
      <translation>linker Knöchel</translation>
    </message>
    <message>
      <source>left foot</source>
      <translation>linker Fuß</translation>
    </message>
    <message>
      <source>right hip</source>
      <translation>rechte Hüfte</translation>
    </message>
    <message>
      <source>right knee</source>
      <translation>rechtes Knie</translation>
    </message>
    <message>
      <source>right ankle</source>
      <translation>rechter Knöchel</translation>
    </message>
    <message>
      <source>right foot</source>
      <translation>rechter Fuß</translation>
    </message>
    <message>
      <source>no colour picture</source>
      <translation>kein Farbbild</translation>
    </message>
    <message>
      <source>&amp;Record</source>
      <translation>&amp;Aufnahme</translation>
    </message>
    <message>
      <source>Begin or finish a take</source>
      <translation>Take beginnen oder beenden</translation>
    </message>
    <message>
      <source>Discard the take and use its number again …</source>
      <translation>Take verwerfen, Nummer wieder benutzen …</translation>
    </message>
    <message>
      <source>&amp;Help</source>
      <translation>&amp;Hilfe</translation>
    </message>
    <message>
      <source>Keys, states, log file</source>
      <translation>Tasten, Zustände, Protokoll</translation>
    </message>
    <message>
      <source>&amp;File</source>
      <translation>&amp;Datei</translation>
    </message>
    <message>
      <source>Open a recording …</source>
      <translation>Aufnahme öffnen …</translation>
    </message>
    <message>
      <source>Open a session folder …</source>
      <translation>Sitzungsordner öffnen …</translation>
    </message>
    <message>
      <source>Simulated people</source>
      <translation>Simulierte Personen</translation>
    </message>
    <message>
      <source>Recent sources</source>
      <translation>Zuletzt benutzte Quellen</translation>
    </message>
    <message>
      <source>Choose weights …</source>
      <translation>Gewichte wählen …</translation>
    </message>
    <message>
      <source>Recent weights</source>
      <translation>Zuletzt benutzte Gewichte</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>Beenden</translation>
    </message>
    <message>
      <source>&amp;View</source>
      <translation>A&amp;nsicht</translation>
    </message>
    <message>
      <source>Full-screen demo mode</source>
      <translation>Vorführung im Vollbild</translation>
    </message>
    <message>
      <source>Leave demo mode, segment or freeze</source>
      <translation>Vorführung, Abschnitt, Anhalten verlassen</translation>
    </message>
    <message>
      <source>Mirror the picture</source>
      <translation>Bild spiegeln</translation>
    </message>
    <message>
      <source>Boxes the student sees</source>
      <translation>Kästen, die der Schüler sieht</translation>
    </message>
    <message>
      <source>Larger</source>
      <translation>Größer</translation>
    </message>
    <message>
      <source>Smaller</source>
      <translation>Kleiner</translation>
    </message>
    <message>
      <source>Fit</source>
      <translation>Einpassen</translation>
    </message>
    <message>
      <source>Focus: automatic</source>
      <translation>Fokus: automatisch</translation>
    </message>
    <message>
      <source>Focus: person {number}</source>
      <translation>Fokus: Person {number}</translation>
    </message>
    <message>
      <source>Theme</source>
      <translation>Farben</translation>
    </message>
    <message>
      <source>Language</source>
      <translation>Sprache</translation>
    </message>
    <message>
      <source>&amp;Moment</source>
      <translation>&amp;Moment</translation>
    </message>
    <message>
      <source>&amp;Play</source>
      <translation>A&amp;bspielen</translation>
    </message>
    <message>
      <source>Play or pause; freeze, when live</source>
      <translation>Abspielen oder Pause; live: anhalten</translation>
    </message>
    <message>
      <source>One frame back</source>
      <translation>Ein Bild zurück</translation>
    </message>
    <message>
      <source>1 s back</source>
      <translation>1 s zurück</translation>
    </message>
    <message>
      <source>The loop begins here</source>
      <translation>Schleife beginnt hier</translation>
    </message>
    <message>
      <source>The loop ends here</source>
      <translation>Schleife endet hier</translation>
    </message>
    <message>
      <source>No loop</source>
      <translation>Keine Schleife</translation>
    </message>
    <message>
      <source>Begin or end a segment</source>
      <translation>Abschnitt beginnen oder beenden</translation>
    </message>
    <message>
      <source>Remove the annotation</source>
      <translation>Annotation entfernen</translation>
    </message>
    <message>
      <source>Dark</source>
      <translation>Dunkel</translation>
    </message>
    <message>
      <source>Light</source>
      <translation>Hell</translation>
    </message>
    <message>
      <source>opening {name} …</source>
      <translation>{name} wird geöffnet …</translation>
    </message>
    <message>
      <source>Another source ends this take. It is kept.</source>
      <translation>Eine andere Quelle beendet diesen Take. Er bleibt erhalten.</translation>
    </message>
    <message>
      <source>Finish the take and open</source>
      <translation>Take beenden und öffnen</translation>
    </message>
    <message>
      <source>{name} is in use</source>
      <translation>{name} wird benutzt</translation>
    </message>
    <message>
      <source>loading {name} …</source>
      <translation>{name} wird geladen …</translation>
    </message>
    <message>
      <source>a bug of ours: {error}</source>
      <translation>ein Fehler von uns: {error}</translation>
    </message>
    <message>
      <source>seen by the student, weight</source>
      <translation>vom Schüler gesehen, Gewicht</translation>
    </message>
    <message>
      <source>Play or pause (Space)</source>
      <translation>Abspielen oder Pause (Leertaste)</translation>
    </message>
    <message>
      <source>One frame back (Left; with Shift: 1 s)</source>
      <translation>Ein Bild zurück (Links; mit Umschalt: 1 s)</translation>
    </message>
    <message>
      <source>The loop begins here ( [ )</source>
      <translation>Schleife beginnt hier ( [ )</translation>
    </message>
    <message>
      <source>The loop ends here ( ] )</source>
      <translation>Schleife endet hier ( ] )</translation>
    </message>
    <message>
      <source>No loop (\)</source>
      <translation>Keine Schleife (\)</translation>
    </message>
    <message>
      <source>Speed</source>
      <translation>Geschwindigkeit</translation>
    </message>
    <message>
      <source>TSMF live</source>
      <translation>TSMF live</translation>
    </message>
    <message>
      <source>picture as it is</source>
      <translation>Bild, wie es ist</translation>
    </message>
    <message>
      <source>faces blurred</source>
      <translation>Gesichter unscharf</translation>
    </message>
    <message>
      <source>no picture</source>
      <translation>kein Bild</translation>
    </message>
    <message>
      <source>setup</source>
      <translation>Aufbau</translation>
    </message>
    <message>
      <source>camera</source>
      <translation>Kamera</translation>
    </message>
    <message>
      <source>performer</source>
      <translation>Person</translation>
    </message>
    <message>
      <source>replication</source>
      <translation>Wiederholung</translation>
    </message>
    <message>
      <source>Discard and &amp;redo</source>
      <translation>Verwerfen und &amp;neu</translation>
    </message>
    <message>
      <source>Study &amp;folder …</source>
      <translation>&amp;Ordner der Studie …</translation>
    </message>
    <message>
      <source>a pseudonym, never a name</source>
      <translation>ein Pseudonym, nie ein Name</translation>
    </message>
    <message>
      <source>what they are asked to do</source>
      <translation>was getan werden soll</translation>
    </message>
    <message>
      <source>form and date</source>
      <translation>Formular und Datum</translation>
    </message>
    <message>
      <source>&amp;Subject</source>
      <translation>&amp;Proband</translation>
    </message>
    <message>
      <source>&amp;Action</source>
      <translation>&amp;Handlung</translation>
    </message>
    <message>
      <source>&amp;Privacy</source>
      <translation>Pr&amp;ivatsphäre</translation>
    </message>
    <message>
      <source>C&amp;onsent</source>
      <translation>&amp;Einwilligung</translation>
    </message>
    <message>
      <source>Its files are deleted; the next take gets its number.</source>
      <translation>Die Dateien werden gelöscht; der nächste Take bekommt die Nummer.</translation>
    </message>
    <message>
      <source>Discard the take</source>
      <translation>Take verwerfen</translation>
    </message>
    <message>
      <source>■ Finish the take  (R)</source>
      <translation>■ Take beenden  (R)</translation>
    </message>
    <message>
      <source>● Record  (R)</source>
      <translation>● Aufnehmen  (R)</translation>
    </message>
    <message>
      <source>Where the takes of this study go</source>
      <translation>Wohin die Takes dieser Studie kommen</translation>
    </message>
    <message>
      <source>take {take}: {clock}, {size}</source>
      <translation>Take {take}: {clock}, {size}</translation>
    </message>
    <message>
      <source>frames lost: {count}</source>
      <translation>verlorene Bilder: {count}</translation>
    </message>
    <message>
      <source>{take} is finished: {clock}</source>
      <translation>{take} ist fertig: {clock}</translation>
    </message>
    <message>
      <source>it lacks {lost} of {count} pictures, the machine was too slow</source>
      <translation>es fehlen {lost} von {count} Bildern, der Rechner war zu langsam</translation>
    </message>
    <message>
      <source>free on this disk: {size}</source>
      <translation>frei auf dieser Platte: {size}</translation>
    </message>
    <message>
      <source>{hours} h {minutes} min</source>
      <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
      <source>enough for {time}</source>
      <translation>reicht für {time}</translation>
    </message>
    <message>
      <source>Save picture and charts</source>
      <translation>Bild und Diagramme speichern</translation>
    </message>
    <message>
      <source>Save values</source>
      <translation>Werte speichern</translation>
    </message>
    <message>
      <source>Save video</source>
      <translation>Video speichern</translation>
    </message>
    <message>
      <source>saved {path}</source>
      <translation>gespeichert: {path}</translation>
    </message>
    <message>
      <source>{path} cannot be written: {reason}; choose another place</source>
      <translation>{path} ist nicht beschreibbar: {reason}; bitte anderen Ort wählen</translation>
    </message>
    <message>
      <source>saved {path}, pictures: {n}</source>
      <translation>gespeichert: {path}, Bilder: {n}</translation>
    </message>
    <message>
      <source>nothing yet</source>
      <translation>noch nichts</translation>
    </message>
    <message>
      <source>Recently</source>
      <translation>Zuletzt</translation>
    </message>
    <message>
      <source>after weighting</source>
      <translation>gewichtet</translation>
    </message>
    <message>
      <source>before weighting</source>
      <translation>ungewichtet</translation>
    </message>
    <message>
      <source>{label}: {seconds} s</source>
      <translation>{label}: {seconds} s</translation>
    </message>
    <message>
      <source>nobody yet</source>
      <translation>noch niemand</translation>
    </message>
    <message>
      <source>TSMF live: {source}</source>
      <translation>TSMF live: {source}</translation>
    </message>
    <message>
      <source>Take {take} is being recorded.</source>
      <translation>Take {take} wird gerade aufgenommen.</translation>
    </message>
    <message>
      <source>Closing ends it. It is kept.</source>
      <translation>Schließen beendet ihn. Er bleibt erhalten.</translation>
    </message>
    <message>
      <source>Finish the take and close</source>
      <translation>Take beenden und schließen</translation>
    </message>
    <message>
      <source>{path} was not saved: it was cancelled</source>
      <translation>{path} wurde nicht gespeichert: abgebrochen</translation>
    </message>
    <message>
      <source>Close when it is saved</source>
      <translation>Schließen, sobald es gespeichert ist</translation>
    </message>
    <message>
      <source>A video is being saved.</source>
      <translation>Ein Video wird gerade gespeichert.</translation>
    </message>
    <message>
      <source>Closing now removes what there is of it.</source>
      <translation>Jetzt schließen entfernt, was davon schon da ist.</translation>
    </message>
    <message>
      <source>Close without the video</source>
      <translation>Ohne das Video schließen</translation>
    </message>
    <message>
      <source>sensor</source>
      <translation>Sensor</translation>
    </message>
    <message>
      <source>floor plane</source>
      <translation>Bodenebene</translation>
    </message>
    <message>
      <source>people who stand</source>
      <translation>aus Stehenden</translation>
    </message>
    <message>
      <source>unknown</source>
      <translation>unbekannt</translation>
    </message>
    <message>
      <source>tilted {degrees}°</source>
      <translation>{degrees}° geneigt</translation>
    </message>
    <message>
      <source>tilt</source>
      <translation>Neigung</translation>
    </message>
    <message>
      <source>as asked for</source>
      <translation>wie gewünscht</translation>
    </message>
    <message>
      <source>the source is the simulated actor</source>
      <translation>die Quelle ist der simulierte Mensch</translation>
    </message>
    <message>
      <source>the source shows real people</source>
      <translation>die Quelle zeigt wirkliche Menschen</translation>
    </message>
    <message>
      <source>Loading the networks …</source>
      <translation>Die Netze werden geladen …</translation>
    </message>
    <message>
      <source>person {n}: no action</source>
      <translation>Person {n}: keine Handlung</translation>
    </message>
    <message>
      <source>END</source>
      <translation>ENDE</translation>
    </message>
    <message>
      <source>PAUSED</source>
      <translation>PAUSE</translation>
    </message>
    <message>
      <source>SIMULATED</source>
      <translation>SIMULIERT</translation>
    </message>
    <message>
      <source>SIMULATED (a file)</source>
      <translation>SIMULIERT (Datei)</translation>
    </message>
    <message>
      <source>LIVE</source>
      <translation>LIVE</translation>
    </message>
    <message>
      <source>NOT LIVE</source>
      <translation>NICHT LIVE</translation>
    </message>
    <message>
      <source>RECORDING (a file)</source>
      <translation>AUFZEICHNUNG (Datei)</translation>
    </message>
    <message>
      <source>The recording is held at this moment; Space plays on.</source>
      <translation>Die Aufzeichnung hält an dieser Stelle; die Leertaste spielt weiter.</translation>
    </message>
    <message>
      <source>The recording is over; Space plays it again.</source>
      <translation>Die Aufzeichnung ist zu Ende; die Leertaste spielt sie noch einmal.</translation>
    </message>
    <message>
      <source>bow</source>
      <translation>sich verbeugen</translation>
    </message>
    <message>
      <source>check time (from watch)</source>
      <translation>auf die Uhr sehen</translation>
    </message>
    <message>
      <source>cheer up</source>
      <translation>jubeln</translation>
    </message>
    <message>
      <source>chest pain</source>
      <translation>Brustschmerz</translation>
    </message>
    <message>
      <source>clapping</source>
      <translation>klatschen</translation>
    </message>
    <message>
      <source>cough</source>
      <translation>husten</translation>
    </message>
    <message>
      <source>drink water</source>
      <translation>trinken</translation>
    </message>
    <message>
      <source>eat meal</source>
      <translation>essen</translation>
    </message>
    <message>
      <source>falling</source>
      <translation>stürzen</translation>
    </message>
    <message>
      <source>hand waving</source>
      <translation>winken</translation>
    </message>
    <message>
      <source>headache</source>
      <translation>Kopfschmerz</translation>
    </message>
    <message>
      <source>idle</source>
      <translation>nichts davon</translation>
    </message>
    <message>
      <source>jump</source>
      <translation>springen</translation>
    </message>
    <message>
      <source>kick</source>
      <translation>treten</translation>
    </message>
    <message>
      <source>lie down</source>
      <translation>sich hinlegen</translation>
    </message>
    <message>
      <source>phone call</source>
      <translation>telefonieren</translation>
    </message>
    <message>
      <source>pick up</source>
      <translation>aufheben</translation>
    </message>
    <message>
      <source>playing with phone</source>
      <translation>am Handy spielen</translation>
    </message>
    <message>
      <source>punch</source>
      <translation>schlagen</translation>
    </message>
    <message>
      <source>put on jacket</source>
      <translation>Jacke anziehen</translation>
    </message>
    <message>
      <source>reading</source>
      <translation>lesen</translation>
    </message>
    <message>
      <source>running</source>
      <translation>rennen</translation>
    </message>
    <message>
      <source>sit down</source>
      <translation>sich setzen</translation>
    </message>
    <message>
      <source>sneeze/cough</source>
      <translation>niesen/husten</translation>
    </message>
    <message>
      <source>squat</source>
      <translation>in die Hocke gehen</translation>
    </message>
    <message>
      <source>staggering</source>
      <translation>taumeln</translation>
    </message>
    <message>
      <source>stand up</source>
      <translation>aufstehen</translation>
    </message>
    <message>
      <source>take off jacket</source>
      <translation>Jacke ausziehen</translation>
    </message>
    <message>
      <source>throw</source>
      <translation>werfen</translation>
    </message>
    <message>
      <source>typing</source>
      <translation>tippen</translation>
    </message>
    <message>
      <source>vomiting</source>
      <translation>sich übergeben</translation>
    </message>
    <message>
      <source>walking</source>
      <translation>gehen</translation>
    </message>
    <message>
      <source>wear a shoe</source>
      <translation>Schuh anziehen</translation>
    </message>
    <message>
      <source>writing</source>
      <translation>schreiben</translation>
    </message>
    <message>
      <source>These weights know only simulated people: what they say of real ones is guesswork (others: Ctrl+L)</source>
      <translation>Diese Gewichte kennen nur simulierte Menschen: Was sie über echte sagen, ist geraten (andere: Strg+L)</translation>
    </message>
    <message>
      <source>The picture is there; who does what is said soon.</source>
      <translation>Das Bild ist da; wer was tut, wird gleich gesagt.</translation>
    </message>
    <message>
      <source>demo.safetensors knows simulated people only, people.safetensors real ones.</source>
      <translation>demo.safetensors kennt nur simulierte Menschen, people.safetensors echte.</translation>
    </message>
    <message>
      <source>Open a video …</source>
      <translation>Ein Video öffnen …</translation>
    </message>
    <message>
      <source>Watch a camera</source>
      <translation>Eine Kamera ansehen</translation>
    </message>
    <message>
      <source>Camera {number}</source>
      <translation>Kamera {number}</translation>
    </message>
    <message>
      <source>Choose the pose model …</source>
      <translation>Das Posenmodell wählen …</translation>
    </message>
    <message>
      <source>Choose the pose model</source>
      <translation>Das Posenmodell wählen</translation>
    </message>
    <message>
      <source>Pose models of MediaPipe</source>
      <translation>Posenmodelle von MediaPipe</translation>
    </message>
    <message>
      <source>Videos</source>
      <translation>Videos</translation>
    </message>
    <message>
      <source>Open a video of any camera</source>
      <translation>Ein Video einer beliebigen Kamera öffnen</translation>
    </message>
    <message>
      <source>{name} is used for cameras and videos</source>
      <translation>{name} wird für Kameras und Videos verwendet</translation>
    </message>
    <message>
      <source>estimator</source>
      <translation>Schätzer</translation>
    </message>
    <message>
      <source>MediaPipe Pose finds the people on the pictures of a camera or a video, which have no skeletons.</source>
      <translation>MediaPipe Pose findet die Menschen auf den Bildern einer Kamera oder eines Videos, zu denen es keine Skelette gibt.</translation>
    </message>
    <message>
      <source>Lost: pictures nobody was looked for on. Below 10 Hz: use the lite model, or a faster PC.</source>
      <translation>Verloren: Bilder, auf denen niemand gesucht wurde. Unter 10 Hz: das Modell „lite“ oder einen schnelleren PC verwenden.</translation>
    </message>
    <message>
      <source>1 s forward</source>
      <translation>1 s vor</translation>
    </message>
    <message>
      <source>One frame forward</source>
      <translation>Ein Bild vor</translation>
    </message>
    <message>
      <source>Accept the predicted event</source>
      <translation>Das vorhergesagte Ereignis annehmen</translation>
    </message>
    <message>
      <source>Undo the last change</source>
      <translation>Die letzte Änderung rückgängig machen</translation>
    </message>
    <message>
      <source>Back to now</source>
      <translation>Zurück zu jetzt</translation>
    </message>
    <message>
      <source>Choose a label with 1 to 9, or type one; then end the segment with A.</source>
      <translation>Bezeichnung mit 1 bis 9 wählen oder eingeben; dann den Abschnitt mit A beenden.</translation>
    </message>
    <message>
      <source>overlaps {label} from {start} to {end} s; change or remove that one first</source>
      <translation>überschneidet sich mit {label} von {start} bis {end} s; zuerst jenen Abschnitt ändern oder entfernen</translation>
    </message>
    <message>
      <source>Accept the predicted event here (E)</source>
      <translation>Das hier vorhergesagte Ereignis annehmen (E)</translation>
    </message>
    <message>
      <source>Undo the last change (Ctrl+Z)</source>
      <translation>Die letzte Änderung rückgängig machen (Strg+Z)</translation>
    </message>
    <message>
      <source>A segment of the person in focus, else of everybody, begins or ends here (A)</source>
      <translation>Hier beginnt oder endet ein Abschnitt der Person im Fokus, sonst aller (A)</translation>
    </message>
    <message>
      <source>One frame forward (Right; with Shift: 1 s)</source>
      <translation>Ein Bild vor (Rechts; mit Umschalt: 1 s)</translation>
    </message>
    <message>
      <source>“{action}” is no action that the weights know; it is recorded as typed</source>
      <translation>„{action}“ ist keine Handlung, die die Gewichte kennen; sie wird wie eingegeben aufgenommen</translation>
    </message>
    <message>
      <source>Teacher · skeleton</source>
      <translation>Lehrer · Skelett</translation>
    </message>
    <message>
      <source>Student · picture</source>
      <translation>Schüler · Bild</translation>
    </message>
    <message>
      <source>all people</source>
      <translation>alle</translation>
    </message>
    <message>
      <source>Probability: {whose}</source>
      <translation>Wahrscheinlichkeit: {whose}</translation>
    </message>
    <message>
      <source>not used now</source>
      <translation>jetzt nicht benutzt</translation>
    </message>
    <message>
      <source>student: looked {age} s ago</source>
      <translation>Schüler: sah vor {age} s hin</translation>
    </message>
    <message>
      <source>at</source>
      <translation>bei</translation>
    </message>
    <message>
      <source>action</source>
      <translation>Handlung</translation>
    </message>
    <message>
      <source>peak</source>
      <translation>höchstens</translation>
    </message>
    <message>
      <source>who</source>
      <translation>wer</translation>
    </message>
    <message>
      <source>The highest probability while it lasted</source>
      <translation>Die höchste Wahrscheinlichkeit, solange es dauerte</translation>
    </message>
    <message>
      <source>as a pair</source>
      <translation>zu zweit</translation>
    </message>
    <message>
      <source>{label}: {seconds} s, from {at}, {whose}</source>
      <translation>{label}: {seconds} s, ab {at}, {whose}</translation>
    </message>
    <message>
      <source>{joint}, {ago} (at {time}): {value}</source>
      <translation>{joint}, {ago} (bei {time}): {value}</translation>
    </message>
    <message>
      <source>the student is not used now</source>
      <translation>der Schüler wird jetzt nicht benutzt</translation>
    </message>
    <message>
      <source>the student was not used</source>
      <translation>der Schüler wurde nicht benutzt</translation>
    </message>
    <message>
      <source>these weights look at the skeleton alone</source>
      <translation>diese Gewichte sehen nur das Skelett</translation>
    </message>
    <message>
      <source>skeleton alone: no picture of the person in focus</source>
      <translation>nur Skelett: kein Bild der Person im Fokus</translation>
    </message>
    <message>
      <source>too little of the people was seen</source>
      <translation>von den Personen war zu wenig zu sehen</translation>
    </message>
    <message>
      <source>{n} · too little to be seen</source>
      <translation>{n} · zu wenig zu sehen</translation>
    </message>
    <message>
      <source>too little to be seen</source>
      <translation>zu wenig zu sehen</translation>
    </message>
    <message>
      <source>Less than half of somebody was seen in the last seconds, so no action is named.</source>
      <translation>Von jemandem war in den letzten Sekunden weniger als die Hälfte zu sehen, darum wird keine Handlung genannt.</translation>
    </message>
    <message>
      <source>{share} seen</source>
      <translation>{share} gesehen</translation>
    </message>
    <message>
      <source>How much of the last seconds it saw of whoever it sees worst. How far it is tilted, and how that is known: the networks get joints turned upright.</source>
      <translation>Wie viel er in den letzten Sekunden von der Person sah, die er am schlechtesten sieht. Wie weit er geneigt ist und woher das bekannt ist: die Netze bekommen aufgerichtete Gelenke.</translation>
    </message>
    <message>
      <source>Below 50%: step back, clear the view, put on a light. Tilt unknown: somebody should stand or walk for a second. Above 30 degrees: mount it less steep.</source>
      <translation>Unter 50 %: weiter weg gehen, die Sicht freimachen, Licht machen. Neigung unbekannt: jemand sollte eine Sekunde stehen oder gehen. Über 30 Grad: weniger steil anbringen.</translation>
    </message>
    <message>
      <source>skeleton alone so far: the student is at work</source>
      <translation>bisher nur Skelett: der Schüler rechnet noch</translation>
    </message>
    <message>
      <source>Open the Kinect</source>
      <translation>Die Kinect öffnen</translation>
    </message>
    <message>
      <source>One person</source>
      <translation>Eine Person</translation>
    </message>
    <message>
      <source>Two people</source>
      <translation>Zwei Personen</translation>
    </message>
    <message>
      <source>Six people</source>
      <translation>Sechs Personen</translation>
    </message>
    <message>
      <source>Open the bundled sample</source>
      <translation>Die mitgelieferte Probe öffnen</translation>
    </message>
    <message>
      <source>not recording</source>
      <translation>keine Aufnahme läuft</translation>
    </message>
    <message>
      <source>Discard {take} ({clock})?</source>
      <translation>{take} ({clock}) verwerfen?</translation>
    </message>
    <message>
      <source>Below 5 Hz: close other programs, use a GPU or a faster PC. Recording does not suffer.</source>
      <translation>Unter 5 Hz: andere Programme schließen, eine GPU oder einen schnelleren PC nehmen. Die Aufnahme leidet nicht.</translation>
    </message>
    <message>
      <source>{queue} waiting · {dropped} lost so far</source>
      <translation>{queue} warten · {dropped} verloren</translation>
    </message>
    <message>
      <source>hidden from the sensor, estimated</source>
      <translation>dem Sensor verborgen, geschätzt</translation>
    </message>
    <message>
      <source>fusion</source>
      <translation>Fusion</translation>
    </message>
    <message>
      <source>58 s of a simulated person, recorded; nothing else is needed.</source>
      <translation>58 s einer simulierten Person, aufgenommen; sonst wird nichts gebraucht.</translation>
    </message>
    <message>
      <source>A camera</source>
      <translation>Eine Kamera</translation>
    </message>
    <message>
      <source>A recorded session, NTU RGB+D or PKU-MMD.</source>
      <translation>Eine aufgenommene Sitzung, NTU RGB+D oder PKU-MMD.</translation>
    </message>
    <message>
      <source>A recording</source>
      <translation>Eine Aufnahme</translation>
    </message>
    <message>
      <source>A video</source>
      <translation>Ein Video</translation>
    </message>
    <message>
      <source>Another number, other people: their size, clothes and manner</source>
      <translation>Andere Zahl, andere Menschen: Größe, Kleidung und Art</translation>
    </message>
    <message>
      <source>Any webcam; people are estimated from its picture with MediaPipe.</source>
      <translation>Jede Webcam; Menschen werden mit MediaPipe aus dem Bild geschätzt.</translation>
    </message>
    <message>
      <source>In a ward room, without end; with none checked they do everything in turn.</source>
      <translation>In einem Krankenzimmer, ohne Ende; ist nichts angekreuzt, tun sie reihum alles.</translation>
    </message>
    <message>
      <source>Kinect v2</source>
      <translation>Kinect v2</translation>
    </message>
    <message>
      <source>Live</source>
      <translation>Live</translation>
    </message>
    <message>
      <source>Look again</source>
      <translation>Noch einmal prüfen</translation>
    </message>
    <message>
      <source>No Kinect answers: {reason}</source>
      <translation>Keine Kinect antwortet: {reason}</translation>
    </message>
    <message>
      <source>Nothing is watched yet: File, Start page</source>
      <translation>Noch wird nichts beobachtet: Datei, Startseite</translation>
    </message>
    <message>
      <source>Of any camera; people are estimated from its pictures with MediaPipe.</source>
      <translation>Von jeder Kamera; Menschen werden mit MediaPipe aus den Bildern geschätzt.</translation>
    </message>
    <message>
      <source>Open</source>
      <translation>Öffnen</translation>
    </message>
    <message>
      <source>Play the sample</source>
      <translation>Das Beispiel abspielen</translation>
    </message>
    <message>
      <source>Start page</source>
      <translation>Startseite</translation>
    </message>
    <message>
      <source>The sample</source>
      <translation>Das Beispiel</translation>
    </message>
    <message>
      <source>The sensor with true depth: the best there is for this.</source>
      <translation>Der Sensor mit echter Tiefe: der beste hierfür.</translation>
    </message>
    <message>
      <source>This machine</source>
      <translation>Dieser Rechner</translation>
    </message>
    <message>
      <source>This machine has no camera.</source>
      <translation>Dieser Rechner hat keine Kamera.</translation>
    </message>
    <message>
      <source>Try the Kinect again</source>
      <translation>Die Kinect noch einmal versuchen</translation>
    </message>
    <message>
      <source>Watch it</source>
      <translation>Beobachten</translation>
    </message>
    <message>
      <source>Watch them</source>
      <translation>Beobachten</translation>
    </message>
    <message>
      <source>What shall be watched?</source>
      <translation>Was soll beobachtet werden?</translation>
    </message>
    <message>
      <source>bodies</source>
      <translation>Körper</translation>
    </message>
    <message>
      <source>cameras</source>
      <translation>Kameras</translation>
    </message>
    <message>
      <source>colour</source>
      <translation>Farbe</translation>
    </message>
    <message>
      <source>disk</source>
      <translation>Platte</translation>
    </message>
    <message>
      <source>driver</source>
      <translation>Treiber</translation>
    </message>
    <message>
      <source>how many</source>
      <translation>wie viele</translation>
    </message>
    <message>
      <source>looking …</source>
      <translation>wird geprüft …</translation>
    </message>
    <message>
      <source>packages</source>
      <translation>Pakete</translation>
    </message>
    <message>
      <source>recording</source>
      <translation>Aufnahme</translation>
    </message>
    <message>
      <source>weights</source>
      <translation>Gewichte</translation>
    </message>
    <message>
      <source>window</source>
      <translation>Fenster</translation>
    </message>
    <message>
      <source>kicking</source>
      <translation>treten</translation>
    </message>
    <message>
      <source>squatting</source>
      <translation>in die Hocke gehen</translation>
    </message>
    <message>
      <source>Action</source>
      <translation>Aktion</translation>
    </message>
    <message>
      <source>Annotated</source>
      <translation>Annotiert</translation>
    </message>
    <message>
      <source>Blur faces</source>
      <translation>Gesichter verwischen</translation>
    </message>
    <message>
      <source>Blur faces …</source>
      <translation>Gesichter verwischen …</translation>
    </message>
    <message>
      <source>Blur the faces in {takes}?</source>
      <translation>Gesichter in {takes} verwischen?</translation>
    </message>
    <message>
      <source>Browse the study</source>
      <translation>Studie durchsehen</translation>
    </message>
    <message>
      <source>Choose the folder</source>
      <translation>Ordner wählen</translation>
    </message>
    <message>
      <source>Classes</source>
      <translation>Klassen</translation>
    </message>
    <message>
      <source>DAMAGED</source>
      <translation>BESCHÄDIGT</translation>
    </message>
    <message>
      <source>Delete</source>
      <translation>Löschen</translation>
    </message>
    <message>
      <source>Delete the originals</source>
      <translation>Originale löschen</translation>
    </message>
    <message>
      <source>Delete them</source>
      <translation>Löschen</translation>
    </message>
    <message>
      <source>Delete {takes} for good?</source>
      <translation>{takes} endgültig löschen?</translation>
    </message>
    <message>
      <source>Delete …</source>
      <translation>Löschen …</translation>
    </message>
    <message>
      <source>ELAN documents of the annotations</source>
      <translation>ELAN-Dokumente der Annotationen</translation>
    </message>
    <message>
      <source>Export</source>
      <translation>Exportieren</translation>
    </message>
    <message>
      <source>Export {takes}</source>
      <translation>{takes} exportieren</translation>
    </message>
    <message>
      <source>Export …</source>
      <translation>Exportieren …</translation>
    </message>
    <message>
      <source>Format</source>
      <translation>Format</translation>
    </message>
    <message>
      <source>Into the folder</source>
      <translation>In den Ordner</translation>
    </message>
    <message>
      <source>Keep the originals beside them</source>
      <translation>Originale daneben behalten</translation>
    </message>
    <message>
      <source>Length</source>
      <translation>Länge</translation>
    </message>
    <message>
      <source>NTU RGB+D samples</source>
      <translation>NTU-RGB+D-Proben</translation>
    </message>
    <message>
      <source>Of the take that is played, while a part of it is looped</source>
      <translation>Von dem Take, der gespielt wird, solange ein Teil davon wiederholt wird</translation>
    </message>
    <message>
      <source>Only people whom the sensor tracked are blurred; clothes and gait still tell who somebody is.</source>
      <translation>Nur Menschen, die der Sensor verfolgt hat, werden verwischt; Kleidung und Gang verraten weiterhin, wer jemand ist.</translation>
    </message>
    <message>
      <source>Open a study …</source>
      <translation>Studie öffnen …</translation>
    </message>
    <message>
      <source>Open the folder of a study</source>
      <translation>Ordner einer Studie öffnen</translation>
    </message>
    <message>
      <source>PKU-MMD recordings</source>
      <translation>PKU-MMD-Aufnahmen</translation>
    </message>
    <message>
      <source>Pictures lost</source>
      <translation>Bilder verloren</translation>
    </message>
    <message>
      <source>Play</source>
      <translation>Abspielen</translation>
    </message>
    <message>
      <source>Repair</source>
      <translation>Reparieren</translation>
    </message>
    <message>
      <source>Study</source>
      <translation>Studie</translation>
    </message>
    <message>
      <source>Subject</source>
      <translation>Proband</translation>
    </message>
    <message>
      <source>Take</source>
      <translation>Take</translation>
    </message>
    <message>
      <source>Verified</source>
      <translation>Geprüft</translation>
    </message>
    <message>
      <source>Verify</source>
      <translation>Prüfen</translation>
    </message>
    <message>
      <source>a sample for each annotation</source>
      <translation>eine Probe für jede Annotation</translation>
    </message>
    <message>
      <source>cannot be read</source>
      <translation>nicht lesbar</translation>
    </message>
    <message>
      <source>incomplete</source>
      <translation>unvollständig</translation>
    </message>
    <message>
      <source>one annotation pickle (pyskl, mmaction2)</source>
      <translation>ein Annotations-Pickle (pyskl, mmaction2)</translation>
    </message>
    <message>
      <source>only the looped part</source>
      <translation>nur der wiederholte Teil</translation>
    </message>
    <message>
      <source>whole</source>
      <translation>vollständig</translation>
    </message>
    <message>
      <source>{act}: cancelled; what was finished stays</source>
      <translation>{act}: abgebrochen; was fertig war, bleibt</translation>
    </message>
    <message>
      <source>{act}: done</source>
      <translation>{act}: fertig</translation>
    </message>
    <message>
      <source>{act}: there is something to see to, see below</source>
      <translation>{act}: es gibt etwas zu tun, siehe unten</translation>
    </message>
    <message>
      <source>{count} takes</source>
      <translation>{count} Takes</translation>
    </message>
    <message>
      <source>{lost} of {count}</source>
      <translation>{lost} von {count}</translation>
    </message>
    <message>
      <source>{take} is still being recorded: finish it first</source>
      <translation>{take} wird noch aufgenommen: erst beenden</translation>
    </message>
    <message>
      <source>those of the takes (classes.txt)</source>
      <translation>die der Takes (classes.txt)</translation>
    </message>
    <message>
      <source>Picture and charts on white: PNG, PDF or SVG</source>
      <translation>Bild und Diagramme auf Weiß: PNG, PDF oder SVG</translation>
    </message>
    <message>
      <source>Scores, attention, joints of everybody: of this moment, or from A to B</source>
      <translation>Werte, Beachtung und Gelenke aller Personen, von diesem Zeitpunkt oder von A bis B</translation>
    </message>
    <message>
      <source>All annotations as a list</source>
      <translation>Alle Annotationen als Liste</translation>
    </message>
    <message>
      <source>Of the annotation that is chosen, else of the next; 1 to 9 choose one used lately</source>
      <translation>Das Label der gewählten Annotation, sonst der nächsten; 1 bis 9 wählen ein kürzlich benutztes</translation>
    </message>
    <message>
      <source>There is no further annotation.</source>
      <translation>Es gibt keine weitere Annotation.</translation>
    </message>
    <message>
      <source>Delete: remove · Esc: leave it · label: {names}</source>
      <translation>Entf: entfernen · Esc: loslassen · Bezeichnung: {names}</translation>
    </message>
    <message>
      <source>Annotations</source>
      <translation>Annotationen</translation>
    </message>
    <message>
      <source>from, s</source>
      <translation>von, s</translation>
    </message>
    <message>
      <source>to, s</source>
      <translation>bis, s</translation>
    </message>
    <message>
      <source>expected seconds, got {text}</source>
      <translation>Sekunden erwartet, {text} erhalten</translation>
    </message>
    <message>
      <source>predicted and annotated alike</source>
      <translation>ebenso vorhergesagt wie annotiert</translation>
    </message>
    <message>
      <source>not predicted and annotated alike</source>
      <translation>nicht ebenso vorhergesagt wie annotiert</translation>
    </message>
    <message>
      <source>Next annotation</source>
      <translation>Nächste Annotation</translation>
    </message>
    <message>
      <source>Previous annotation</source>
      <translation>Vorige Annotation</translation>
    </message>
    <message>
      <source>all</source>
      <translation>alle</translation>
    </message>
    <message>
      <source>person</source>
      <translation>Person</translation>
    </message>
    <message>
      <source>Follow the person in focus, or everybody</source>
      <translation>Der Person im Fokus folgen, oder allen</translation>
    </message>
    <message>
      <source>A line for each subject: a pseudonym, then what to record how often.</source>
      <translation>Eine Zeile für jeden Probanden: ein Pseudonym, dann was wie oft aufzunehmen ist.</translation>
    </message>
    <message>
      <source>A take lasts</source>
      <translation>Ein Take dauert</translation>
    </message>
    <message>
      <source>Agreed, go on</source>
      <translation>Einverstanden, weiter</translation>
    </message>
    <message>
      <source>Consent of {subject}</source>
      <translation>Einwilligung von {subject}</translation>
    </message>
    <message>
      <source>Countdown</source>
      <translation>Countdown</translation>
    </message>
    <message>
      <source>Done</source>
      <translation>Fertig</translation>
    </message>
    <message>
      <source>Has {subject} agreed to be recorded?</source>
      <translation>Hat {subject} in die Aufnahme eingewilligt?</translation>
    </message>
    <message>
      <source>Hold</source>
      <translation>Anhalten</translation>
    </message>
    <message>
      <source>It is written into each of their takes and kept nowhere else.</source>
      <translation>Das steht dann in jedem Take dieser Person und sonst nirgends.</translation>
    </message>
    <message>
      <source>No list yet: open a CSV (subject, action, takes, seconds, pause), or type one.</source>
      <translation>Noch keine Liste: eine CSV öffnen (subject, action, takes, seconds, pause) oder eine eintippen.</translation>
    </message>
    <message>
      <source>Not agreed: leave out</source>
      <translation>Nicht einverstanden: auslassen</translation>
    </message>
    <message>
      <source>Open a list of takes</source>
      <translation>Eine Liste von Takes öffnen</translation>
    </message>
    <message>
      <source>Open a list …</source>
      <translation>Liste öffnen …</translation>
    </message>
    <message>
      <source>Pause</source>
      <translation>Pause</translation>
    </message>
    <message>
      <source>Protocol</source>
      <translation>Protokoll</translation>
    </message>
    <message>
      <source>Record the list</source>
      <translation>Die Liste aufnehmen</translation>
    </message>
    <message>
      <source>Single takes</source>
      <translation>Einzelne Takes</translation>
    </message>
    <message>
      <source>The list is done.</source>
      <translation>Die Liste ist fertig.</translation>
    </message>
    <message>
      <source>The source has ended; the protocol holds.</source>
      <translation>Die Quelle ist zu Ende; das Protokoll hält an.</translation>
    </message>
    <message>
      <source>The take was discarded; the protocol holds.</source>
      <translation>Der Take wurde verworfen; das Protokoll hält an.</translation>
    </message>
    <message>
      <source>Type a list …</source>
      <translation>Liste eintippen …</translation>
    </message>
    <message>
      <source>Use this list</source>
      <translation>Diese Liste verwenden</translation>
    </message>
    <message>
      <source>What is to be recorded</source>
      <translation>Was aufzunehmen ist</translation>
    </message>
    <message>
      <source>Who agreed is recorded; others were left out.</source>
      <translation>Wer eingewilligt hat, ist aufgenommen; andere wurden ausgelassen.</translation>
    </message>
    <message>
      <source>counts down</source>
      <translation>zählt herunter</translation>
    </message>
    <message>
      <source>ends the take</source>
      <translation>beendet den Take</translation>
    </message>
    <message>
      <source>holds</source>
      <translation>angehalten</translation>
    </message>
    <message>
      <source>pauses</source>
      <translation>pausiert</translation>
    </message>
    <message>
      <source>records</source>
      <translation>nimmt auf</translation>
    </message>
    <message>
      <source>the list</source>
      <translation>die Liste</translation>
    </message>
    <message>
      <source>waits for consent</source>
      <translation>wartet auf die Einwilligung</translation>
    </message>
    <message>
      <source>with tones</source>
      <translation>mit Tönen</translation>
    </message>
    <message>
      <source>{done} of {total} takes</source>
      <translation>{done} von {total} Takes</translation>
    </message>
    <message>
      <source>Whole recording</source>
      <translation>Ganze Aufnahme</translation>
    </message>
    <message>
      <source>Mean attention per action</source>
      <translation>Mittlere Beachtung je Handlung</translation>
    </message>
    <message>
      <source>Whose attention is shown</source>
      <translation>Wessen Beachtung gezeigt wird</translation>
    </message>
    <message>
      <source>not inspected yet</source>
      <translation>noch nicht untersucht</translation>
    </message>
    <message>
      <source>Inspect again</source>
      <translation>Neu untersuchen</translation>
    </message>
    <message>
      <source>Inspect the recording</source>
      <translation>Aufnahme untersuchen</translation>
    </message>
    <message>
      <source>the command ended with {code}</source>
      <translation>der Befehl endete mit {code}</translation>
    </message>
    <message>
      <source>Only recorded sessions can be inspected as a whole.</source>
      <translation>Nur aufgenommene Sitzungen können als Ganzes untersucht werden.</translation>
    </message>
    <message>
      <source>Attention over the whole recording</source>
      <translation>Beachtung über die ganze Aufnahme</translation>
    </message>
    <message>
      <source>Weights that the recording was inspected with</source>
      <translation>Gewichte, mit denen die Aufnahme untersucht wurde</translation>
    </message>
    <message>
      <source>Other weights, to compare with</source>
      <translation>Andere Gewichte zum Vergleich</translation>
    </message>
    <message>
      <source>nothing beside</source>
      <translation>nichts daneben</translation>
    </message>
    <message>
      <source>beside {name}</source>
      <translation>daneben {name}</translation>
    </message>
    <message>
      <source>weights: {name}</source>
      <translation>Gewichte: {name}</translation>
    </message>
    <message>
      <source>Begin with</source>
      <translation>Beginnen mit</translation>
    </message>
    <message>
      <source>Clips</source>
      <translation>Clips</translation>
    </message>
    <message>
      <source>Epochs</source>
      <translation>Epochen</translation>
    </message>
    <message>
      <source>Go on with the last run</source>
      <translation>Den letzten Lauf fortsetzen</translation>
    </message>
    <message>
      <source>Held out</source>
      <translation>Zurückgehalten</translation>
    </message>
    <message>
      <source>It takes labelled takes of at least two subjects: one learns nothing and is looked at.</source>
      <translation>Nötig sind Takes mit Bezeichnung von mindestens zwei Probanden: einer trainiert nicht, an ihm wird geprüft.</translation>
    </message>
    <message>
      <source>Labels</source>
      <translation>Bezeichnungen</translation>
    </message>
    <message>
      <source>Open the whole report</source>
      <translation>Ganzen Bericht öffnen</translation>
    </message>
    <message>
      <source>Record what is done while nothing happens as well, as the action “{idle}”.</source>
      <translation>Auch aufnehmen, was getan wird, wenn nichts geschieht: als Aktion „{idle}“.</translation>
    </message>
    <message>
      <source>Right</source>
      <translation>Richtig</translation>
    </message>
    <message>
      <source>Teach</source>
      <translation>Lehren</translation>
    </message>
    <message>
      <source>Teaching was cancelled; what there is stays, and it can go on.</source>
      <translation>Das Lehren wurde abgebrochen; was da ist, bleibt, und es kann weitergehen.</translation>
    </message>
    <message>
      <source>The new weights are ready.</source>
      <translation>Die neuen Gewichte sind fertig.</translation>
    </message>
    <message>
      <source>Use the new weights now</source>
      <translation>Neue Gewichte jetzt benutzen</translation>
    </message>
    <message>
      <source>What is taught</source>
      <translation>Was gelehrt wird</translation>
    </message>
    <message>
      <source>What it learns</source>
      <translation>Was es lernt</translation>
    </message>
    <message>
      <source>What the new weights say of the person held out stands here.</source>
      <translation>Hier steht dann, was die neuen Gewichte von der zurückgehaltenen Person sagen.</translation>
    </message>
    <message>
      <source>epoch</source>
      <translation>Epoche</translation>
    </message>
    <message>
      <source>loss</source>
      <translation>Verlust</translation>
    </message>
    <message>
      <source>picture network</source>
      <translation>Bildnetz</translation>
    </message>
    <message>
      <source>pictures</source>
      <translation>Bilder</translation>
    </message>
    <message>
      <source>right</source>
      <translation>richtig</translation>
    </message>
    <message>
      <source>skeleton network</source>
      <translation>Skelettnetz</translation>
    </message>
    <message>
      <source>skeletons</source>
      <translation>Skelette</translation>
    </message>
    <message>
      <source>the person held out is looked at</source>
      <translation>die zurückgehaltene Person wird geprüft</translation>
    </message>
    <message>
      <source>the picture network learns</source>
      <translation>das Bildnetz lernt</translation>
    </message>
    <message>
      <source>the pictures are learned from, too</source>
      <translation>auch aus den Bildern wird gelernt</translation>
    </message>
    <message>
      <source>the skeleton network learns</source>
      <translation>das Skelettnetz lernt</translation>
    </message>
    <message>
      <source>the takes are made into samples</source>
      <translation>die Takes werden zu Proben</translation>
    </message>
    <message>
      <source>the whole network learns, not its last layer alone</source>
      <translation>das ganze Netz lernt, nicht nur die letzte Schicht</translation>
    </message>
    <message>
      <source>weights of real people</source>
      <translation>Gewichten echter Menschen</translation>
    </message>
    <message>
      <source>weights of simulated people</source>
      <translation>Gewichten simulierter Menschen</translation>
    </message>
    <message>
      <source>{name}: epoch {n}, {share} of its own samples right</source>
      <translation>{name}: Epoche {n}, {share} der eigenen Proben richtig</translation>
    </message>
    <message>
      <source>{share} of those held out to choose by</source>
      <translation>{share} der zur Auswahl zurückgehaltenen</translation>
    </message>
    <message>
      <source>{subject} is not among the samples: {error}</source>
      <translation>{subject} ist nicht unter den Proben: {error}</translation>
    </message>
    <message>
      <source>{subject}, who was held out: {share} right, clips: {count}</source>
      <translation>{subject}, zurückgehalten: {share} richtig, Clips: {count}</translation>
    </message>
    <message>
      <source>{stage}: {n} lost</source>
      <translation>{stage}: {n} verloren</translation>
    </message>
    <message>
      <source>only {rate} predictions a second</source>
      <translation>nur {rate} Vorhersagen je Sekunde</translation>
    </message>
    <message>
      <source>only {rate} pictures a second</source>
      <translation>nur {rate} Bilder je Sekunde</translation>
    </message>
    <message>
      <source>predictions are {late} late</source>
      <translation>Vorhersagen kommen {late} zu spät</translation>
    </message>
    <message>
      <source>How each stage does (H)</source>
      <translation>Wie es jeder Stufe geht (H)</translation>
    </message>
    <message>
      <source>all runs well</source>
      <translation>alles läuft gut</translation>
    </message>
    <message>
      <source>How each stage does</source>
      <translation>Wie es jeder Stufe geht</translation>
    </message>
    <message>
      <source>data set</source>
      <translation>Datensatz</translation>
    </message>
    <message>
      <source>Close</source>
      <translation>Schließen</translation>
    </message>
    <message>
      <source>Closing ends it; what is finished stays.</source>
      <translation>Schließen beendet es; was fertig ist, bleibt.</translation>
    </message>
    <message>
      <source>{act} is under way.</source>
      <translation>{act}: noch nicht fertig.</translation>
    </message>
    <message>
      <source>{version}, {bits} bits</source>
      <translation>{version}, {bits} Bit</translation>
    </message>
    <message>
      <source>install Python 3.10 to 3.13 for 64 bits</source>
      <translation>Python 3.10 bis 3.13 für 64 Bit installieren</translation>
    </message>
    <message>
      <source>this is {system}</source>
      <translation>das hier ist {system}</translation>
    </message>
    <message>
      <source>the Kinect v2 needs Windows 8.1 or later, the Kinect for Windows SDK 2.0, pykinect2 and comtypes</source>
      <translation>die Kinect v2 braucht Windows 8.1 oder neuer, das Kinect for Windows SDK 2.0, pykinect2 und comtypes</translation>
    </message>
    <message>
      <source>no Kinect v2 at any port</source>
      <translation>an keinem Anschluss eine Kinect v2</translation>
    </message>
    <message>
      <source>check the power supply, the USB 3 port and the lamp at its front; Windows 10 1809 and later need driver 2.2.1811</source>
      <translation>Netzteil, USB-3-Anschluss und die Lampe an der Vorderseite prüfen; Windows 10 1809 und neuer braucht Treiber 2.2.1811</translation>
    </message>
    <message>
      <source>this system does not tell what is plugged in</source>
      <translation>dieses System sagt nicht, was angesteckt ist</translation>
    </message>
    <message>
      <source>Kinect v2 sensor, {speed} Mbit/s</source>
      <translation>Kinect v2, Sensor, {speed} Mbit/s</translation>
    </message>
    <message>
      <source>Kinect v2 hub, {speed} Mbit/s</source>
      <translation>Kinect v2, Hub, {speed} Mbit/s</translation>
    </message>
    <message>
      <source>plug it into a USB 3 port</source>
      <translation>an einen USB-3-Anschluss stecken</translation>
    </message>
    <message>
      <source>a Kinect v2 is plugged in</source>
      <translation>eine Kinect v2 ist angesteckt</translation>
    </message>
    <message>
      <source>Windows has not set up the sensor that is plugged in</source>
      <translation>Windows hat den angesteckten Sensor nicht eingerichtet</translation>
    </message>
    <message>
      <source>install the Kinect for Windows SDK 2.0; try another USB 3 port</source>
      <translation>das Kinect for Windows SDK 2.0 installieren; einen anderen USB-3-Anschluss versuchen</translation>
    </message>
    <message>
      <source>Kinect v2 sensor {product} (not plugged in now), driver {driver}</source>
      <translation>Kinect-v2-Sensor {product} (jetzt nicht angesteckt), Treiber {driver}</translation>
    </message>
    <message>
      <source>Kinect v2 sensor {product} (has been plugged in), driver {driver}</source>
      <translation>Kinect-v2-Sensor {product} (war angesteckt), Treiber {driver}</translation>
    </message>
    <message>
      <source>Kinect v2 sensor {product}, driver {driver}</source>
      <translation>Kinect-v2-Sensor {product}, Treiber {driver}</translation>
    </message>
    <message>
      <source>missing</source>
      <translation>fehlt</translation>
    </message>
    <message>
      <source>let Windows Update install driver 2.2.1811.10000</source>
      <translation>Windows Update den Treiber 2.2.1811.10000 installieren lassen</translation>
    </message>
    <message>
      <source>not installed</source>
      <translation>nicht installiert</translation>
    </message>
    <message>
      <source>needed for a live Kinect on Windows: {command}</source>
      <translation>für eine Kinect unter Windows nötig: {command}</translation>
    </message>
    <message>
      <source>pykinect2 is incomplete (no PyKinectV2.py)</source>
      <translation>pykinect2 ist unvollständig (ohne PyKinectV2.py)</translation>
    </message>
    <message>
      <source>the installed pykinect2 lays out {name} as {found}, expected {size} bytes with {offsets}</source>
      <translation>das installierte pykinect2 legt {name} als {found} an, erwartet: {size} Byte mit {offsets}</translation>
    </message>
    <message>
      <source>the package {name} is not installed</source>
      <translation>das Paket {name} ist nicht installiert</translation>
    </message>
    <message>
      <source>an outdated comtypes is installed ({error})</source>
      <translation>ein veraltetes comtypes ist installiert ({error})</translation>
    </message>
    <message>
      <source>Kinect20.dll is not there</source>
      <translation>Kinect20.dll ist nicht da</translation>
    </message>
    <message>
      <source>install the Kinect for Windows SDK 2.0 (64-bit Python needs the 64-bit one)</source>
      <translation>das Kinect for Windows SDK 2.0 installieren (Python mit 64 Bit braucht das mit 64 Bit)</translation>
    </message>
    <message>
      <source>comtypes finds no Windows here ({system})</source>
      <translation>comtypes findet hier kein Windows ({system})</translation>
    </message>
    <message>
      <source>pykinect2 does not load ({error})</source>
      <translation>pykinect2 lässt sich nicht laden ({error})</translation>
    </message>
    <message>
      <source>the Kinect service does not answer ({error})</source>
      <translation>der Kinect-Dienst antwortet nicht ({error})</translation>
    </message>
    <message>
      <source>check that the service KinectMonitor runs; after sleep or a driver update restart the PC</source>
      <translation>prüfen, ob der Dienst KinectMonitor läuft; nach Ruhezustand oder neuem Treiber den PC neu starten</translation>
    </message>
    <message>
      <source>the sensor gives pictures but no bodies</source>
      <translation>der Sensor liefert Bilder, aber keine Körper</translation>
    </message>
    <message>
      <source>body tracking needs a DirectX 11 graphics card: update its driver, and try the SDK's Body Basics</source>
      <translation>das Verfolgen von Körpern braucht eine Grafikkarte mit DirectX 11: deren Treiber erneuern und Body Basics aus dem SDK versuchen</translation>
    </message>
    <message>
      <source>the sensor is there but gives no frames</source>
      <translation>der Sensor ist da, liefert aber nichts</translation>
    </message>
    <message>
      <source>unplug it, plug it in, restart the PC</source>
      <translation>abstecken, anstecken, den PC neu starten</translation>
    </message>
    <message>
      <source>no sensor answers</source>
      <translation>kein Sensor antwortet</translation>
    </message>
    <message>
      <source>Kinect20.dll and pykinect2 load</source>
      <translation>Kinect20.dll und pykinect2 lassen sich laden</translation>
    </message>
    <message>
      <source>not tried, see the line above</source>
      <translation>nicht versucht, siehe die Zeile darüber</translation>
    </message>
    <message>
      <source>first frame {seconds} s after opening; says that it is available: {says}</source>
      <translation>das erste Bild {seconds} s nach dem Öffnen; sagt, dass er verfügbar ist: {says}</translation>
    </message>
    <message>
      <source>yes</source>
      <translation>ja</translation>
    </message>
    <message>
      <source>no, as when Kinect Studio plays a recording</source>
      <translation>nein, wie wenn Kinect Studio eine Aufnahme abspielt</translation>
    </message>
    <message>
      <source>it cannot be asked</source>
      <translation>lässt sich nicht fragen</translation>
    </message>
    <message>
      <source>{rate} frames a second, {people} people at most, {missed} frames missed ({gone} were gone before they could be fetched)</source>
      <translation>{rate} Bilder je Sekunde, höchstens {people} Personen, {missed} Bilder verpasst ({gone} waren fort, ehe sie geholt werden konnten)</translation>
    </message>
    <message>
      <source>{rate} frames a second, {people} people at most, {missed} frames missed</source>
      <translation>{rate} Bilder je Sekunde, höchstens {people} Personen, {missed} Bilder verpasst</translation>
    </message>
    <message>
      <source>close other programs that use the sensor or the graphics card; use a USB 3 port of its own</source>
      <translation>andere Programme schließen, die den Sensor oder die Grafikkarte benutzen; einen eigenen USB-3-Anschluss nehmen</translation>
    </message>
    <message>
      <source>a picture with {share} of the frames, {rate} a second; picture minus bodies {offset} ms (median), complete {lag} ms after them, of it {conversion} ms conversion</source>
      <translation>ein Bild bei {share} der Körperdaten, {rate} je Sekunde; Bild minus Körper {offset} ms (Median), fertig {lag} ms danach, davon {conversion} ms Umwandlung</translation>
    </message>
    <message>
      <source>a picture with {share} of the frames</source>
      <translation>ein Bild bei {share} der Körperdaten</translation>
    </message>
    <message>
      <source>restart the PC; update the graphics driver</source>
      <translation>den PC neu starten; den Grafiktreiber erneuern</translation>
    </message>
    <message>
      <source>dim light halves its rate: more light helps</source>
      <translation>schwaches Licht halbiert die Rate: mehr Licht hilft</translation>
    </message>
    <message>
      <source>{what}; cameras: none</source>
      <translation>{what}; Kameras: keine</translation>
    </message>
    <message>
      <source>{what}; cameras: {cameras}</source>
      <translation>{what}; Kameras: {cameras}</translation>
    </message>
    <message>
      <source>a camera or a video needs MediaPipe Pose, which is not installed</source>
      <translation>eine Kamera oder ein Video braucht MediaPipe Pose; das ist nicht installiert</translation>
    </message>
    <message>
      <source>a camera or a video needs a pose model, and none was named</source>
      <translation>eine Kamera oder ein Video braucht ein Posenmodell; es wurde keines genannt</translation>
    </message>
    <message>
      <source>pose model {file}: there is no such file</source>
      <translation>Posenmodell {file}: diese Datei gibt es nicht</translation>
    </message>
    <message>
      <source>pose model {file}: cannot be read ({why})</source>
      <translation>Posenmodell {file}: nicht lesbar ({why})</translation>
    </message>
    <message>
      <source>pose model {file}: expected {parts} in it</source>
      <translation>Posenmodell {file}: darin wird {parts} erwartet</translation>
    </message>
    <message>
      <source>{install}; get pose_landmarker_full.task (or _lite: faster, or _heavy: finer) from {page} and choose it: File, Choose the pose model</source>
      <translation>{install}; pose_landmarker_full.task (oder _lite: schneller, oder _heavy: feiner) von {page} holen und wählen: Datei, Posenmodell wählen</translation>
    </message>
    <message>
      <source>no NVIDIA GPU; the CPU does the work</source>
      <translation>keine GPU von NVIDIA; die CPU rechnet</translation>
    </message>
    <message>
      <source>there is an NVIDIA driver, but torch ({built}) cannot use it</source>
      <translation>es gibt einen Treiber von NVIDIA, aber torch ({built}) kann ihn nicht nutzen</translation>
    </message>
    <message>
      <source>PyQt5 is not installed</source>
      <translation>PyQt5 ist nicht installiert</translation>
    </message>
    <message>
      <source>{install}; or use --headless</source>
      <translation>{install}; oder --headless benutzen</translation>
    </message>
    <message>
      <source>Qt does not start within {seconds} s</source>
      <translation>Qt startet nicht innerhalb von {seconds} s</translation>
    </message>
    <message>
      <source>use --headless</source>
      <translation>--headless benutzen</translation>
    </message>
    <message>
      <source>on a machine without a display use --headless</source>
      <translation>auf einem Rechner ohne Bildschirm --headless benutzen</translation>
    </message>
    <message>
      <source>{file}: {n} actions, loaded in {seconds} s</source>
      <translation>{file}: {n} Handlungen, in {seconds} s geladen</translation>
    </message>
    <message>
      <source>clone the repository again, or choose other weights (Ctrl+L)</source>
      <translation>das Repository noch einmal klonen oder andere Gewichte wählen (Strg+L)</translation>
    </message>
    <message>
      <source>nothing can be written in {folder}: {why}</source>
      <translation>in {folder} kann nichts geschrieben werden: {why}</translation>
    </message>
    <message>
      <source>record somewhere else, or free some space</source>
      <translation>anderswo aufnehmen oder Platz schaffen</translation>
    </message>
    <message>
      <source>record to a faster disk</source>
      <translation>auf einen schnelleren Datenträger aufnehmen</translation>
    </message>
    <message>
      <source>{rate} MB/s, {free} GB free in {folder}</source>
      <translation>{rate} MB/s, {free} GB frei in {folder}</translation>
    </message>
    <message>
      <source>{rate} frames of 1080p a second</source>
      <translation>{rate} Bilder in 1080p je Sekunde</translation>
    </message>
    <message>
      <source>recording at 30 frames a second would lose some here; close other programs</source>
      <translation>eine Aufnahme mit 30 Bildern je Sekunde verlöre hier einige; andere Programme schließen</translation>
    </message>
    <message>
      <source>see the line above</source>
      <translation>siehe die Zeile darüber</translation>
    </message>
    <message>
      <source>could not be tried: {error}</source>
      <translation>ließ sich nicht versuchen: {error}</translation>
    </message>
    <message>
      <source>see the lines above; else report it</source>
      <translation>siehe die Zeilen darüber; sonst melden</translation>
    </message>
    <message>
      <source>Probability, from the sum of both networks' scores</source>
      <translation>Wahrscheinlichkeit, aus der Summe der Werte beider Netze</translation>
    </message>
    <message>
      <source>Score: no unit, any size; a class is the more probable the further it is above the others</source>
      <translation>Wert ohne Einheit, beliebig groß; eine Klasse ist umso wahrscheinlicher, je weiter er über den anderen liegt</translation>
    </message>
    <message>
      <source>its own samples: {value}</source>
      <translation>eigene Beispiele: {value}</translation>
    </message>
    <message>
      <source>held out: {value}</source>
      <translation>zurückgehalten: {value}</translation>
    </message>
    <message>
      <source>{start} to {end}</source>
      <translation>{start} bis {end}</translation>
    </message>
    <message>
      <source>attention {value}</source>
      <translation>Aufmerksamkeit {value}</translation>
    </message>
    <message>
      <source>{joint}, moment {n} of {all}: weighted {weight}</source>
      <translation>{joint}, Moment {n} von {all}: gewichtet {weight}</translation>
    </message>
    <message>
      <source>{what}; {more}</source>
      <translation>{what}; {more}</translation>
    </message>
    <message>
      <source>1 take</source>
      <translation>1 Take</translation>
    </message>
    <message>
      <source>its own samples</source>
      <translation>eigene Proben</translation>
    </message>
    <message>
      <source>held out to choose by</source>
      <translation>zur Auswahl zurückgehalten</translation>
    </message>
    <message>
      <source>recording needed the machine: {updates} used the student's earlier scores</source>
      <translation>Die Aufnahme brauchte den Rechner: {updates} mit früheren Werten des Schülers</translation>
    </message>
    <message>
      <source>{n} update</source>
      <translation>{n} Vorhersage</translation>
    </message>
    <message>
      <source>{n} updates</source>
      <translation>{n} Vorhersagen</translation>
    </message>
    <message>
      <source>recording: lost {lost}, the disk or the encoder is too slow</source>
      <translation>Aufnahme: {lost} verloren, Datenträger oder Kodierer ist zu langsam</translation>
    </message>
    <message>
      <source>{n} picture or frame</source>
      <translation>{n} Bild</translation>
    </message>
    <message>
      <source>{n} pictures or frames</source>
      <translation>{n} Bilder</translation>
    </message>
    <message>
      <source>{n} predictions and events were not written: their reader is too slow</source>
      <translation>{n} Vorhersagen und Ereignisse wurden nicht geschrieben: Ihr Leser ist zu langsam</translation>
    </message>
    <message>
      <source>the GPU failed ({reason}); the networks run on the CPU from now on</source>
      <translation>Die GPU ist ausgefallen ({reason}); die Netze rechnen von nun an auf der CPU</translation>
    </message>
    <message>
      <source>{stage}: no answer for more than {seconds} s; if none comes, close and start again</source>
      <translation>{stage}: seit mehr als {seconds} s keine Antwort; kommt keine, schließen und neu starten</translation>
    </message>
    <message>
      <source>the source gave no frame</source>
      <translation>Die Quelle gab kein Bild</translation>
    </message>
    <message>
      <source>Kinect: {what} ({n} times)</source>
      <translation>Kinect: {what} ({n}-mal)</translation>
    </message>
    <message>
      <source>Kinect: {what}</source>
      <translation>Kinect: {what}</translation>
    </message>
    <message>
      <source>a frame came late or twice and was left out</source>
      <translation>ein Bild kam spät oder doppelt und wurde ausgelassen</translation>
    </message>
    <message>
      <source>a frame was dropped because nobody fetched it in time</source>
      <translation>ein Bild ging verloren, weil es nicht rechtzeitig abgeholt wurde</translation>
    </message>
    <message>
      <source>dim light, colour comes at {rate} Hz; bodies at 30</source>
      <translation>wenig Licht, Farbe kommt mit {rate} Hz, Körper mit 30</translation>
    </message>
    <message>
      <source>this PC takes {took} to convert a picture, fewer come; bodies at 30 Hz</source>
      <translation>dieser PC braucht {took}, um ein Bild umzuwandeln, es kommen weniger; Körper mit 30 Hz</translation>
    </message>
    <message>
      <source>pictures come {lag} after their bodies, too late to be shown with them</source>
      <translation>Bilder kommen {lag} nach ihren Körpern, zu spät, um mit ihnen gezeigt zu werden</translation>
    </message>
    <message>
      <source>no picture for a second or more; skeletons alone meanwhile</source>
      <translation>seit einer Sekunde oder länger kein Bild; solange nur Skelette</translation>
    </message>
    <message>
      <source>it is lost again and again; try {command}</source>
      <translation>sie geht immer wieder verloren; versuchen: {command}</translation>
    </message>
    <message>
      <source>whole, nothing to mend</source>
      <translation>vollständig, nichts zu reparieren</translation>
    </message>
    <message>
      <source>cut</source>
      <translation>abgeschnitten</translation>
    </message>
    <message>
      <source>contradiction</source>
      <translation>Widerspruch</translation>
    </message>
    <message>
      <source>INCOMPLETE</source>
      <translation>UNVOLLSTÄNDIG</translation>
    </message>
    <message>
      <source>{n1} of {n2} pictures were lost while recording</source>
      <translation>{n1} von {n2} Bildern gingen bei der Aufnahme verloren</translation>
    </message>
    <message>
      <source>{n1} frames play ({n2} s); lost {n3} s, pictures {n4} s</source>
      <translation>{n1} Einzelbilder abspielbar ({n2} s); verloren {n3} s, Bilder {n4} s</translation>
    </message>
    <message>
      <source>pictures are also in {names}: as recorded, or what a killed process left</source>
      <translation>Bilder sind auch in {names}: wie aufgenommen, oder Reste eines abgebrochenen Vorgangs</translation>
    </message>
    <message>
      <source>may show people, too: {names}</source>
      <translation>zeigt womöglich ebenfalls Personen: {names}</translation>
    </message>
    <message>
      <source>the recording was not ended: up to a second more is missing</source>
      <translation>die Aufnahme wurde nicht beendet: bis zu eine weitere Sekunde fehlt</translation>
    </message>
    <message>
      <source>Repair mends what can be mended</source>
      <translation>„Reparieren“ rettet, was zu retten ist</translation>
    </message>
    <message>
      <source>kept as it was before a repair: {names}</source>
      <translation>wie vor einer Reparatur aufgehoben: {names}</translation>
    </message>
    <message>
      <source>before: {n1} frames played, {n2} were good</source>
      <translation>vorher: {n1} Einzelbilder abspielbar, {n2} in Ordnung</translation>
    </message>
    <message>
      <source>does not say that the recording was ended</source>
      <translation>sagt nicht, dass die Aufnahme beendet wurde</translation>
    </message>
    <message>
      <source>the frame count in its first line is damaged</source>
      <translation>die Anzahl der Einzelbilder in der ersten Zeile ist beschädigt</translation>
    </message>
    <message>
      <source>the header is damaged</source>
      <translation>der Kopf ist beschädigt</translation>
    </message>
    <message>
      <source>its header is damaged</source>
      <translation>sein Kopf ist beschädigt</translation>
    </message>
    <message>
      <source>changed since the recording was ended</source>
      <translation>seit dem Ende der Aufnahme verändert</translation>
    </message>
    <message>
      <source>{n} frames contradict {where}</source>
      <translation>{n} Einzelbilder widersprechen {where}</translation>
    </message>
    <message>
      <source>the other files</source>
      <translation>den anderen Dateien</translation>
    </message>
    <message>
      <source>no times</source>
      <translation>keine Zeiten</translation>
    </message>
    <message>
      <source>nothing plays without it</source>
      <translation>ohne sie lässt sich nichts abspielen</translation>
    </message>
    <message>
      <source>no frame is checked</source>
      <translation>kein Einzelbild wird geprüft</translation>
    </message>
    <message>
      <source>no events</source>
      <translation>keine Ereignisse</translation>
    </message>
    <message>
      <source>{n1} rows, {n2} of them damaged</source>
      <translation>{n1} Zeilen, davon {n2} beschädigt</translation>
    </message>
    <message>
      <source>{n1} of {n2} rows have none of their time</source>
      <translation>{n1} von {n2} Zeilen haben keines ihrer Zeit</translation>
    </message>
    <message>
      <source>{n} rows</source>
      <translation>{n} Zeilen</translation>
    </message>
    <message>
      <source>{n1} frames, {n2} of them damaged</source>
      <translation>{n1} Einzelbilder, davon {n2} beschädigt</translation>
    </message>
    <message>
      <source>{n1} frames of {n2}</source>
      <translation>{n1} von {n2} Einzelbildern</translation>
    </message>
    <message>
      <source>{n} frames</source>
      <translation>{n} Einzelbilder</translation>
    </message>
    <message>
      <source>its first line says {n1}, {file} has {n2}</source>
      <translation>die erste Zeile sagt {n1}, {file} hat {n2}</translation>
    </message>
    <message>
      <source>{n1} checksums, {n2} of them damaged</source>
      <translation>{n1} Prüfsummen, davon {n2} beschädigt</translation>
    </message>
    <message>
      <source>{n1} checksums for {n2} frames</source>
      <translation>{n1} Prüfsummen für {n2} Einzelbilder</translation>
    </message>
    <message>
      <source>{n} checksums</source>
      <translation>{n} Prüfsummen</translation>
    </message>
    <message>
      <source>{n} pictures</source>
      <translation>{n} Bilder</translation>
    </message>
    <message>
      <source>damaged in {n} places</source>
      <translation>an {n} Stellen beschädigt</translation>
    </message>
    <message>
      <source>not ended: it has no index</source>
      <translation>nicht beendet: der Index fehlt</translation>
    </message>
    <message>
      <source>{n} event</source>
      <translation>{n} Ereignis</translation>
    </message>
    <message>
      <source>{n} events</source>
      <translation>{n} Ereignisse</translation>
    </message>
    <message>
      <source>no colour, nothing to blur</source>
      <translation>ohne Farbbild, nichts unkenntlich zu machen</translation>
    </message>
    <message>
      <source>blurred before</source>
      <translation>war schon unkenntlich gemacht</translation>
    </message>
    <message>
      <source>{n} pictures blurred</source>
      <translation>{n} Bilder unkenntlich gemacht</translation>
    </message>
    <message>
      <source>who was lost in the 2 s before its first frame is not known, and not blurred until tracked again</source>
      <translation>wer in den 2 s vor dem ersten Einzelbild verloren ging, ist nicht bekannt und bis zum erneuten Erfassen nicht unkenntlich</translation>
    </message>
    <message>
      <source>THE FACES ARE STILL IN {names}: blur again and delete the originals</source>
      <translation>DIE GESICHTER SIND NOCH IN {names}: erneut unkenntlich machen und die Originale löschen</translation>
    </message>
    <message>
      <source>THE FACES ARE STILL IN {n} other files: names of the old video outside this folder</source>
      <translation>DIE GESICHTER SIND NOCH IN {n} weiteren Dateien: Namen des alten Videos außerhalb dieses Ordners</translation>
    </message>
    <message>
      <source>may show faces, too: {file}</source>
      <translation>zeigt womöglich ebenfalls Gesichter: {file}</translation>
    </message>
    <message>
      <source>note: a person whom the sensor did not track is not blurred; only a recording without colour is certain</source>
      <translation>Hinweis: Wen der Sensor nicht erfasst hat, der ist nicht unkenntlich; sicher ist nur eine Aufnahme ohne Farbbild</translation>
    </message>
    <message>
      <source>deleted and {n} copies of its files</source>
      <translation>gelöscht, mit {n} Kopien ihrer Dateien</translation>
    </message>
    <message>
      <source>deleted</source>
      <translation>gelöscht</translation>
    </message>
    <message>
      <source>the folder still holds {names}</source>
      <translation>im Ordner bleibt {names}</translation>
    </message>
    <message>
      <source>not held</source>
      <translation>nicht enthalten</translation>
    </message>
    <message>
      <source>{name} ({n1} frames, {n2} pictures)</source>
      <translation>{name} ({n1} Einzelbilder, {n2} Bilder)</translation>
    </message>
    <message>
      <source>{name} ({n1} frames, {n2} pictures, {n3} labels)</source>
      <translation>{name} ({n1} Einzelbilder, {n2} Bilder, {n3} Labels)</translation>
    </message>
    <message>
      <source>{file}: {n} samples; classes {names}</source>
      <translation>{file}: {n} Beispiele; Klassen {names}</translation>
    </message>
    <message>
      <source>{n} annotation</source>
      <translation>{n} Annotation</translation>
    </message>
    <message>
      <source>{n} annotations</source>
      <translation>{n} Annotationen</translation>
    </message>
    <message>
      <source>{n} predicted event</source>
      <translation>{n} vorhergesagtes Ereignis</translation>
    </message>
    <message>
      <source>{n} predicted events</source>
      <translation>{n} vorhergesagte Ereignisse</translation>
    </message>
    <message>
      <source>that {n} frames have no picture (they show the one before; {file} tells which)</source>
      <translation>dass {n} Einzelbilder ohne Bild sind (sie zeigen das vorige; {file} sagt, welche)</translation>
    </message>
    <message>
      <source>that {n} frames have no picture (they show the one before)</source>
      <translation>dass {n} Einzelbilder ohne Bild sind (sie zeigen das vorige)</translation>
    </message>
    <message>
      <source>that {n1} frames were lost while recording (taken as 30 a second, those after them lie early: a time is up to {n2} s wrong; {file} has the true times)</source>
      <translation>dass {n1} Einzelbilder bei der Aufnahme verloren gingen (mit 30 je Sekunde gezählt liegen spätere zu früh: bis zu {n2} s; {file} hat die wahren Zeiten)</translation>
    </message>
    <message>
      <source>that {n1} frames were lost while recording (taken as 30 a second, those after them lie early: a time is up to {n2} s wrong)</source>
      <translation>dass {n1} Einzelbilder bei der Aufnahme verloren gingen (mit 30 je Sekunde gezählt liegen spätere zu früh: bis zu {n2} s)</translation>
    </message>
    <message>
      <source>that frames are not exactly 30 a second (taken as such, a time is up to {n} s wrong)</source>
      <translation>dass es nicht genau 30 Einzelbilder je Sekunde sind (so gezählt ist eine Zeit bis zu {n} s falsch)</translation>
    </message>
    <message>
      <source>that {n} pictures were lost while recording</source>
      <translation>dass {n} Bilder bei der Aufnahme verloren gingen</translation>
    </message>
    <message>
      <source>the floor plane</source>
      <translation>die Bodenebene</translation>
    </message>
    <message>
      <source>which person {n} of the annotations speak of</source>
      <translation>von welcher Person {n} der Annotationen sprechen</translation>
    </message>
    <message>
      <source>which person {n} of them speak of</source>
      <translation>von welcher Person {n} davon sprechen</translation>
    </message>
    <message>
      <source>what session.json says ({names})</source>
      <translation>was in session.json steht ({names})</translation>
    </message>
    <message>
      <source>{n1} bodies beyond {n2} in a frame</source>
      <translation>{n1} Körper über {n2} je Einzelbild hinaus</translation>
    </message>
    <message>
      <source>{n} bodies whose joints are all at zero (they read as nobody)</source>
      <translation>{n} Körper, deren Gelenke alle auf null stehen (sie gelten als niemand)</translation>
    </message>
    <message>
      <source>tracking ids, joint states, colour coordinates, orientations, hand states, exact and host times</source>
      <translation>Personennummern, Gelenkzustände, Farbbildkoordinaten, Ausrichtungen, Handzustände, genaue Zeiten und Rechnerzeiten</translation>
    </message>
    <message>
      <source>a frame without anybody (our player refuses a PKU-MMD file in which nobody is ever there)</source>
      <translation>ein Einzelbild ohne Personen (eine PKU-MMD-Datei, in der nie jemand ist, lehnt die Wiedergabe ab)</translation>
    </message>
    <message>
      <source>{label} from frame {n}, in which nobody is in view</source>
      <translation>{label} ab Einzelbild {n}, in dem niemand zu sehen ist</translation>
    </message>
    <message>
      <source>{n1} of {n2} sessions are damaged or cannot be used, and were left out</source>
      <translation>{n1} von {n2} Aufzeichnungen sind beschädigt oder nicht brauchbar und wurden ausgelassen</translation>
    </message>
    <message>
      <source>{folder}: {n1} samples of {n2} classes, {n3} frames, {n4} with two persons, {crops} crops, {n5} MB; {n6} skipped</source>
      <translation>{folder}: {n1} Beispiele aus {n2} Klassen, {n3} Einzelbilder, {n4} mit zwei Personen, Bildausschnitte: {crops}, {n5} MB; {n6} ausgelassen</translation>
    </message>
    <message>
      <source>no</source>
      <translation>keine</translation>
    </message>
    <message>
      <source>{n} joints were not known (at 0,0,0, not finite, not tracked); each is where its person had it</source>
      <translation>{n} Gelenke waren unbekannt (bei 0,0,0, nicht endlich, nicht erfasst); jedes steht, wo die Person es zuletzt hatte</translation>
    </message>
    <message>
      <source>bad: {name}: {why}</source>
      <translation>schlecht: {name}: {why}</translation>
    </message>
    <message>
      <source>skipped {n}: {why}: {names}</source>
      <translation>ausgelassen {n}: {why}: {names}</translation>
    </message>
    <message>
      <source>split {name}: {n1} train, {n2} test</source>
      <translation>Aufteilung {name}: {n1} zum Lernen, {n2} zum Prüfen</translation>
    </message>
    <message>
      <source>whole, but {n} samples with bad files were left out</source>
      <translation>vollständig, aber {n} Beispiele mit schlechten Dateien wurden ausgelassen</translation>
    </message>
    <message>
      <source>fitting the classifier to the features of the network as it is</source>
      <translation>die letzte Schicht wird an das Netz angepasst, wie es ist</translation>
    </message>
    <message>
      <source>{n1} epochs in {n2} minutes of training, the last one's networks</source>
      <translation>{n1} Epochen in {n2} Minuten, die Netze der letzten</translation>
    </message>
    <message>
      <source>{n1} epochs in {n2} minutes of training, the networks of epoch {n3} ({n4} of the validation samples)</source>
      <translation>{n1} Epochen in {n2} Minuten, die Netze der Epoche {n3} ({n4} der zum Auswählen zurückgehaltenen Beispiele richtig)</translation>
    </message>
    <message>
      <source>{n} minutes this time</source>
      <translation>diesmal {n} Minuten</translation>
    </message>
    <message>
      <source>wrote {file}</source>
      <translation>geschrieben: {file}</translation>
    </message>
    <message>
      <source>{network}: accuracy {n1}, top 5 {n2}, {n3} test samples</source>
      <translation>{network}: {n1} richtig, unter den besten fünf {n2}, {n3} Prüfbeispiele</translation>
    </message>
    <message>
      <source>pictures are left out: matplotlib is not there (pip install -r train/requirements.txt)</source>
      <translation>Bilder fehlen: matplotlib ist nicht da (pip install -r train/requirements.txt)</translation>
    </message>
    <message>
      <source>cannot be written ({why}); nothing was changed; check free space and rights</source>
      <translation>kann nicht geschrieben werden ({why}); nichts wurde verändert; freien Platz und Rechte prüfen</translation>
    </message>
    <message>
      <source>cannot be written ({why}); check its rights</source>
      <translation>kann nicht geschrieben werden ({why}); die Rechte prüfen</translation>
    </message>
    <message>
      <source>cannot be read ({why}); check the disk</source>
      <translation>kann nicht gelesen werden ({why}); den Datenträger prüfen</translation>
    </message>
    <message>
      <source>cannot be deleted ({why}); delete it yourself</source>
      <translation>kann nicht gelöscht werden ({why}); bitte selbst löschen</translation>
    </message>
    <message>
      <source>cannot be mended ({why}); free some space, or close what has it open, and repair it again</source>
      <translation>kann nicht repariert werden ({why}); Platz schaffen oder schließen, was die Datei offen hält, und erneut reparieren</translation>
    </message>
    <message>
      <source>the new pictures cannot be written ({why}); the session is as it was; free some space</source>
      <translation>die neuen Bilder können nicht geschrieben werden ({why}); die Aufzeichnung ist, wie sie war; Platz schaffen</translation>
    </message>
    <message>
      <source>exists already; choose another folder or name, or move it away</source>
      <translation>gibt es schon; einen anderen Ordner oder Namen wählen, oder es wegräumen</translation>
    </message>
    <message>
      <source>expected a new or empty folder; choose another one</source>
      <translation>ein neuer oder leerer Ordner wird gebraucht; bitte einen anderen wählen</translation>
    </message>
    <message>
      <source>expected a recorded session, found none of {names}; choose the folder of a session</source>
      <translation>keine Aufzeichnung: keine der Dateien {names} ist da; den Ordner einer Aufzeichnung wählen</translation>
    </message>
    <message>
      <source>is damaged, pictures of it would be lost</source>
      <translation>ist beschädigt, Bilder gingen verloren</translation>
    </message>
    <message>
      <source>frame {n} has lost its picture ({why})</source>
      <translation>Einzelbild {n} hat sein Bild verloren ({why})</translation>
    </message>
    <message>
      <source>frame {n} has lost its picture</source>
      <translation>Einzelbild {n} hat sein Bild verloren</translation>
    </message>
    <message>
      <source>its action is not known; annotate it, and export a sample for each annotation</source>
      <translation>die Aktion ist nicht bekannt; annotieren und je Annotation ein Beispiel exportieren</translation>
    </message>
    <message>
      <source>it has no annotations</source>
      <translation>sie hat keine Annotationen</translation>
    </message>
    <message>
      <source>neither annotations nor an action in any take</source>
      <translation>weder Annotationen noch eine Aktion in einer Aufnahme</translation>
    </message>
    <message>
      <source>label {label}: not among the {n} names of the label list; choose other classes</source>
      <translation>Label {label}: nicht unter den {n} Namen der Klassenliste; andere Klassen wählen</translation>
    </message>
    <message>
      <source>interrupted</source>
      <translation>unterbrochen</translation>
    </message>
    <message>
      <source>No space left on device</source>
      <translation>kein Platz mehr auf dem Datenträger</translation>
    </message>
    <message>
      <source>Permission denied</source>
      <translation>keine Berechtigung</translation>
    </message>
    <message>
      <source>No such file or directory</source>
      <translation>Datei oder Ordner nicht vorhanden</translation>
    </message>
    <message>
      <source>Not a directory</source>
      <translation>kein Ordner</translation>
    </message>
    <message>
      <source>Is a directory</source>
      <translation>ist ein Ordner</translation>
    </message>
    <message>
      <source>Read-only file system</source>
      <translation>Datenträger ist schreibgeschützt</translation>
    </message>
    <message>
      <source>Input/output error</source>
      <translation>Lese- oder Schreibfehler</translation>
    </message>
    <message>
      <source>the command says, in English: {line}</source>
      <translation>der Befehl sagt auf Englisch: {line}</translation>
    </message>
    <message>
      <source>Details: all that the commands say, in English</source>
      <translation>Einzelheiten: alles, was die Befehle sagen, auf Englisch</translation>
    </message>
    <message>
      <source>see the details</source>
      <translation>siehe die Einzelheiten</translation>
    </message>
    <message>
      <source>nothing was changed</source>
      <translation>nichts wurde verändert</translation>
    </message>
    <message>
      <source>repair it first</source>
      <translation>bitte zuerst reparieren</translation>
    </message>
    <message>
      <source>a repair was broken off</source>
      <translation>eine Reparatur wurde abgebrochen</translation>
    </message>
    <message>
      <source>expected bodies for each of {n1} frames, found {n2}</source>
      <translation>Skelette für {n2} statt {n1} Einzelbilder gefunden</translation>
    </message>
    <message>
      <source>ends after {n1} of {n2} frames; the rest is not played</source>
      <translation>endet nach {n1} von {n2} Einzelbildern; der Rest wird nicht abgespielt</translation>
    </message>
    <message>
      <source>ends after {n} frames; the bodies of later ones have no time and are not played</source>
      <translation>endet nach {n} Einzelbildern; spätere Skelette haben keine Zeit und werden nicht abgespielt</translation>
    </message>
    <message>
      <source>ends in the middle of a line; that line is left out</source>
      <translation>endet mitten in einer Zeile; diese Zeile entfällt</translation>
    </message>
    <message>
      <source>has no checksum for frame {n}, and maybe others; they are not checked</source>
      <translation>hat keine Prüfsumme für Einzelbild {n} und womöglich weitere; sie werden nicht geprüft</translation>
    </message>
    <message>
      <source>no picture can be decoded ({why}); no colour</source>
      <translation>kein Bild lässt sich lesen ({why}); ohne Farbe</translation>
    </message>
    <message>
      <source>the video cannot be opened ({why}); no colour</source>
      <translation>das Video lässt sich nicht öffnen ({why}); ohne Farbe</translation>
    </message>
    <message>
      <source>no picture for frame {n} and maybe others; teacher alone there</source>
      <translation>kein Bild zu Einzelbild {n} und womöglich weiteren; dort zählt das Skelett allein</translation>
    </message>
    <message>
      <source>the colour video is missing; no colour</source>
      <translation>das Farbvideo fehlt; ohne Farbe</translation>
    </message>
    <message>
      <source>cannot be opened ({why}); restore it</source>
      <translation>kann nicht geöffnet werden ({why}); bitte wiederherstellen</translation>
    </message>
    <message>
      <source>cannot be opened ({why}); check the path and its rights</source>
      <translation>kann nicht geöffnet werden ({why}); Pfad und Rechte prüfen</translation>
    </message>
    <message>
      <source>cannot be read ({why}); no frame is checked</source>
      <translation>kann nicht gelesen werden ({why}); kein Einzelbild wird geprüft</translation>
    </message>
    <message>
      <source>recording stopped</source>
      <translation>Aufnahme beendet</translation>
    </message>
    <message>
      <source>a camera or a video needs MediaPipe Pose, which is not installed: {install}</source>
      <translation>eine Kamera oder ein Video braucht MediaPipe Pose, das nicht installiert ist: {install}</translation>
    </message>
    <message>
      <source>it is no .task file</source>
      <translation>es ist keine .task-Datei</translation>
    </message>
    <message>
      <source>pose model {file}: MediaPipe does not take it ({why})</source>
      <translation>Posenmodell {file}: MediaPipe nimmt es nicht an ({why})</translation>
    </message>
    <message>
      <source>MediaPipe cannot be loaded ({why}); install it again: {install}</source>
      <translation>MediaPipe lässt sich nicht laden ({why}); neu installieren: {install}</translation>
    </message>
    <message>
      <source>camera {n}: there is none of this number</source>
      <translation>Kamera {n}: es gibt keine mit dieser Nummer</translation>
    </message>
    <message>
      <source>found none: plug one in</source>
      <translation>keine gefunden: eine anschließen</translation>
    </message>
    <message>
      <source>found {names}: choose one of these</source>
      <translation>gefunden {names}: eine davon wählen</translation>
    </message>
    <message>
      <source>camera {n}: cannot be opened; it is not there, another program has it, or this one may not use it (privacy settings): close the other program, or choose another camera</source>
      <translation>Kamera {n}: lässt sich nicht öffnen; sie ist nicht da, ein anderes Programm hat sie, oder dieses darf sie nicht benutzen (Datenschutzeinstellungen): das andere Programm schließen oder eine andere Kamera wählen</translation>
    </message>
    <message>
      <source>camera {n}: cannot be opened; close the program that has it (or join the group video, if you may not)</source>
      <translation>Kamera {n}: lässt sich nicht öffnen; das Programm schließen, das sie hat (oder, falls die Rechte fehlen, der Gruppe video beitreten)</translation>
    </message>
    <message>
      <source>camera {n}: it opened but gives no picture; close the program that uses it, or plug it in again</source>
      <translation>Kamera {n}: offen, gibt aber kein Bild; das Programm schließen, das sie benutzt, oder sie neu anschließen</translation>
    </message>
    <message>
      <source>camera {n1}: no picture for {n2} s; it was unplugged, or another program took it: plug it in and open it again</source>
      <translation>Kamera {n1}: seit {n2} s kein Bild; sie wurde abgezogen, oder ein anderes Programm hat sie: anschließen und neu öffnen</translation>
    </message>
    <message>
      <source>camera {n}: OpenCV failed ({why}); unplug it and plug it in again</source>
      <translation>Kamera {n}: OpenCV ist gescheitert ({why}); abziehen und neu anschließen</translation>
    </message>
    <message>
      <source>camera {n1}: gives {size}, less than the {n2} asked for</source>
      <translation>Kamera {n1}: gibt {size}, weniger als die gewünschten {n2}</translation>
    </message>
    <message>
      <source>expected an MP4, AVI, MKV, MOV or WebM file with a picture, found sound only</source>
      <translation>gebraucht wird ein Video (MP4, AVI, MKV, MOV oder WebM), gefunden wurde nur Ton</translation>
    </message>
    <message>
      <source>expected an MP4, AVI, MKV, MOV or WebM file with a picture, found none</source>
      <translation>gebraucht wird ein Video (MP4, AVI, MKV, MOV oder WebM), gefunden wurde kein Bild</translation>
    </message>
    <message>
      <source>expected an MP4, AVI, MKV, MOV or WebM file with a picture, none of its pictures can be decoded</source>
      <translation>gebraucht wird ein Video (MP4, AVI, MKV, MOV oder WebM), keines der Bilder lässt sich lesen</translation>
    </message>
    <message>
      <source>expected an MP4, AVI, MKV, MOV or WebM file with a picture, cannot be read ({why})</source>
      <translation>gebraucht wird ein Video (MP4, AVI, MKV, MOV oder WebM), dieses lässt sich nicht lesen ({why})</translation>
    </message>
    <message>
      <source>there is no decoder for its pictures; convert it to H.264</source>
      <translation>seine Bilder lassen sich hier nicht entschlüsseln; in H.264 umwandeln</translation>
    </message>
    <message>
      <source>ends after {n1} of {n2} pictures; the rest is not played</source>
      <translation>endet nach {n1} von {n2} Bildern; der Rest wird nicht abgespielt</translation>
    </message>
    <message>
      <source>ends after {n1} of {n2} pictures ({why}); the rest is not played</source>
      <translation>endet nach {n1} von {n2} Bildern ({why}); der Rest wird nicht abgespielt</translation>
    </message>
    <message>
      <source>Invalid data found when processing input</source>
      <translation>die Daten sind ungültig</translation>
    </message>
    <message>
      <source>expected a recorded session, found no session.json in it; choose the folder of a session</source>
      <translation>keine Aufzeichnung: session.json fehlt; den Ordner einer Aufzeichnung wählen</translation>
    </message>
    <message>
      <source>expected format version {n1}, got {n2}; use the version of this program that recorded it</source>
      <translation>Format {n2} statt {n1}; bitte die Version des Programms benutzen, die es aufgenommen hat</translation>
    </message>
    <message>
      <source>expected the description of a recorded session, got another kind of file</source>
      <translation>keine Beschreibung einer Aufzeichnung, sondern eine andere Datei</translation>
    </message>
    <message>
      <source>expected frames, found none; record again</source>
      <translation>keine Einzelbilder gefunden; bitte neu aufnehmen</translation>
    </message>
    <message>
      <source>expected a person, {what}; choose another file</source>
      <translation>keine Person darin, {what}; eine andere Datei wählen</translation>
    </message>
    <message>
      <source>expected {n1} frames as its first line says, found {n2}; copy or download it again</source>
      <translation>die erste Zeile nennt {n1} Einzelbilder, gefunden {n2}; bitte neu kopieren oder herunterladen</translation>
    </message>
    <message>
      <source>changed since it was recorded, its times cannot be trusted</source>
      <translation>seit der Aufnahme verändert, den Zeiten ist nicht zu trauen</translation>
    </message>
    <message>
      <source>the video ends early; teacher alone from frame {n}</source>
      <translation>das Video endet zu früh; ab Einzelbild {n} zählt das Skelett allein</translation>
    </message>
    <message>
      <source>checkpoint {file}</source>
      <translation>Gewichte {file}</translation>
    </message>
    <message>
      <source>there is no such file</source>
      <translation>die Datei gibt es nicht</translation>
    </message>
    <message>
      <source>not a readable safetensors file ({why})</source>
      <translation>keine lesbare safetensors-Datei ({why})</translation>
    </message>
    <message>
      <source>a .pt or .pth file has to be converted first (train.convert)</source>
      <translation>eine .pt- oder .pth-Datei muss zuerst umgewandelt werden (train.convert)</translation>
    </message>
    <message>
      <source>foreign file: its metadata has no entry {name}</source>
      <translation>fremde Datei: {name} fehlt in ihren Angaben</translation>
    </message>
    <message>
      <source>format {n1}, this program reads {n2}; update it</source>
      <translation>Format {n1}, dieses Programm liest {n2}; bitte das Programm erneuern</translation>
    </message>
    <message>
      <source>settings cannot be used: {why}</source>
      <translation>die Einstellungen sind unbrauchbar: {why}</translation>
    </message>
    <message>
      <source>these weights look ahead in time and cannot be used frame by frame</source>
      <translation>diese Gewichte schauen in der Zeit voraus und taugen nicht Bild für Bild</translation>
    </message>
    <message>
      <source>a take cannot begin: the source has ended; open it again</source>
      <translation>kein Take möglich: die Quelle ist zu Ende; bitte neu öffnen</translation>
    </message>
    <message>
      <source>a take cannot begin: another one is under way; stop it first</source>
      <translation>kein Take möglich: ein anderer läuft; bitte zuerst beenden</translation>
    </message>
    <message>
      <source>nothing is watched yet, so nothing can be recorded; open a source first</source>
      <translation>es wird noch nichts angesehen, also kann nichts aufgenommen werden; zuerst eine Quelle öffnen</translation>
    </message>
    <message>
      <source>expected a folder for takes, got another kind of file</source>
      <translation>ein Ordner für Takes wird gebraucht, dies ist eine Datei</translation>
    </message>
    <message>
      <source>cannot be written after {n} frames ({why}); what was recorded is kept; check free space and rights</source>
      <translation>nach {n} Einzelbildern nicht mehr beschreibbar ({why}); das Aufgenommene bleibt; freien Platz und Rechte prüfen</translation>
    </message>
    <message>
      <source>annotation {label} from {n1} to {n2} s</source>
      <translation>Annotation {label} von {n1} bis {n2} s</translation>
    </message>
    <message>
      <source>expected a label of 1 to {n} characters</source>
      <translation>die Bezeichnung braucht 1 bis {n} Zeichen</translation>
    </message>
    <message>
      <source>expected start before end, within the session, {n1} to {n2} s</source>
      <translation>der Anfang muss vor dem Ende liegen, innerhalb der Aufzeichnung, {n1} bis {n2} s</translation>
    </message>
    <message>
      <source>expected at least {n} s</source>
      <translation>mindestens {n} s</translation>
    </message>
    <message>
      <source>no frame was recorded in that time; choose a longer one</source>
      <translation>in dieser Zeit wurde nichts aufgenommen; eine längere wählen</translation>
    </message>
    <message>
      <source>overlaps {label} from {n1} to {n2} s; change or remove that one first</source>
      <translation>überlappt {label} von {n1} bis {n2} s; zuerst diese ändern oder entfernen</translation>
    </message>
    <message>
      <source>its annotations changed since they were read; open the session again, then make the change</source>
      <translation>die Annotationen haben sich seit dem Lesen verändert; die Aufzeichnung neu öffnen und dann ändern</translation>
    </message>
    <message>
      <source>was written {n1} s ago and has no end: it seems to be recorded; annotate it afterwards (or in {n2} s, if the recording broke off)</source>
      <translation>wurde vor {n1} s geschrieben und hat kein Ende: sie wird wohl noch aufgenommen; danach annotieren (oder in {n2} s, falls die Aufnahme abbrach)</translation>
    </message>
    <message>
      <source>cannot be written ({why}); the old annotations are kept; check space and rights</source>
      <translation>kann nicht geschrieben werden ({why}); die alten Annotationen bleiben; Platz und Rechte prüfen</translation>
    </message>
    <message>
      <source>line {n}: expected a subject and actions, as in P07: drink water x 3, reading x 2; got {text}</source>
      <translation>Zeile {n}: Proband und Aktionen werden gebraucht, etwa P07: drink water x 3, reading x 2; hier steht {text}</translation>
    </message>
    <message>
      <source>expected a subject and an action, got {subject} and {action}</source>
      <translation>Proband und Aktion werden gebraucht, hier stehen {subject} und {action}</translation>
    </message>
    <message>
      <source>expected 1 to {n1} takes, got {n2}</source>
      <translation>1 bis {n1} Takes sind möglich, hier stehen {n2}</translation>
    </message>
    <message>
      <source>expected a count of takes, seconds and a pause, got {text}</source>
      <translation>Anzahl der Takes, Sekunden und Pause werden gebraucht, hier steht {text}</translation>
    </message>
    <message>
      <source>expected at least one take, got none</source>
      <translation>mindestens ein Take wird gebraucht</translation>
    </message>
    <message>
      <source>cannot be made ({why}); choose another folder</source>
      <translation>kann nicht angelegt werden ({why}); einen anderen Ordner wählen</translation>
    </message>
    <message>
      <source>cannot be looked into ({why}); choose another folder</source>
      <translation>kann nicht gelesen werden ({why}); einen anderen Ordner wählen</translation>
    </message>
    <message>
      <source>cannot be read ({why}); restore it</source>
      <translation>kann nicht gelesen werden ({why}); bitte wiederherstellen</translation>
    </message>
    <message>
      <source>get pose_landmarker_full.task from {page} and choose it: File, Choose the pose model</source>
      <translation>pose_landmarker_full.task von {page} holen und wählen: Datei, Das Posenmodell wählen</translation>
    </message>
    <message>
      <source>then get pose_landmarker_full.task from {page} and choose it: File, Choose the pose model</source>
      <translation>dann pose_landmarker_full.task von {page} holen und wählen: Datei, Das Posenmodell wählen</translation>
    </message>
    <message>
      <source>there is no such file or folder</source>
      <translation>die Datei oder den Ordner gibt es nicht</translation>
    </message>
    <message>
      <source>Kinect: {why}; or watch something else: File, Start page</source>
      <translation>Kinect: {why}; oder etwas anderes beobachten: Datei, Startseite</translation>
    </message>
    <message>
      <source>cannot be played: choose a recorded take, a .skeleton file, a PKU-MMD text or a video</source>
      <translation>lässt sich nicht abspielen: eine Aufzeichnung, eine .skeleton-Datei, einen PKU-MMD-Text oder ein Video wählen</translation>
    </message>
    <message>
      <source>line {n} is damaged: repair it, or choose another file</source>
      <translation>Zeile {n} ist beschädigt: reparieren oder eine andere Datei wählen</translation>
    </message>
    <message>
      <source>the disk is full in {n} s</source>
      <translation>der Datenträger ist in {n} s voll</translation>
    </message>
    <message>
      <source>take {n} was discarded</source>
      <translation>Take {n} wurde verworfen</translation>
    </message>
    <message>
      <source>there is no take to discard</source>
      <translation>es gibt keinen Take zu verwerfen</translation>
    </message>
    <message>
      <source>the video cannot be written: {why}; choose another place</source>
      <translation>das Video kann nicht geschrieben werden: {why}; einen anderen Ort wählen</translation>
    </message>
    <message>
      <source>line {n}: expected columns {names} and perhaps {more}, separated by commas, got {text}</source>
      <translation>Zeile {n}: gebraucht werden die Spalten {names}, möglich auch {more}, durch Kommas getrennt; hier steht {text}</translation>
    </message>
    <message>
      <source>line {n}</source>
      <translation>Zeile {n}</translation>
    </message>
    <message>
      <source>1 simulated person</source>
      <translation>1 simulierte Person</translation>
    </message>
    <message>
      <source>{count} simulated people</source>
      <translation>{count} simulierte Personen</translation>
    </message>
  </context>
</TS>
