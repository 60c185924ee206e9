"""The layers of the VGG networks, by the names that Keras gives them, and those that the costs look at."""

from types import MappingProxyType


def _vgg_layers(convolutions_per_block):
    return tuple(
        name
        for block, count in enumerate(convolutions_per_block, start=1)
        for name in (*(f"block{block}_conv{i}" for i in range(1, count + 1)), f"block{block}_pool")
    )


NETWORK_LAYERS = MappingProxyType({"vgg16": _vgg_layers((2, 2, 3, 3, 3)), "vgg19": _vgg_layers((2, 2, 4, 4, 4))})
CHANNELS = (64, 128, 256, 512, 512)  # n_C of the five blocks, in both networks
STYLE_LAYERS = MappingProxyType({f"block{block}_conv1": 0.2 for block in range(1, 6)})
CONTENT_LAYERS = MappingProxyType({"block4_conv2": 1.0})
