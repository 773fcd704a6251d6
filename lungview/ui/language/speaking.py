"""The language in force: installed in Qt, so that every `tr` answers in it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QFontDatabase

from lungview import languages, paths
from lungview.errors import LungViewError
from lungview.languages import ENGLISH, Catalogue

_SENTENCE = "Sentence"  # the context of texts that were made elsewhere, their places filled in
_QT = {"zh": "zh_CN"}  # Qt's name of a language, where it is another
_WIDE = ("zh", "ja")


class Translator(QTranslator):
    """Answers Qt from a catalogue."""

    def __init__(self, catalogue: Catalogue, application: QCoreApplication) -> None:
        super().__init__(application)
        self.catalogue = catalogue
        self.setObjectName("lungview")

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        if context == _SENTENCE:
            return self.catalogue.said(text)
        return self.catalogue.exact(text, context)

    def isEmpty(self) -> bool:
        return False


class _OfQt(QTranslator):
    """Qt's own file of a language; some still have its older words, without the letters for keys."""

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        found = super().translate(context, text, disambiguation, n)
        if not found and "&" in text:
            found = super().translate(context, text.replace("&", ""), disambiguation, n)
        return found or None  # "" would be said


def said(text: str) -> str:
    """A sentence from below the window (an error, a verdict, a measure) in the reader's language."""
    return QCoreApplication.translate(_SENTENCE, text) if text else text


def told(error: BaseException) -> str:
    """What went wrong: the file as it is, the sentence in the reader's language."""
    if not isinstance(error, LungViewError):
        return said(str(error))
    return f"{error.path}: {said(error.message)}" if error.path else said(error.message)


def wanted(setting: str) -> str:
    """The code of the language a setting asks for; the system's where it asks for none."""
    return setting or languages.best(QLocale.system().uiLanguages())


def in_force() -> Catalogue:
    """The catalogue that is installed."""
    found = _installed("lungview")
    return found.catalogue if isinstance(found, Translator) else ENGLISH


def use(catalogue: Catalogue) -> None:
    """Have Qt speak a language from now on; what is on screen is not changed by this."""
    application = QCoreApplication.instance()
    assert application is not None
    for name in ("lungview", "qt"):
        if (old := _installed(name)) is not None:
            application.removeTranslator(old)
            old.setParent(None)
            old.deleteLater()
    if catalogue.code == "en":
        return
    _install_qt(application, catalogue.code)
    application.installTranslator(Translator(catalogue, application))
    if catalogue.code in _WIDE:
        _wide_letters()


def _installed(name: str) -> QTranslator | None:
    application = QCoreApplication.instance()
    assert application is not None
    found = application.findChild(QTranslator, name)
    return found if isinstance(found, QTranslator) else None


def _install_qt(application: QCoreApplication, code: str) -> None:
    """Qt's own words, as on the buttons of its dialogs: the files that come with Qt."""
    own = _OfQt(application)
    own.setObjectName("qt")
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if own.load(f"qtbase_{_QT.get(code, code)}", folder):
        application.installTranslator(own)


def _wide_letters() -> None:
    """Chinese and Japanese letters for a system without any: the font that reports are set in."""
    system = QFontDatabase.WritingSystem
    if any(QFontDatabase.families(each) for each in (system.SimplifiedChinese, system.Japanese)):
        return
    QFontDatabase.addApplicationFont(str(paths.resources() / "fonts" / "DroidSansFallback.ttf"))
