"""What a network file must give, and the small head that all of them end in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keras import layers


@dataclass(frozen=True, slots=True)
class Architecture:
    """One network. build(shape, classes, weights) → flat keras.Model, image → logits.

    shape: (rows, columns, 3). weights: "imagenet" lets Keras fetch its own, None starts at random.
    scale: of the values the network takes, as in ModelCard. size: the usual side of its input, px.
    imagenet: Keras has published weights. trainable: how many layers of the backbone, counted from its end,
    are trained when it starts from loaded weights; None = all. The head always is. packages: Python packages
    that carry weights, and what puts them into what `build` makes of None.
    """

    name: str
    build: Callable[[tuple[int, int, int], int, str | None], Any]
    scale: str
    size: int = 224
    imagenet: bool = True
    trainable: int | None = None
    packages: Mapping[str, Callable[[Any], None]] = field(default_factory=dict)


def classifier(
    features: Any, classes: int, hidden: Sequence[int] = (), dropout: float = 0.2, *, places: bool = False
) -> Any:
    """Logits (n, classes), float32, of a feature map: its mean, hidden layers with ReLU, a dense layer.

    places: the map is flattened, not averaged. Bodies are cut out and centred, so a place in the map is a
    place in the thorax; from random weights, a few hundred pictures are not enough to do without it.
    """
    pool = layers.Flatten(name="pool") if places else layers.GlobalAveragePooling2D(name="pool")
    x = pool(features)
    for i, units in enumerate(hidden):
        x = layers.Dropout(dropout)(x)
        x = layers.Dense(units, activation="relu", name=f"hidden{i + 1}")(x)
    x = layers.Dropout(dropout)(x)
    # float32 also in mixed precision: a loss of 16-bit logits loses small probabilities.
    return layers.Dense(classes, name="logits", dtype="float32")(x)
