"""The loss of ordinary, mixed and partial labels, and of a teacher's probabilities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import ops


def label_loss(targets: Any, logits: Any, smoothing: float = 0.0) -> Any:
    """(n,) nats. targets: (n, C); a row of sum 1 is a label or a mixture, one of more is a set of classes.

    Of a set: −log of the probability that it is one of them; nothing is said of which.
    """
    log_p = ops.log_softmax(logits)
    classes = int(targets.shape[-1])
    smooth = targets * (1 - smoothing) + smoothing / classes
    whole = -ops.sum(smooth * log_p, axis=-1)
    admitted = ops.where(targets > 0, log_p, -1e9)
    partial = -ops.logsumexp(admitted, axis=-1)
    return ops.where(ops.sum(targets, axis=-1) < 1.5, whole, partial)


def training_loss(
    classes: int, smoothing: float, teacher_share: float = 0.0, temperature: float = 1.0
) -> Callable[[Any, Any], Any]:
    """A Keras loss. With a teacher its targets are (n, 2·C): the labels, then the teacher's probabilities
    at `temperature`; the gradient of that part is scaled back by temperature² (Hinton et al. 2015)."""

    def loss(targets: Any, logits: Any) -> Any:
        hard = label_loss(targets[:, :classes], logits, smoothing)
        if not teacher_share:
            return hard
        soft = -ops.sum(targets[:, classes:] * ops.log_softmax(logits / temperature), axis=-1)
        return (1 - teacher_share) * hard + teacher_share * temperature**2 * soft

    return loss
