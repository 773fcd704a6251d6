"""The networks, one a file; a network is its entry in ARCHITECTURES."""

from lungview.errors import InputError
from lungview.training.architectures.alexnet import ALEXNET
from lungview.training.architectures.architecture import Architecture
from lungview.training.architectures.cnn import CNN
from lungview.training.architectures.efficientnet_b0 import EFFICIENTNET_B0
from lungview.training.architectures.efficientnet_lite0 import EFFICIENTNET_LITE0
from lungview.training.architectures.inception_v3 import INCEPTION_V3
from lungview.training.architectures.mobilenet_v2 import MOBILENET_V2
from lungview.training.architectures.resnet50 import RESNET50, RESNET50_LAST20
from lungview.training.architectures.vgg import VGG16, VGG19

ARCHITECTURES: dict[str, Architecture] = {
    a.name: a
    for a in (
        MOBILENET_V2,
        RESNET50,
        RESNET50_LAST20,
        INCEPTION_V3,
        EFFICIENTNET_B0,
        EFFICIENTNET_LITE0,
        VGG16,
        VGG19,
        ALEXNET,
        CNN,
    )
}


def find(name: str) -> Architecture:
    """The network of that name. Raises InputError that lists the names there are."""
    if name not in ARCHITECTURES:
        raise InputError(f"no architecture “{name}”; there are {', '.join(ARCHITECTURES)}")
    return ARCHITECTURES[name]
