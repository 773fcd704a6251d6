"""Stored: one decoded frame as it lies in the file; a cache keeps this, a Slice is made of it when shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from weakref import ref

import numpy as np

from lungview.image.modality import ModalityLut
from lungview.image.padding import undeclared
from lungview.image.slice import Slice

NO_VALUES = np.zeros((0, 0), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """One decoded frame before the Modality LUT: for CT a quarter to a half of the Slice's bytes.

    pixels: stored values (rows, columns), integer or float; or (rows, columns, 3) RGB. Read-only.
    modality: from stored to modality values. palette: (n, 3) uint8 of PALETTE COLOR, else None.
    padding: lowest and highest stored value that are padding, or None (0028,0120), (0028,0121).
    padded: where padding was that no stored value can be, packed as overlays are, or None.
    overlays: overlay planes packed to bits over the whole frame, `numpy.packbits` order.
    bits: meaningful bits of a colour sample; the top eight are shown, fewer are spread over eight.
    about: the Slice without its values, padding and overlays.
    """

    pixels: np.ndarray
    about: Slice
    modality: ModalityLut = field(default_factory=ModalityLut)
    palette: np.ndarray | None = field(default=None, repr=False)
    palette_first: int = 0
    padding: tuple[float, float] | None = None
    padded: np.ndarray | None = field(default=None, repr=False)
    overlays: tuple[np.ndarray, ...] = ()
    bits: int = 8
    _shared: list[ref[Slice]] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        self.pixels.flags.writeable = False

    @property
    def nbytes(self) -> int:
        """Bytes of arrays held, for a cache's budget."""
        more = 0 if self.padded is None else self.padded.nbytes
        return self.pixels.nbytes + more + sum(o.nbytes for o in self.overlays)

    def modality_values(self) -> np.ndarray:
        """(rows, columns) or (rows, columns, 3) float32 after the Modality LUT, before any palette."""
        return self.modality.apply(self.pixels)

    def to_slice(self) -> Slice:
        """The Slice, with its own float32 (or uint8 RGB) values."""
        return replace(
            self.about,
            values=self._shown_values(),
            unit=self.modality.unit,
            padding=self._padding_mask(),
            overlays=tuple(self._unpack(o) for o in self.overlays),
        )

    def shared_slice(self) -> Slice:
        """The Slice that someone has already, else one of its own: views of one frame share its values.

        Nobody writes to them: they are read-only.
        """
        shared = self._shared[0]() if self._shared else None
        if shared is None:
            shared = self.to_slice()
            self._shared[:] = [ref(shared)]
        return shared

    def _shown_values(self) -> np.ndarray:
        if self.palette is not None:
            index = np.clip(self.pixels.astype(np.int64) - self.palette_first, 0, len(self.palette) - 1)
            return np.asarray(self.palette[index])
        if self.pixels.ndim == 3:
            return _to_8_bit(self.pixels, self.bits)
        return self.modality_values()

    def _padding_mask(self) -> np.ndarray | None:
        if self.pixels.ndim != 2:
            return None
        declared = self._declared_padding()
        if self.about.instance.modality != "CT" or self.modality.unit != "HU":
            return declared
        found = undeclared(self.pixels, self.modality)
        return declared if found is None else found if declared is None else found | declared

    def _declared_padding(self) -> np.ndarray | None:
        """What the file says is padding, and pixels without a number, which are no part of a picture."""
        mask = np.isnan(self.pixels) if self.pixels.dtype.kind == "f" else np.zeros((), bool)
        if self.padding is not None:
            low, high = self.padding
            mask = mask | ((self.pixels >= low) & (self.pixels <= high))
        if self.padded is not None:
            mask = mask | self._unpack(self.padded)
        return np.asarray(mask) if mask.any() else None

    def _unpack(self, packed: np.ndarray) -> np.ndarray:
        rows, columns = self.pixels.shape[:2]
        return np.unpackbits(packed, count=rows * columns).reshape(rows, columns).astype(bool)


def _to_8_bit(pixels: np.ndarray, bits: int) -> np.ndarray:
    """RGB of more than 8 bits by its most significant bits, as a screen shows it; of fewer as bright."""
    if bits < 8:
        most = (1 << bits) - 1
        return np.asarray(np.rint(np.clip(pixels, 0, most) * (255 / most)), np.uint8)
    if pixels.dtype == np.uint8:
        return pixels
    top = pixels.astype(np.int64) >> max(bits - 8, 0)
    return np.asarray(np.clip(top, 0, 255), np.uint8)
