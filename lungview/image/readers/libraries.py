"""What the libraries that read files are told, once for the whole process: none of it can be told a call.

Their settings are global, and a context manager that sets and resets one would do so to every other thread
that is reading. So they are set here, when the readers are first imported, and never again.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from typing import Any

from PIL import Image, PngImagePlugin
from pydicom import config, filereader
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.tag import BaseTag

MOST_METADATA = 32 << 20  # bytes, unpacked
every_element = filereader.data_element_generator  # as pydicom has it


def tell() -> None:
    """Leave checks and words to this program: a library's own would name values, so patients, and files."""
    config.settings.reading_validation_mode = config.IGNORE  # values are checked where they are used
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    logging.getLogger("tifffile").disabled = True
    warnings.filterwarnings("ignore", module=r"(pydicom|PIL)\.")
    filereader.data_element_generator = _the_first_of_each  # of items of sequences, too
    Image.MAX_IMAGE_PIXELS = None  # sizes are refused from the header; Pillow's own, lower limit only warns
    # Texts and profiles beside a picture; Pillow refuses all of a PNG that has more than 1 MiB of them.
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = MOST_METADATA


def _the_first_of_each(*args: Any, **options: Any) -> Iterator[RawDataElement | DataElement]:
    """The elements that pydicom finds, in place of one that stands twice its first.

    pydicom has the last of them; dcmtk and ITK have the first. None is left out: by how many come pydicom
    knows where an item ends.
    """
    met: dict[BaseTag, RawDataElement | DataElement] = {}
    for element in every_element(*args, **options):
        yield met.setdefault(BaseTag(element.tag), element)
