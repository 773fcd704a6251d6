"""What the libraries that read files are told, once for the whole process: none of it can be told a call.

Their settings are global, and a context manager that sets and resets one would do so to every other thread
that is reading. So they are set here, when the readers are first imported, and never again.
"""

from __future__ import annotations

import logging
import warnings

from PIL import Image, PngImagePlugin
from pydicom import config

MOST_METADATA = 32 << 20  # bytes, unpacked


def tell() -> None:
    """Leave checks and words to this program: a library's own would name values, so patients, and files."""
    config.settings.reading_validation_mode = config.IGNORE  # values are checked where they are used
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    logging.getLogger("tifffile").disabled = True
    warnings.filterwarnings("ignore", module=r"(pydicom|PIL)\.")
    Image.MAX_IMAGE_PIXELS = None  # sizes are refused from the header; Pillow's own, lower limit only warns
    # Texts and profiles beside a picture; Pillow refuses all of a PNG that has more than 1 MiB of them.
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = MOST_METADATA
