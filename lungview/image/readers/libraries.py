"""What the libraries that read files are told, once for the whole process: none of it can be told a call.

Their settings are global, and a context manager that sets and resets one would do so to every other thread
that is reading. So they are set here, when the readers are first imported, and never again.
"""

from __future__ import annotations

import logging
import warnings

from PIL import Image
from pydicom import config


def tell() -> None:
    """Leave checks and words to this program: a library's own would name values, so patients, and files."""
    config.settings.reading_validation_mode = config.IGNORE  # values are checked where they are used
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    logging.getLogger("tifffile").disabled = True
    warnings.filterwarnings("ignore", module=r"(pydicom|PIL)\.")
    Image.MAX_IMAGE_PIXELS = None  # sizes are refused from the header; Pillow's own, lower limit only warns
