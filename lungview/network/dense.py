"""Networks that answer with maps: a picture of one size to maps of half its sides."""

from __future__ import annotations

import threading

import numpy as np

from lungview.errors import ModelError, WeightsError
from lungview.model.card import FINDINGS, ModelCard
from lungview.model.registry import Entry
from lungview.network import runtime
from lungview.network.greeting import first_greeting_dropped

OUTPUT = "maps"
_STRIDE = 2


class DenseNetwork:
    """A warm interpreter of one findings model; may be called from any thread, one at a time."""

    def __init__(self, card: ModelCard, content: bytes, threads: int) -> None:
        """Raises WeightsError when LiteRT does not take the file or it does not fit the card."""
        self.card = card
        rows, columns = card.input_size
        self._shape = (rows, columns, card.channels)
        self._expected = (1, rows // _STRIDE, columns // _STRIDE, len(card.classes))
        self._lock = threading.Lock()
        self._interpreter, self._runner = runtime.opened(card, content, threads)
        # The first call packs the weights; it also shows that the maps fit the card.
        with first_greeting_dropped():
            self(np.zeros(self._shape, np.float32))

    def __call__(self, picture: np.ndarray) -> np.ndarray:
        """float32 (rows / 2, columns / 2, classes) in [0, 1] of a picture (rows, columns, channels).

        With `card.mirrored` the mean of its maps and of those of its mirror image, left for right.
        Raises ModelError for another shape or when the network fails, WeightsError for maps that do not fit.
        """
        if picture.shape != self._shape:
            raise ModelError(f"{self.card.id}: the network takes {self._shape}, not {picture.shape}")
        maps = self._maps(picture)
        if self.card.mirrored:
            maps = (maps + self._maps(picture[:, ::-1])[:, ::-1]) / 2
        maps = np.ascontiguousarray(maps, np.float32)
        maps.flags.writeable = False
        return maps

    def _maps(self, picture: np.ndarray) -> np.ndarray:
        with self._lock:
            found = runtime.answered(self.card, self._runner, picture).get(OUTPUT)
        if found is None or found.shape != self._expected or not np.isfinite(found).all():
            raise WeightsError(f"{self.card.id}: finite maps {self._expected} are expected of the file")
        return np.asarray(found[0])


def load(entry: Entry, threads: int | None = None) -> DenseNetwork:
    """The warm network of a findings model; the same object for the same file and thread count.

    Raises ModelError for a model of another kind, WeightsError.
    """
    card = entry.card
    if card.task != FINDINGS:
        raise ModelError(f"{card.id} is a {card.task} model and finds nothing", hint="lungview models list")
    count = runtime.default_threads() if threads is None else threads
    key = (card.sha256, card.mirrored, count)
    with _LOADING:
        if key not in _NETWORKS:
            _NETWORKS[key] = DenseNetwork(card, runtime.verified(entry), count)
        return _NETWORKS[key]


_NETWORKS: dict[tuple[str, bool, int], DenseNetwork] = {}
_LOADING = threading.Lock()
