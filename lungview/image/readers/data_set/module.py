"""The Image Pixel module (PS3.3 C.7.6.3) of one file, checked against its size before any allocation."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.uid import (
    HTJ2K,
    UID,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000TransferSyntaxes,
    JPEGTransferSyntaxes,
)

from lungview.errors import DamagedFile, MissingCodec, NoPixelData, TooManyPixels, UnsupportedFormat
from lungview.image.readers.data_set.container import Container
from lungview.image.readers.data_set.elements import Likeness
from lungview.image.readers.data_set.values import integer, present, says, text
from lungview.image.readers.source import Source

MOST_PIXELS = 200_000_000  # of one frame; a whole-slide tile or a large radiograph is far below
MOST_FRAMES = 1 << 20
WORDS = (8, 16, 32, 64)  # BitsAllocated that are whole words in memory


@dataclass(frozen=True, slots=True)
class ImagePixel:
    """What the header says of the pixels, in the keywords of the standard; `frames` at least 1.

    shift: bits of a word below its value, HighBit − BitsStored + 1. floating: (Double) Float Pixel Data.
    """

    rows: int
    columns: int
    frames: int
    samples: int
    bits_allocated: int
    bits_stored: int
    signed: bool
    photometric: str
    planar: int
    shift: int = 0
    floating: bool = False

    @property
    def colour(self) -> bool:
        """Whether a pixel is a colour, by its samples or by a palette."""
        return self.samples > 1 or self.photometric == "PALETTE COLOR"

    @property
    def bits_shown(self) -> int:
        """Bits of a sample as it is shown: YCbCr is one of 8 bits at least, whatever BitsStored says."""
        return max(self.bits_stored, 8) if self.photometric.startswith("YBR") else self.bits_stored

    @property
    def cell_bits(self) -> int:
        """Bits of a word that holds one sample in memory."""
        return self.bits_allocated if self.bits_allocated in WORDS else 16

    @property
    def frame_bits(self) -> int:
        """Bits of one frame as stored natively; in 4:2:2 two pixels share their chroma (C.7.6.3.1.2)."""
        bits = self.rows * self.columns * self.samples * self.bits_allocated
        return bits // 3 * 2 if self.photometric in SUBSAMPLED else bits


def image_pixel(container: Container, source: Source) -> ImagePixel:
    """The checked module. Raises NoPixelData, DamagedFile or UnsupportedFormat, naming the element."""
    pixels = container.pixels
    if pixels is None:
        private = _private_compression(container.dataset)
        if private:
            raise MissingCodec(private, source.label)
        raise NoPixelData(_no_pixels(container.dataset), source.label)
    return _PIXEL_MODULE.of(_checked_module, container.dataset, source, pixels.keyword)


# Elements of the Image Pixel module that `_checked_module` looks at.
_PIXEL_MODULE = Likeness(
    *("Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "PhotometricInterpretation"),
    *("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "PlanarConfiguration"),
)


def _checked_module(dataset: Dataset, source: Source, keyword: str) -> ImagePixel:
    module = _module(dataset, keyword, source)
    _check_bits(module, keyword, source)
    if module.rows * module.columns > MOST_PIXELS:
        raise TooManyPixels(
            f"{module.rows} × {module.columns} pixels a frame; at most {MOST_PIXELS:,} are read", source.label
        )
    return module


def _private_compression(dataset: Dataset) -> str:
    """The sentence for pixels that only their maker's programs read; "" where there are none."""
    try:
        method = str(dataset.private_block(0x07A1, "ELSCINT1")[0x11].value)
    except Exception:  # no such block, or nothing in it
        return ""
    return (
        f"the pixels are compressed by a private method of Elscint ({method[:16]}), without Pixel Data: "
        "no codec for it in this program; expected Pixel Data (7FE0,0010)"
    )


def _no_pixels(dataset: Dataset) -> str:
    modality = text(dataset, "Modality")
    sop_class = text(dataset, "SOPClassUID") or text(dataset.file_meta, "MediaStorageSOPClassUID")
    kind = UID(sop_class).name or "DICOM object"
    what = f"{kind} ({modality})" if modality and modality not in kind else kind
    return f"{what}: no pixel data; expected an image"


def _module(dataset: Dataset, keyword: str, source: Source) -> ImagePixel:
    floating = keyword != "PixelData"
    allocated = _required(dataset, "BitsAllocated", source, 1, 64)
    stored = (
        allocated if floating else _or(_by_high_bit(dataset, allocated), dataset, "BitsStored", source, 1, 64)
    )
    photometric = _photometric(dataset, source)
    return ImagePixel(
        rows=_required(dataset, "Rows", source, 1, 65535),
        columns=_required(dataset, "Columns", source, 1, 65535),
        frames=_frames(dataset, source),
        samples=_samples(dataset, photometric, source),
        bits_allocated=allocated,
        bits_stored=stored,
        signed=False if floating else bool(_or(0, dataset, "PixelRepresentation", source, 0, 1)),
        photometric=photometric,
        planar=integer(dataset, "PlanarConfiguration") or 0,
        shift=_shift(dataset, stored, allocated),
        floating=floating,
    )


def _by_high_bit(dataset: Dataset, allocated: int) -> int:
    """Bits of a value that begins with its word; all of them where HighBit is absent or cannot be."""
    high = integer(dataset, "HighBit")
    return high + 1 if high is not None and 0 <= high < allocated else allocated


def _shift(dataset: Dataset, stored: int, allocated: int) -> int:
    """Bits below the value (PS3.5 8.1.1); 0 where HighBit is absent or cannot be."""
    high = integer(dataset, "HighBit")
    return high - stored + 1 if high is not None and stored <= high < allocated else 0


def _required(dataset: Dataset, keyword: str, source: Source, least: int, most: int) -> int:
    value = integer(dataset, keyword)
    if value is None:
        found = "absent" if keyword not in dataset else "not a whole number"
        raise DamagedFile(f"{keyword} is {found}; expected {least} to {most}", source.label)
    if not least <= value <= most:
        raise DamagedFile(f"{keyword} is {value}; expected {least} to {most}", source.label)
    return value


def _or(default: int, dataset: Dataset, keyword: str, source: Source, least: int, most: int) -> int:
    """The same; a default where the element is absent or empty, which `oddities` then says."""
    return _required(dataset, keyword, source, least, most) if says(dataset, keyword) else default


def _frames(dataset: Dataset, source: Source) -> int:
    if "NumberOfFrames" not in dataset:
        return 1
    value = integer(dataset, "NumberOfFrames")
    if value == 0 or not says(dataset, "NumberOfFrames"):  # written by some modalities for a single frame
        return 1
    if value is None:
        raise DamagedFile("NumberOfFrames is not a whole number; expected one", source.label)
    if not 0 < value <= MOST_FRAMES:
        raise DamagedFile(f"NumberOfFrames is {value}; expected 1 to {MOST_FRAMES}", source.label)
    return value


def _samples(dataset: Dataset, photometric: str, source: Source) -> int:
    if not says(dataset, "SamplesPerPixel"):
        return 1 if photometric in GREY else 3
    value = _required(dataset, "SamplesPerPixel", source, 1, 4)
    if value not in (1, 3):
        raise UnsupportedFormat(f"SamplesPerPixel is {value}; expected 1 or 3", source.label)
    return value


def _photometric(dataset: Dataset, source: Source) -> str:
    value = text(dataset, "PhotometricInterpretation").upper()
    if not value and integer(dataset, "SamplesPerPixel") == 1 and _PALETTE not in dataset:
        return "MONOCHROME2"
    if value not in PHOTOMETRIC:
        raise UnsupportedFormat(
            f"PhotometricInterpretation is {value[:32] or 'absent'}; "
            f"expected one of {', '.join(PHOTOMETRIC)}",
            source.label,
        )
    return value


_PALETTE = "RedPaletteColorLookupTableDescriptor"
GREY = ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")
SUBSAMPLED = ("YBR_FULL_422", "YBR_PARTIAL_422")
_OF_JPEG_2000 = ("YBR_ICT", "YBR_RCT")  # its codec undoes them (PS3.5 8.2.4)
PHOTOMETRIC = (*GREY, "RGB", "YBR_FULL", *SUBSAMPLED, "YBR_PARTIAL_420", *_OF_JPEG_2000)


def _check_bits(module: ImagePixel, keyword: str, source: Source) -> None:
    sizes = {"PixelData": (1, 8, 16, 32), "FloatPixelData": (32,), "DoubleFloatPixelData": (64,)}[keyword]
    if keyword == "PixelData" and module.samples == 1 and 1 < module.bits_allocated < 16:
        sizes = (*sizes, module.bits_allocated)  # packed end to end, as ACR-NEMA did
    if module.bits_allocated not in sizes:
        expected = ", ".join(str(s) for s in sizes)
        raise UnsupportedFormat(
            f"BitsAllocated is {module.bits_allocated}; expected {expected}", source.label
        )
    if module.bits_stored > module.bits_allocated:
        raise DamagedFile(
            f"BitsStored is {module.bits_stored}, more than BitsAllocated {module.bits_allocated}",
            source.label,
        )
    if module.samples == 3 and module.photometric in GREY:
        raise DamagedFile(f"{module.photometric} with 3 samples a pixel; expected 1", source.label)
    if module.samples == 1 and module.photometric not in GREY:
        raise DamagedFile(f"{module.photometric} with 1 sample a pixel; expected 3", source.label)


_ODDITIES = Likeness(
    *("HighBit", "PlanarConfiguration", "SamplesPerPixel", "PhotometricInterpretation"),
    *("BitsStored", "PixelRepresentation"),
)


def oddities(dataset: Dataset, module: ImagePixel, source: Source) -> tuple[str, ...]:
    """What the module says wrongly and harmlessly, a sentence each."""
    return _ODDITIES.of(_oddities, dataset, source, module)


def _oddities(dataset: Dataset, _: Source, module: ImagePixel) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    high = integer(dataset, "HighBit")
    if high is not None and high != module.bits_stored - 1 and not module.floating:
        usual = f"HighBit is {high}, BitsStored {module.bits_stored} makes it {module.bits_stored - 1}"
        used = f"bits {module.shift} to {high} of each word are taken" if module.shift else "it is not used"
        found = (usual, used)
    if module.bits_allocated not in (*WORDS, 1):
        found = (*found, f"BitsAllocated is {module.bits_allocated}; the values are packed end to end")
    if module.bits_stored < module.bits_shown:
        found = (*found, f"BitsStored is {module.bits_stored}; {module.photometric} is taken as of 8 bits")
    if module.photometric in _OF_JPEG_2000 and not _codes_colour(dataset.file_meta.TransferSyntaxUID):
        found = (*found, f"{module.photometric} is of JPEG 2000 alone; the pixels are taken for RGB")
    found = (*found, *_defaults(dataset, module))
    samples = f"{module.photometric} makes it {module.samples}"
    found = (*found, *_lacking(dataset, "SamplesPerPixel", samples))
    if module.samples > 1 and integer(dataset, "PlanarConfiguration") is None:
        found = (*found, "PlanarConfiguration is absent; taken as 0, colour by pixel")
    return found


def _codes_colour(syntax: UID) -> bool:
    """Whether a decoder gives RGB, JPEG 2000's, or knows that what it gives is none, JPEG's."""
    return syntax in (
        *JPEGTransferSyntaxes,
        *JPEG2000TransferSyntaxes,
        HTJ2K,
        HTJ2KLossless,
        HTJ2KLosslessRPCL,
    )


def _defaults(dataset: Dataset, module: ImagePixel) -> tuple[str, ...]:
    """What was taken for elements that are absent, or not written as the standard has them."""
    found: tuple[str, ...] = ()
    photometric = text(dataset, "PhotometricInterpretation")
    if photometric != module.photometric:
        said = f"written {photometric[:16]}" if photometric else "absent"
        found = (f"PhotometricInterpretation is {said}; taken for {module.photometric}",)
    if module.floating:
        return found
    bits = f"taken for {module.bits_stored} of {module.bits_allocated}"
    unsigned = "the values are taken as unsigned"
    return (
        *found,
        *_lacking(dataset, "BitsStored", bits),
        *_lacking(dataset, "PixelRepresentation", unsigned),
    )


def _lacking(dataset: Dataset, keyword: str, taken: str) -> tuple[str, ...]:
    """A sentence where an element is absent or empty. taken: what was made of it."""
    if says(dataset, keyword):
        return ()
    return (f"{keyword} is {'empty' if present(dataset, keyword) else 'absent'}; {taken}",)
