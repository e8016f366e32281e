"""The menu bar: everything the window can do, with its key. The help lists what stands here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt5.QtCore import QT_TR_NOOP
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QActionGroup, QMainWindow, QMenu

from tsmf_live.frames import MAX_BODIES
from tsmf_live.gui import palette
from tsmf_live.gui.dialogs import choose
from tsmf_live.gui.dialogs.help import show_about, show_help
from tsmf_live.gui.language import LANGUAGES, tr
from tsmf_live.gui.pages.start_page import SAMPLE
from tsmf_live.gui.panels.page_bar import PageBar
from tsmf_live.gui.source_titles import source_title

if TYPE_CHECKING:
    from tsmf_live.gui.panels.annotation_bar import AnnotationBar
    from tsmf_live.gui.panels.player_bar import PlayerBar
    from tsmf_live.gui.window import MainWindow

CAMERAS = 4  # that the menu offers; --source webcam:index=N takes any
#: Source -> what the menu calls it.
DEMOS = {
    "demo": QT_TR_NOOP("One person"),
    "demo:persons=2": QT_TR_NOOP("Two people"),
    "demo:persons=6": QT_TR_NOOP("Six people"),
}
#: The window's pages -> what the menu calls them, and their keys.
PAGES = {
    "start": (QT_TR_NOOP("Start page"), "F2"),
    "live": (QT_TR_NOOP("Live"), "F3"),
    "study": (QT_TR_NOOP("Study"), "F4"),
    "teach": (QT_TR_NOOP("Teach"), "F5"),
}


class Menus:
    """Fills a window's menu bar; its actions work with the menu bar hidden, too. Made anew with each language."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.live_only = False  # whether what is added now means the live page alone
        self.live_keys: set[str] = set()
        window.menuBar().clear()
        for action in window.actions():
            window.removeAction(action)
            if action.parent() is window:
                action.deleteLater()  # not at once: this may be its own doing
        for menu in window.menuBar().findChildren(QMenu):
            menu.deleteLater()

    def menu(self, title: str) -> QMenu:
        """Another menu in the bar."""
        return self._window.menuBar().addMenu(title)

    def add(
        self, menu: QMenu, text: str, keys: str | tuple[str, ...], act: Callable[[], object], enabled: bool = True
    ) -> QAction:
        """An entry; `keys` as Qt writes them in English, the first is shown."""
        action = QAction(text, self._window)
        action.triggered.connect(lambda _checked: act())
        action.setEnabled(enabled)
        return self.adopt(menu, action, keys)

    def add_key(self, key: str, act: Callable[[], object]) -> None:
        """A key without an entry: Qt lets the keys of invisible entries sleep."""
        action = QAction(self._window)
        action.triggered.connect(lambda _checked: act())
        action.setShortcut(QKeySequence(key))
        self.live_keys.add(QKeySequence(key).toString())
        self._window.addAction(action)

    def add_switch(
        self, menu: QMenu, text: str, keys: str | tuple[str, ...], on: bool, act: Callable[[bool], object]
    ) -> QAction:
        """An entry that is on or off."""
        action = QAction(text, self._window)
        action.setCheckable(True)
        action.setChecked(on)
        action.toggled.connect(act)
        return self.adopt(menu, action, keys)

    def add_choices(self, menu: QMenu, names: dict[str, str], chosen: str, act: Callable[[str], object]) -> None:
        """Entries of which one is chosen: code -> name."""
        group = QActionGroup(menu)
        for code, name in names.items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(code == chosen)
            action.triggered.connect(lambda _checked, code=code: act(code))
            group.addAction(action)

    def add_recent(
        self, menu: QMenu, title: str, items: list[str], act: Callable[[str], object], name_of: Callable[[str], str]
    ) -> None:
        """A submenu of what was opened lately, with the whole path as its hint."""
        recent = menu.addMenu(title)
        recent.setToolTipsVisible(True)
        recent.setEnabled(bool(items))
        for item in items:
            action = recent.addAction(name_of(item))
            action.setToolTip(palette.shown_as_is(item))
            action.triggered.connect(lambda _checked, item=item: act(item))

    def adopt(self, menu: QMenu, action: QAction, keys: str | tuple[str, ...]) -> QAction:
        """Puts an action made elsewhere into a menu and gives it its keys."""
        keys = (keys,) if isinstance(keys, str) else keys
        action.setShortcuts([QKeySequence(key) for key in keys if key])
        if self.live_only:
            self.live_keys |= {key.toString() for key in action.shortcuts()}
        menu.addAction(action)
        self._window.addAction(action)  # a hidden menu bar's own shortcuts are dead
        return action


def fill_menus(window: MainWindow) -> None:
    """The whole menu bar for the window as it is now."""
    menus = Menus(window)
    _fill_file(window, menus)
    _fill_view(window, menus)
    menus.live_only = True
    _fill_moment(window, menus)
    _fill_play(window, menus)
    record = menus.menu(tr("&Record"))
    panel = window.desk.recording
    menus.add(record, tr("Begin or finish a take"), ("R", "Ctrl+R"), panel.toggle)
    menus.add(record, tr("Discard the take and use its number again …"), "Ctrl+Shift+R", panel.ask_redo)
    menus.live_only = False
    helping = menus.menu(tr("&Help"))
    menus.add(helping, tr("Keys, states, log file"), "F1", lambda: show_help(window))
    menus.add(helping, tr("About"), "", lambda: show_about(window))
    window.live_keys = menus.live_keys
    for before in window.menuBar().findChildren(PageBar):
        before.hide()
        before.deleteLater()
    names = {page: (tr(name), key) for page, (name, key) in PAGES.items()}
    window.page_bar = PageBar(window.menuBar(), names, window.show_page)


def _fill_file(window: MainWindow, menus: Menus) -> None:
    menu, settings = menus.menu(tr("&File")), window.settings
    can = window.opening.possible

    def recording() -> None:
        choose.choose_recording(window, settings, window.opening.source)

    def folder() -> None:
        choose.choose_session_folder(window, settings, window.opening.source)

    def video() -> None:
        choose.choose_video(window, settings, window.opening.source)

    def pose_model() -> None:
        choose.choose_pose_model(window, settings, window.opening.pose_model)

    def checkpoint() -> None:
        choose.choose_checkpoint(window, settings, window.opening.checkpoint)

    def weights_again(path: str) -> None:
        window.opening.checkpoint(Path(path))

    for page, (name, key) in PAGES.items():
        menus.add(menu, tr(name), key, lambda page=page: window.show_page(page))
    menu.addSeparator()
    menus.add(menu, tr("Open a recording …"), "Ctrl+O", recording, can)
    menus.add(menu, tr("Open a session folder …"), "Ctrl+Shift+O", folder, can)
    menus.add(menu, tr("Open a video …"), "Ctrl+Shift+V", video, can)
    menus.add(menu, tr("Open the Kinect"), "Ctrl+K", lambda: window.opening.source("kinect"), can)
    cameras = menu.addMenu(tr("Watch a camera"))
    cameras.setEnabled(can)
    for number in range(CAMERAS):
        text, keys = tr("Camera {number}").format(number=number), "" if number else "Ctrl+Shift+K"
        menus.add(cameras, text, keys, lambda number=number: window.opening.source(f"webcam:index={number}"), can)
    demo = menu.addMenu(tr("Simulated people"))
    demo.setEnabled(can)
    for source, text in DEMOS.items():
        demo.addAction(tr(text)).triggered.connect(lambda _checked, source=source: window.opening.source(source))
    menus.add(menu, tr("Open the bundled sample"), "", lambda: window.opening.source(str(SAMPLE)), can)
    if can:
        menus.add_recent(menu, tr("Recent sources"), settings.recent("sources"), window.opening.source, source_title)
    menu.addSeparator()
    menus.add(menu, tr("Choose weights …"), "Ctrl+L", checkpoint, can)
    menus.add(menu, tr("Choose the pose model …"), "", pose_model, can)
    if can:
        recent = settings.recent("checkpoints")
        menus.add_recent(menu, tr("Recent weights"), recent, weights_again, lambda path: Path(path).name)
    menu.addSeparator()
    menus.add(menu, tr("Quit"), "Ctrl+Q", window.close)


def _fill_view(window: MainWindow, menus: Menus) -> None:
    menu, desk = menus.menu(tr("&View")), window.desk
    menus.add(menu, tr("Full-screen demo mode"), "F11", window.toggle_demo)
    menus.add(menu, tr("Leave demo mode, segment or freeze"), "Esc", window.leave)
    menu.addSeparator()
    menus.live_only = True
    menus.add_switch(menu, tr("Mirror the picture"), "M", window.settings.mirror, window.set_mirrored)
    menus.add_switch(menu, tr("Boxes the student sees"), "B", True, desk.picture.set_boxes)
    menus.add(menu, tr("How each stage does"), "H", desk.lamp.toggle)
    menus.add(menu, tr("Larger"), ("+", "="), lambda: desk.picture.zoom_by(1.25))
    menus.add(menu, tr("Smaller"), "-", lambda: desk.picture.zoom_by(0.8))
    menus.add(menu, tr("Follow the person in focus, or everybody"), "Z", desk.picture.follow)
    menus.add(menu, tr("Fit"), "Ctrl+0", desk.picture.fit)
    menu.addSeparator()
    for digit in range(MAX_BODIES + 1):
        text = tr("Focus: automatic") if not digit else tr("Focus: person {number}").format(number=digit)
        menus.add(menu, text, str(digit), lambda digit=digit: window.digit(digit))
    for digit in range(MAX_BODIES + 1, 10):  # these choose labels only
        menus.add_key(str(digit), lambda digit=digit: window.digit(digit))
    menu.addSeparator()
    for number, (page, text) in enumerate(zip(desk.pages, page_names(), strict=True), 1):
        menus.add(menu, text, f"Ctrl+{number}", lambda page=page: desk.show_tab(page))
    menu.addSeparator()
    menus.live_only = False
    menus.add_choices(menu.addMenu(tr("Theme")), theme_names(), window.settings.theme, window.choose_theme)
    menus.add_choices(menu.addMenu(tr("Language")), LANGUAGES, window.settings.language, window.choose_language)


def _fill_moment(window: MainWindow, menus: Menus) -> None:
    menu, inspector = menus.menu(tr("&Moment")), window.desk.inspector
    entries = (
        (inspector.freeze_action, "F"),
        (inspector.mark_a_action, "Ctrl+A"),
        (inspector.mark_b_action, "Ctrl+B"),
        (inspector.compare_action, "C"),
        (inspector.save_picture_action, "Ctrl+E"),
        (inspector.save_values_action, "Ctrl+Shift+E"),
        (inspector.save_video_action, "Ctrl+Alt+E"),
    )
    for action, keys in entries:
        menus.adopt(menu, action, keys)
    menu.addSeparator()
    show = window.desk.show_whole
    menus.add(menu, tr("Attention over the whole recording"), "W", lambda: show(lambda: window.opening.weights))


def _fill_play(window: MainWindow, menus: Menus) -> None:
    """Entries work on the player there is when they are used: it comes when the source is open."""
    menu, desk = menus.menu(tr("&Play")), window.desk

    def play(act: Callable[[PlayerBar], object]) -> Callable[[], None]:
        return lambda: act(desk.player) if desk.player is not None else None

    def annotate(act: Callable[[AnnotationBar], object]) -> Callable[[], None]:
        return lambda: act(desk.annotations) if desk.annotations is not None else None

    menus.add(menu, tr("Play or pause; freeze, when live"), "Space", window.pause)
    menus.add(menu, tr("One frame back"), "Left", lambda: window.step(-1))
    menus.add(menu, tr("One frame forward"), "Right", lambda: window.step(1))
    menus.add(menu, tr("1 s back"), "Shift+Left", lambda: window.jump(-1))
    menus.add(menu, tr("1 s forward"), "Shift+Right", lambda: window.jump(1))
    menus.add(menu, tr("The loop begins here"), "[", play(lambda player: player.begin_loop()))
    menus.add(menu, tr("The loop ends here"), "]", play(lambda player: player.end_loop()))
    menus.add(menu, tr("No loop"), "\\", play(lambda player: player.clear_loop()))
    menu.addSeparator()
    menus.add(menu, tr("Begin or end a segment"), "A", annotate(lambda bar: bar.mark_here()))
    menus.add(menu, tr("Accept the predicted event"), "E", annotate(lambda bar: bar.accept_here()))
    menus.add(menu, tr("Remove the annotation"), "Del", annotate(lambda bar: bar.remove_here()))
    menus.add(menu, tr("Undo the last change"), "Ctrl+Z", annotate(lambda bar: bar.undo()))
    menus.add(menu, tr("Next annotation"), "N", annotate(lambda bar: bar.step(1)))
    menus.add(menu, tr("Previous annotation"), "P", annotate(lambda bar: bar.step(-1)))
    menus.add(menu, tr("All annotations as a list"), "L", annotate(lambda bar: bar.show_list()))


def page_names() -> tuple[str, ...]:
    """Titles of the side panels, in their order."""
    return tr("Scores"), tr("Attention"), tr("Recording"), tr("Last minute")


def theme_names() -> dict[str, str]:
    """Code -> the theme's name."""
    return {"dark": tr("Dark"), "light": tr("Light")}
