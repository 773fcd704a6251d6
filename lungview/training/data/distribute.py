"""Training by several processes, one a machine: each its share of every epoch, all with the mean gradient.

The reductions are those of `tf.distribute.MultiWorkerMirroredStrategy`; the network stays outside its scope.
Within it `train_on_batch` of Keras 3.15 fails (it reduces the scalar loss along an axis that no scalar has)
and `predict_on_batch` gives every worker the rows of all. Outside it, only the optimiser's step has to know
of the others.
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from lungview.errors import InputError, LungViewError

ADDRESS = re.compile(r"(\[[0-9a-fA-F:]+\]|[^\s:\[\]]+):(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Place:
    """Which of the processes that train together this one is. addresses: HOST:PORT of each, () = alone."""

    addresses: tuple[str, ...] = ()
    index: int = 0

    @property
    def size(self) -> int:
        return max(1, len(self.addresses))

    @property
    def chief(self) -> bool:
        """Whether this process keeps the run folder."""
        return self.index == 0


ALONE = Place()


def parse(addresses: str | None, index: int | None) -> Place:
    """The place that `--workers A,B,… --worker K` names; neither is a process alone. Raises InputError."""
    if addresses is None and index is None:
        return ALONE
    if addresses is None or index is None:
        raise InputError("--workers HOST:PORT,HOST:PORT and --worker K are given together or not at all")
    each = tuple(a.strip() for a in addresses.split(","))
    for address in each:
        found = ADDRESS.fullmatch(address)
        if found is None or not 1 <= int(found[2]) <= 65535:
            raise InputError(f"--workers expects HOST:PORT,HOST:PORT, found {address!r}")
    if len(set(each)) < len(each):
        raise InputError("--workers names the same address twice; every worker needs its own")
    if len(each) < 2:
        raise InputError("--workers needs two addresses or more", hint="leave it out to train on one machine")
    if not 0 <= index < len(each):
        raise InputError(f"--worker must be 0 to {len(each) - 1} for {len(each)} workers, not {index}")
    return Place(each, index)


@contextmanager
def told(place: Place) -> Iterator[None]:
    """Raises LungViewError where TensorFlow says that another worker ended or cannot be reached."""
    if place.size == 1:
        yield
        return
    from tensorflow import errors

    try:
        yield
    except (
        errors.UnavailableError,
        errors.AbortedError,
        errors.CancelledError,
        errors.UnknownError,
    ) as error:
        hint = "start every worker again with its command: the run goes on after its last epoch"
        raise LungViewError("another worker ended or cannot be reached", hint=hint) from error


@functools.cache
def _strategy(place: Place) -> Any:
    # A process belongs to one cluster for as long as it lives, hence the cache.
    import keras
    import tensorflow as tf

    if keras.backend.backend() != "tensorflow":
        message = f"several workers train on Keras' TensorFlow backend, not on {keras.backend.backend()}"
        raise InputError(message, hint="unset KERAS_BACKEND")

    cluster = {"cluster": {"worker": place.addresses}, "task": {"type": "worker", "index": place.index}}
    os.environ["TF_CONFIG"] = json.dumps(cluster)
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    if strategy.num_replicas_in_sync != place.size:
        raise InputError("a worker takes one GPU", hint="name one in CUDA_VISIBLE_DEVICES for each worker")
    return strategy


class Team:
    """What the processes of a run tell each other; of one process alone, nothing.

    All of them call the same methods in the same order, or they wait for each other for ever.
    """

    def __init__(self, place: Place) -> None:
        """Waits until every process has come. Before it no TensorFlow operation may have run."""
        self._place = place
        self.share = (place.index, place.size)
        if place.size > 1:
            self._sum = _summing(_strategy(place))

    def chiefs(self, *values: float) -> tuple[float, ...]:
        """The numbers of worker 0, on every worker."""
        if self._place.size == 1:
            return values
        return tuple(float(v) for v in self._chiefs([values])[0])

    def mean(self, value: float) -> float:
        """The mean of the workers' numbers."""
        if self._place.size == 1:
            return value
        return float(self._sum([np.array([value])])[0][0]) / self._place.size

    def begin(self, model: Any) -> None:
        """Give all workers the weights and the optimiser of worker 0; from now on they step together."""
        if self._place.size == 1:
            return
        optimizer = model.optimizer
        if not optimizer.built:
            optimizer.build(model.trainable_variables)
        variables = [*model.weights, *optimizer.variables]
        for variable, value in zip(variables, self._chiefs(variables), strict=True):
            variable.assign(value)
        alone = optimizer.apply

        def together(gradients: Sequence[Any], variables: Sequence[Any] | None = None) -> None:
            alone([g / self._place.size for g in self._sum(list(gradients))], variables)

        # Before the clipping and the scaling of 16-bit losses: both then see what one process would see.
        optimizer.apply = together

    def level(self, model: Any) -> None:
        """Give all workers the mean weights: each has learned batch statistics on its own share."""
        if self._place.size > 1:
            model.set_weights([np.asarray(w) / self._place.size for w in self._sum(model.get_weights())])

    def _chiefs(self, values: Sequence[Any]) -> list[np.ndarray]:
        # A sum in float64 with zeros: float32, and whole numbers below 2^53, arrive as they were sent.
        arrays = [np.asarray(v, dtype=np.float64) for v in values]
        sent = arrays if self._place.chief else [np.zeros_like(a) for a in arrays]
        return [np.asarray(a) for a in self._sum(sent)]


def _summing(strategy: Any) -> Any:
    """A function of a list of tensors that gives their sums over the workers."""
    import tensorflow as tf

    def summed(values: list[Any]) -> list[Any]:
        # identity: places each on the worker's device, without which the reduction has no target.
        placed = [tf.identity(v) for v in values]
        return list(tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, placed))

    return tf.function(lambda values: strategy.run(summed, args=(values,)), autograph=False)
