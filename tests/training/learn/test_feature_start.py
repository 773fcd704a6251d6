"""A network learns to see what another sees."""

import numpy as np
import pytest

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("small_network", "untraced")]
keras = pytest.importorskip("keras")

from lungview.training.architectures import ARCHITECTURES
from lungview.training.learn import feature_start


def test_features_that_are_in_the_pictures_are_learned() -> None:
    """The features: brightness of the four quarters, of any spread; 1 is the error of saying the mean."""
    keras.utils.set_random_seed(3)
    grey = np.random.default_rng(3).integers(20, 230, (128, 2, 2))
    pictures = np.kron(grey, np.ones((8, 8))).astype(np.uint8)
    model = ARCHITECTURES["cnn"].build((16, 16, 3), 2, None)
    features = grey.reshape(-1, 4) * 7.0 + 3
    first = feature_start.start(model, pictures, features, scale_name="-1..1", passes=1)
    last = feature_start.start(model, pictures, features, scale_name="-1..1", passes=8)
    assert last < 0.5 < first
