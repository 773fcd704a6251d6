"""Network: a verified model file in LiteRT; one call gives probabilities, heat maps and suitability score."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from lungview.errors import ModelError, WeightsError
from lungview.machine import cpus
from lungview.model.card import ModelCard
from lungview.model.registry import Entry
from lungview.network.greeting import first_greeting_dropped

SIGNATURE = "serve"
OUTPUTS = frozenset({"probabilities", "cams", "ood"})
# Networks held per process, the least recently used goes first: every one that ships, so that comparing all
# of them twice loads none twice. A ResNet50 takes 50 MB, all twelve about 350.
KEPT = 12
MOST_THREADS = 4  # one image gains nothing from more
SUM_TOLERANCE = 1e-3


class Runner(Protocol):
    """What LiteRT's signature runner is to us."""

    def __call__(self, *, image: np.ndarray) -> Mapping[str, np.ndarray]: ...
    def get_input_details(self) -> Mapping[str, Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """What one call gives. Arrays are read-only float32.

    probabilities: (classes,), calibrated inside the graph, in [0, 1], sum 1.
    cams: (classes, h, w) ≥ 0, not normalised. ood: distance from the training data, higher = stranger.
    """

    probabilities: np.ndarray
    cams: np.ndarray
    ood: float


class Network:
    """A warm LiteRT interpreter of one model; `run` may be called from any thread, one at a time."""

    def __init__(self, card: ModelCard, content: bytes, threads: int) -> None:
        """Raises WeightsError when LiteRT does not take the file or it does not fit the card."""
        self.card = card
        self.threads = threads
        self._shape = (*card.input_size, card.channels)
        self._lock = threading.Lock()
        self._interpreter, self._runner = opened(card, content, threads)
        _check_input(card, self._runner.get_input_details(), self._shape)
        # The first call packs the weights; it also shows that the outputs fit the card.
        with first_greeting_dropped():
            self.run(np.zeros(self._shape, np.float32))

    def run(self, values: np.ndarray) -> Output:
        """The answer about one input; where the card says so, about it and its mirror image.

        values: (rows, columns, channels) float32 in the card's scale.
        Raises WeightsError for outputs that do not fit the card or are not finite, ModelError when the
        network fails or memory runs out.
        """
        if values.shape != self._shape:
            raise ModelError(f"{self.card.id}: the network takes {self._shape}, not {values.shape}")
        output = self._judge(values)
        return _with_mirror(output, self._judge(values[:, ::-1])) if self.card.mirrored else output

    def _judge(self, values: np.ndarray) -> Output:
        with self._lock:
            outputs = answered(self.card, self._runner, values)
        return _output(self.card, outputs)


def answered(card: ModelCard, runner: Runner, values: np.ndarray) -> Mapping[str, np.ndarray]:
    """What a file answers to one input, (rows, columns, channels); one call at a time.

    Raises ModelError when the network fails or memory runs out.
    """
    image = np.ascontiguousarray(values[np.newaxis], dtype=np.float32)
    try:
        return runner(image=image)
    except MemoryError as error:
        raise ModelError(f"{card.id}: out of memory", hint="close other programs") from error
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"{card.id}: the network failed ({_first_line(error)})") from error


def load(entry: Entry, threads: int | None = None) -> Network:
    """The warm network of a model folder; the same object for the same file and thread count.

    The file's SHA-256 is compared with the card's before LiteRT sees a byte of it. Raises WeightsError, and
    ModelError for a model of another kind.
    threads: None chooses (`default_threads`); a process pool passes 1.
    """
    card = entry.card
    require_classifier(card)
    if card.ensemble:
        raise WeightsError(f"{card.id}: an ensemble has no network of its own; its members have")
    count = default_threads() if threads is None else threads
    # By content, not by path: what is held was verified, even when the folder is gone meanwhile.
    key = (card.sha256, card.keys, card.input_size, card.channels, card.mirrored, count)
    with _LOADING:
        network = _NETWORKS.get(key)
        if network is None:
            network = Network(card, verified(entry), count)
            _NETWORKS[key] = network
        _NETWORKS.move_to_end(key)
        while len(_NETWORKS) > KEPT:
            _NETWORKS.popitem(last=False)
    return network


def require_classifier(card: ModelCard) -> None:
    """Raises ModelError for a model that answers with something else than probabilities of classes."""
    if not card.classifies:
        raise ModelError(
            f"{card.id} is a {card.task} model, which classifies no picture", hint="lungview models list"
        )


_NETWORKS: OrderedDict[tuple[object, ...], Network] = OrderedDict()
_LOADING = threading.Lock()


def forget() -> None:
    """Let go of every network: for a model that was replaced, and for tests."""
    with _LOADING:
        _NETWORKS.clear()


def default_threads() -> int:
    """Threads for one image: the CPUs this process may use, at most `MOST_THREADS`.

    OMP_NUM_THREADS says less where it is set: a cluster sets it for workers that share a computer.
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    most = int(told) if told.isdecimal() and int(told) else MOST_THREADS
    return max(1, min(most, MOST_THREADS, cpus()))


def verified(entry: Entry) -> bytes:
    """The bytes of the model file, which have the card's SHA-256. Raises WeightsError."""
    path = entry.folder / entry.card.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(
            f"{entry.card.id}: the model file cannot be read ({error.strerror})",
            path,
            "install the model again",
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != entry.card.sha256:
        raise WeightsError(
            f"{entry.card.id}: the model file is not the one its card names "
            f"(SHA-256 {entry.card.sha256[:12]}… expected, {found[:12]}… found)",
            path,
            "install the model again",
        )
    return content


def opened(card: ModelCard, content: bytes, threads: int) -> tuple[object, Runner]:
    """The interpreter of a file and the runner of its signature. Raises WeightsError, ModelError."""
    from ai_edge_litert.interpreter import Interpreter  # 0.2 s; a viewer that only views does without

    try:
        interpreter = Interpreter(model_content=content, num_threads=threads)
        return interpreter, interpreter.get_signature_runner(SIGNATURE)
    except MemoryError as error:
        raise ModelError(f"{card.id}: out of memory while loading the model") from error
    except (ValueError, RuntimeError) as error:
        raise WeightsError(f"{card.id}: LiteRT does not take the file ({_first_line(error)})") from error


def _check_input(card: ModelCard, details: Mapping[str, Mapping[str, Any]], shape: tuple[int, ...]) -> None:
    found = {name: tuple(int(n) for n in d["shape"]) for name, d in details.items()}
    if found != {"image": (1, *shape)}:
        raise WeightsError(f"{card.id}: the card says the input is image {(1, *shape)}, the file {found}")


def _output(card: ModelCard, outputs: Mapping[str, np.ndarray]) -> Output:
    if set(outputs) != OUTPUTS:
        raise WeightsError(
            f"{card.id}: the outputs must be {sorted(OUTPUTS)}, the file has {sorted(outputs)}"
        )
    probabilities, cams, ood = (outputs[name] for name in ("probabilities", "cams", "ood"))
    classes = len(card.classes)
    if probabilities.shape != (1, classes) or cams.shape[:2] != (1, classes) or cams.ndim != 4:
        raise WeightsError(
            f"{card.id}: the card has {classes} classes, the file gives probabilities "
            f"{probabilities.shape} and heat maps {cams.shape}"
        )
    if ood.size != 1 or not all(np.isfinite(a).all() for a in (probabilities, cams, ood)):
        raise WeightsError(f"{card.id}: the network's answer is not finite numbers")
    return Output(_probabilities(card, probabilities[0]), _frozen(cams[0]), float(ood.reshape(-1)[0]))


def _probabilities(card: ModelCard, values: np.ndarray) -> np.ndarray:
    total = float(values.sum(dtype=np.float64))
    if values.min() < -SUM_TOLERANCE or abs(total - 1.0) > SUM_TOLERANCE:
        raise WeightsError(f"{card.id}: the network's probabilities do not sum to 1 but to {total:.4g}")
    # Quantised sums are off by up to 1e-3; what is shown and stored sums to 1.
    return _frozen(np.clip(values, 0.0, None) / np.float32(total))


def _with_mirror(plain: Output, mirrored: Output) -> Output:
    """One answer of two: of the mean logits, and the mean of the maps, the second turned back.

    The distance is that of the picture as it is: the gate was fitted to such.
    """
    logits = sum(np.log(np.maximum(o.probabilities, 1e-12)) for o in (plain, mirrored)) / 2
    weights = np.exp(logits - logits.max())
    cams = (plain.cams + mirrored.cams[:, :, ::-1]) / 2
    return Output(_frozen(weights / weights.sum()), _frozen(cams), plain.ood)


def _frozen(values: np.ndarray) -> np.ndarray:
    array = np.ascontiguousarray(values, dtype=np.float32)
    array.flags.writeable = False
    return array


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]
