"""One start of a program, in a process of its own.

Prints, at what is asked for, the seconds since the epoch and the CPU seconds used till then.

Usage: python ui_probe.py bare | window | slice FOLDER
"""

import os
import sys
import time


def _end() -> None:
    print(time.time(), time.process_time(), flush=True)
    os._exit(0)


def bare() -> None:
    """The least a PySide6 program can be: a window with a label."""
    from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, event):
            super().paintEvent(event)
            _end()

    application = QApplication([])
    window = Window()
    window.setCentralWidget(QLabel("LungView"))
    window.resize(1280, 860)
    window.show()
    application.exec()


def window() -> None:
    """LungView without a path, to the end of the first paint of its window."""
    from lungview import cli
    from lungview.ui.shell.main_window import MainWindow

    painted = MainWindow.paintEvent

    def paint(self, event):
        painted(self, event)
        _end()

    MainWindow.paintEvent = paint
    cli.main([])


def first_slice(folder: str) -> None:
    """LungView with a path, to the end of the first paint that shows a slice."""
    from lungview import cli
    from lungview.ui.start import app

    equip = app.equip

    def equip_and_watch(*arguments):
        from lungview.ui.pane.viewport import Viewport

        painted = Viewport.paintEvent

        def paint(self, event):
            painted(self, event)
            if self.state.slice is not None:
                _end()

        Viewport.paintEvent = paint
        equip(*arguments)

    app.equip = equip_and_watch
    cli.main([folder])


if __name__ == "__main__":
    {"bare": bare, "window": window, "slice": first_slice}[sys.argv[1]](*sys.argv[2:])
