"""Everything a person can be told went wrong: what, what was expected, what was found."""

from __future__ import annotations

from pathlib import Path


class LungViewError(Exception):
    """A failure with a sentence for the user.

    message: one sentence, *what · expected · found*; no patient data.
    path: the file it is about, "" when it is about none.
    hint: what to do next, "" when there is nothing to do.

    All data goes through `args`, so the error crosses process borders unharmed.
    """

    def __init__(self, message: str, path: str | Path = "", hint: str = "") -> None:
        super().__init__(message, str(path), hint)

    @property
    def message(self) -> str:
        return str(self.args[0])

    @property
    def path(self) -> str:
        return str(self.args[1])

    @property
    def hint(self) -> str:
        return str(self.args[2])

    @property
    def reason(self) -> str:
        """The class's name: stable, for tables and scripts."""
        return type(self).__name__

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ReadError(LungViewError):
    """A file gives no picture."""


class UnsupportedFormat(ReadError):
    """No reader knows this file, or it holds something this program does not show."""


class TooManyPixels(ReadError):
    """A picture of more pixels than are read."""


class DamagedFile(ReadError):
    """A reader knows the file and fails on it."""


class NoPixelData(ReadError):
    """A DICOM object without an image: SR, PDF, RT plan, key objects."""


class MissingCodec(ReadError):
    """The transfer syntax is named in the message; nothing here decodes it."""


class InputError(LungViewError):
    """A good image that this model must not judge."""


class GeometryError(LungViewError):
    """Slices that make up no volume, or a plane that is none."""


class ModelError(LungViewError):
    """The model, not the image."""


class CardError(ModelError):
    """card.json: which field, what was expected, what was found."""


class WeightsError(ModelError):
    """Missing, wrong SHA-256, or outputs that do not fit the card."""


class ReportError(LungViewError):
    """Not written: disk, rights, or a target open in another program."""


class SettingsError(LungViewError):
    """A settings file that cannot be read, used or written."""


class AnnotationError(LungViewError):
    """The user's annotations cannot be read or kept."""


class StudyListError(LungViewError):
    """The list of studies at hand cannot be read or kept."""


class NetworkError(LungViewError):
    """Another machine answered that it could not, or what it said makes no sense."""


class NoAnswer(NetworkError):
    """Another machine is not reached, says nothing in time, or breaks off: a later try may succeed."""


class Refused(NetworkError):
    """Another machine will not speak with us, or must not be trusted: the same try fails again."""


class WorkerDied(LungViewError):
    """The process that worked on a file ended or failed; the file is named, the others go on."""


class Cancelled(LungViewError):
    """The user stopped it; callers treat it as an end, not as a failure."""


class NoNodule(LungViewError):
    """A place that a reader or a detector named holds no nodule; the message says what is there instead."""
