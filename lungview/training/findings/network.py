"""The findings network: an encoder and a decoder with added skips, three maps at half the picture's size."""

from __future__ import annotations

from typing import Any

import keras

HEADS = ("nodule", "malignancy", "opacity")
STRIDE = 2  # of the maps
REACH = 32  # sides of the input are multiples of it
WIDTHS = (16, 32, 64, 128, 160)


def build(widths: tuple[int, ...] = WIDTHS) -> Any:
    """float32 (n, rows, columns, 3) in [0, 1] to logits (n, rows / 2, columns / 2, 3), in the order of HEADS.

    With Keras' image data format "channels_first" (a third faster where PyTorch trains) the 3 comes second.
    """
    pictures = keras.Input((None, None, 3) if _axis() == -1 else (3, None, None), name="slices")
    x = _block(_block(pictures, widths[0], 5, 2), widths[0])
    skips = [x]
    for width in widths[1:]:
        x = _block(_block(x, width, 3, 2), width)
        skips.append(x)
    for width, skip in zip(widths[-2::-1], skips[-2::-1], strict=True):
        narrow = keras.layers.Conv2D(width, 1)(x)
        x = _block(keras.layers.Add()([keras.layers.UpSampling2D()(narrow), skip]), width)
    rare = keras.initializers.Constant([-4.0, 0.0, -3.0])  # before training, nearly nothing is a nodule
    maps = keras.layers.Conv2D(len(HEADS), 1, bias_initializer=rare, dtype="float32", name="maps")(x)
    return keras.Model(pictures, maps, name="findings")


def _block(x: Any, width: int, side: int = 3, step: int = 1) -> Any:
    if step > 1:  # the same border on both sides, whatever the size: TensorFlow's "same" has it on one
        x = keras.layers.ZeroPadding2D(side // 2)(x)
    padding = "same" if step == 1 else "valid"
    x = keras.layers.Conv2D(width, side, strides=step, padding=padding, use_bias=False)(x)
    return keras.layers.ReLU()(Normalisation(axis=_axis())(x))


def _axis() -> int:
    """Where the channels are."""
    return 1 if keras.config.image_data_format() == "channels_first" else -1


class Normalisation(keras.layers.BatchNormalization):  # type: ignore[misc]  # Keras is half typed
    """Batch normalisation; on the PyTorch backend in one step, where Keras takes ten and twice the time."""

    def call(self, x: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The normalised x; training learns the statistics."""
        if not training or keras.backend.backend() != "torch":
            return super().call(x, training=training, mask=mask)
        import torch

        statistics = (self.moving_mean.value, self.moving_variance.value)
        learnt = (self.gamma.value, self.beta.value)
        first = x.movedim(self.axis, 1)
        y = torch.nn.functional.batch_norm(first, *statistics, *learnt, True, 1 - self.momentum, self.epsilon)
        return y.movedim(1, self.axis)
