import copy
import dataclasses
import pickle

import numpy as np
import pytest
import reference

from nst_tf import Config, InputError
from nst_tf.config import OPTIMIZERS, OTHER_NAMES, PARAMETRISATIONS, POOLINGS, STARTS
from nst_tf.layers import NETWORK_LAYERS
from nst_tf.presets import PRESETS

FIELDS = tuple(field.name for field in dataclasses.fields(Config))


def test_the_defaults_are_those_of_the_design():
    config = Config()
    assert (config.alpha, config.beta, config.total_variation_weight) == (10, None, 0)
    assert config.content_layers == {"block4_conv2": 1}
    assert config.style_layers == {f"block{block}_conv1": 0.2 for block in (1, 2, 3, 4, 5)}
    assert (config.network, config.weights, config.pooling) == ("vgg16", "bundled", "max")
    assert config.normalise_activations is True
    assert (config.optimizer, config.content_constant) == ("lbfgs", "quarter_mean")


def test_every_setting_says_what_it_means_and_where_it_belongs():
    for field in dataclasses.fields(Config):
        assert len(field.metadata["help"].split()) >= 3, field.name
        assert field.metadata["group"], field.name
        assert f"\n    {field.name}: {field.metadata['help'][:20]}" in Config.__doc__


def test_a_config_cannot_be_changed_and_its_defaults_are_not_shared():
    config = Config()
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.steps = 3
    with pytest.raises(AttributeError):
        config.style_layers.clear()
    with pytest.raises(TypeError):
        config.style_layers["block1_conv1"] = 3
    layers = {"block1_conv1": 1.0}
    mine = Config(style_layers=layers)
    layers["block2_conv1"] = 5.0
    assert mine.style_layers == {"block1_conv1": 1.0}
    assert len(Config().style_layers) == 5


def test_a_config_can_be_a_key_and_a_copy_of_it_finds_the_value():
    settings = {"optimizer": "adam", "optimizer_options": {"epsilon": 0.1}, "style_layers": {"block1_conv1": 1}}
    found = {Config(): "default", Config(**settings): "mine"}
    for same in (Config(**settings), copy.deepcopy(Config(**settings)), pickle.loads(pickle.dumps(Config(**settings)))):
        assert found[same] == "mine"
    assert found[Config().replace(steps=5).replace(steps=Config.steps)] == "default"
    assert Config().replace(seed=1) not in found
    reordered = Config(style_layers={"block2_conv1": 1, "block1_conv1": 2})
    assert reordered == Config(style_layers={"block1_conv1": 2, "block2_conv1": 1})
    assert hash(reordered) == hash(Config(style_layers={"block1_conv1": 2, "block2_conv1": 1}))


def test_the_weight_of_the_style_goes_with_the_size_unless_it_is_given():
    for shape, beta in {(1, 512, 300, 3): 150, (1, 171, 256, 3): 75, (1, 683, 1024, 3): 300}.items():
        assert Config(steps=7).for_picture(shape) == Config(steps=7, beta=beta)
        assert Config(beta=3).for_picture(shape) == Config(beta=3)
    assert Config(beta=0, style_layers={}).for_picture((1, 512, 512, 3)).beta == 0


def test_every_default_passes_its_own_check_and_is_kept_as_it_is():
    for field in dataclasses.fields(Config):
        if field.default is not None:
            assert field.metadata["check"](field.name, field.default) == field.default == getattr(Config, field.name)
        assert type(getattr(Config(), field.name)) is type(field.default)


def test_the_vgg_layers_are_named_in_order():
    assert NETWORK_LAYERS["vgg16"][:4] == ("block1_conv1", "block1_conv2", "block1_pool", "block2_conv1")
    assert [len(NETWORK_LAYERS[name]) for name in ("vgg16", "vgg19")] == [13 + 5, 16 + 5]


def test_numbers_become_floats_and_layers_take_the_order_of_the_network():
    config = Config(
        alpha="1e-3", beta=np.float32(2), optimizer="adam", learning_rate="0.5",
        style_layers={"block3_conv1": 1, "block1_conv1": "2"},
    )  # fmt: skip
    assert (config.alpha, config.beta, config.learning_rate) == (1e-3, 2.0, 0.5)
    assert list(config.style_layers.items()) == [("block1_conv1", 2.0), ("block3_conv1", 1.0)]
    assert all(type(value) is float for value in (config.beta, config.learning_rate, *config.style_layers.values()))


def test_whole_numbers_of_numpy_are_whole_numbers():
    assert Config(steps=np.int64(5), seed=np.uint8(3)).steps == 5


BAD = [
    ({"steps": 0}, "steps is 0", "1 or more"),
    ({"steps": -3}, "steps is -3", "1 or more"),
    ({"steps": 2.5}, "steps is 2.5", "whole number"),
    ({"steps": "many"}, "steps is 'many'", "whole number"),
    ({"steps": True}, "steps is True", "whole number"),
    ({"seed": -1}, "seed is -1", "0 or more"),
    ({"seed": None}, "seed is None", "whole number"),
    ({"alpha": -1}, "alpha is -1", "0 or more"),
    ({"alpha": "much"}, "alpha is 'much'", "give a number"),
    ({"beta": float("nan")}, "beta is nan", "finite"),
    ({"beta": float("inf")}, "beta is inf", "finite"),
    ({"alpha": None}, "alpha is None", "give a number"),
    ({"alpha": [1]}, "alpha is [1]", "give a number"),
    ({"total_variation_weight": -0.1}, "total_variation_weight is -0.1", "0 or more"),
    ({"alpha": 0, "beta": 0}, "alpha and beta are both 0", "make one of them larger"),
    ({"optimizer": "lbgfs"}, "unknown optimizer 'lbgfs'", "did you mean lbfgs"),
    ({"start": "nois"}, "unknown start 'nois'", "did you mean noise"),
    ({"pooling": "avg"}, "unknown pooling 'avg'", "did you mean average"),
    ({"network": "vgg18"}, "unknown network 'vgg18'", "did you mean vgg1"),
    ({"network": ["vgg16"]}, "unknown network", "choose from vgg16, vgg19"),
    ({"content_constant": "quarter"}, "unknown content_constant 'quarter'", "did you mean quarter_mean"),
    ({"style_layers": {"block1_conv3": 1}}, "unknown layer of vgg16 'block1_conv3'", "block1_conv1, block1_conv2"),
    ({"content_layers": {"block3_conv4": 1}}, "unknown layer of vgg16 'block3_conv4'", "block5_conv3"),
    ({"style_layers": {"block1_conv1": -1}}, "style_layers, block1_conv1 is -1", "0 or more"),
    ({"style_layers": {"block1_conv1": "x"}}, "style_layers, block1_conv1 is 'x'", "give a number"),
    ({"style_layers": ["block1_conv1"]}, "style_layers is ['block1_conv1']", "give a dict"),
    ({"style_layers": {}}, "style_layers holds no layer", "set beta to 0"),
    ({"content_layers": {"block4_conv2": 0}}, "content_layers holds no layer", "set alpha to 0"),
    ({"learning_rate": 0.1}, "lbfgs chooses its own step length", "choose adam"),
    ({"optimizer": "adam", "learning_rate": 0}, "learning_rate is 0", "above 0"),
    ({"optimizer": "adam", "learning_rate": -1}, "learning_rate is -1", "0 or more"),
    ({"optimizer": "adam", "learning_rate": "fast"}, "learning_rate is 'fast'", "give a number"),
    ({"noise_ratio": 0.5}, "no meaning for the start content", "choose content+noise"),
    ({"noise_ratio": 0.5, "start": "noise"}, "no meaning for the start noise", "choose content+noise"),
    ({"noise_contrast": 0.5}, "no meaning for the start content", "choose noise or content+noise"),
    ({"noise_contrast": 1.5, "start": "noise"}, "noise_contrast is 1.5", "from 0 to 1"),
    ({"optimizer": "lbfgsb"}, "unknown optimizer 'lbfgsb'", "did you mean lbfgs"),
    ({"parametrisation": "pixel"}, "unknown parametrisation 'pixel'", "did you mean pixels"),
    ({"parametrisation": "fourier", "optimizer": "adam"}, "adam stores the picture as pixels", "choose lbfgs"),
    ({"start": "content+noise", "noise_ratio": 1.5}, "noise_ratio is 1.5", "from 0 to 1"),
]


@pytest.mark.parametrize(("settings", "names", "remedy"), BAD)
def test_a_bad_setting_is_named_with_its_remedy_in_one_line(settings, names, remedy):
    with pytest.raises(InputError) as raised:
        Config(**settings)
    message = str(raised.value)
    assert "\n" not in message
    assert names in message
    assert remedy in message


@pytest.mark.parametrize(
    "settings",
    [
        {"alpha": 0, "content_layers": {}},
        {"beta": 0, "style_layers": {}},
        {"network": "vgg19", "content_layers": {"block3_conv4": 1}},
        {"start": "content+noise", "noise_ratio": 0},
        {"start": "noise", "noise_contrast": 1},
        {"optimizer": "adam", "parametrisation": "pixels"},
        *({"parametrisation": name} for name in PARAMETRISATIONS),
        *({"start": start} for start in STARTS),
        *({"optimizer": optimizer} for optimizer in OPTIMIZERS),
        *({"pooling": pooling} for pooling in POOLINGS),
    ],
)
def test_what_is_allowed_is_allowed(settings):
    config = Config(**settings)
    assert {name: getattr(config, name) for name in settings} == settings


def change_nothing(**settings):
    return Config().replace(**settings)


def on_a_preset(**settings):
    return Config.from_preset("gatys2016", **settings)


@pytest.mark.parametrize("make", [change_nothing, on_a_preset])
def test_an_unknown_setting_is_an_input_error_with_the_closest_name(make):
    with pytest.raises(InputError, match="unknown setting 'stepz': did you mean steps") as raised:
        make(stepz=3)
    assert all(name in str(raised.value) for name in FIELDS)


def test_replace_checks_what_it_makes():
    assert Config(steps=3).replace(seed=4) == Config(steps=3, seed=4)
    with pytest.raises(InputError, match="steps is 0"):
        Config().replace(steps=0)


def test_an_unknown_preset_is_named():
    with pytest.raises(InputError, match="unknown preset 'gatys2015': did you mean gatys2016"):
        Config.from_preset("gatys2015")


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_makes_a_config_that_settings_lie_over(preset):
    config = Config.from_preset(preset, steps=7)
    assert config.steps == 7
    assert not config.normalise_activations


# Each recipe's J as its source computes it, from the raw activations of C, S and G (dicts by layer) and the image's
# number of pixels; with L the layers of each kind as the source lists them.


def gatys(C, S, G, pixels):
    content = 0.5 * ((G["block4_conv2"] - C["block4_conv2"]) ** 2).sum()
    style = 0
    for layer in (f"block{b}_conv1" for b in range(1, 6)):
        N, M = S[layer].shape[3], S[layer].shape[1] * S[layer].shape[2]
        style += 1 / 5 * ((reference.gram(G[layer]) - reference.gram(S[layer])) ** 2).sum() / (4 * N**2 * M**2)
    return 1e-3 * content + style


def tensorflow_tutorial(C, S, G, pixels):
    layers = [f"block{b}_conv1" for b in range(1, 6)]
    grams = [[reference.gram(a[layer]) / (a[layer].shape[1] * a[layer].shape[2]) for a in (S, G)] for layer in layers]
    style = sum(np.mean((of_S - of_G) ** 2) for of_S, of_G in grams)
    content = np.mean((G["block5_conv2"] - C["block5_conv2"]) ** 2)
    return 1e-2 / len(layers) * style + 1e4 * content


def keras_example(C, S, G, pixels):
    layers = [f"block{b}_conv1" for b in range(1, 6)]
    loss = 2.5e-8 * ((G["block5_conv2"] - C["block5_conv2"]) ** 2).sum()
    for layer in layers:
        style = ((reference.gram(S[layer]) - reference.gram(G[layer])) ** 2).sum() / (4.0 * 3**2 * pixels**2)
        loss += 1e-6 / len(layers) * style
    return loss


def pytorch_tutorial(C, S, G, pixels):
    # Its input is divided by the standard deviations of the colours in [0, 1]; Keras' is in 0..255.
    unit = 255 * (0.229 + 0.224 + 0.225) / 3
    C, S, G = ({layer: a / unit for layer, a in activations.items()} for activations in (C, S, G))
    layers = ["block1_conv1", "block1_conv2", "block2_conv1", "block2_conv2", "block3_conv1"]
    style = sum(np.mean((reference.gram(S[l]) / S[l].size - reference.gram(G[l]) / G[l].size) ** 2) for l in layers)
    return 1e6 * style + np.mean((G["block2_conv2"] - C["block2_conv2"]) ** 2)


@pytest.mark.parametrize(
    ("preset", "published"),
    [
        ("gatys2016", gatys),
        ("tensorflow_tutorial", tensorflow_tutorial),
        ("keras_example", keras_example),
        ("pytorch_tutorial", pytorch_tutorial),
    ],
)
def test_each_preset_gives_the_published_j(preset, published):
    config, rng = Config.from_preset(preset), np.random.default_rng(0)
    channels = dict(zip(range(1, 6), (64, 128, 256, 512, 512), strict=True))
    activations = [
        {
            layer: rng.random((1, 32 // 2 ** (b - 1), 48 // 2 ** (b - 1), channels[b])) * 10
            for layer in {**config.content_layers, **config.style_layers}
            for b in [int(layer[5])]
        }
        for _ in "CSG"
    ]
    a_C, a_S, a_G = activations
    J_content = sum(
        weight * reference.content_cost(a_C[l], a_G[l], config.content_constant)
        for l, weight in config.content_layers.items()
    )
    J_style = sum(weight * reference.layer_style_cost(a_S[l], a_G[l]) for l, weight in config.style_layers.items())
    J = config.alpha * J_content + config.beta * J_style
    np.testing.assert_allclose(J, published(a_C, a_S, a_G, 32 * 48), rtol=1e-9)


def test_a_presets_learning_rate_goes_with_its_optimizer():
    assert Config.from_preset("tensorflow_tutorial").learning_rate == 0.02
    assert Config.from_preset("tensorflow_tutorial", optimizer="lbfgs").learning_rate is None
    assert Config.from_preset("tensorflow_tutorial").optimizer_options == {"beta_1": 0.99, "epsilon": 0.1}
    assert Config.from_preset("tensorflow_tutorial", optimizer="lbfgs").optimizer_options == {}
    keras = Config.from_preset("keras_example")
    assert (keras.optimizer, keras.learning_rate) == ("gradient_descent", pytest.approx(100 / 255**2))
    assert keras.optimizer_options == {"decay_steps": 100, "decay_rate": 0.96}
    gatys = Config.from_preset("gatys2016")
    assert (gatys.start, gatys.pooling, gatys.optimizer) == ("noise", "average", "lbfgs")
    for preset in PRESETS:
        config = Config.from_preset(preset)
        assert (config.scales, config.precision, config.normalise_activations) == (1, "float32", False)
    assert Config.from_preset("tensorflow_tutorial", optimizer="adam") == Config.from_preset("tensorflow_tutorial")


def test_options_of_the_optimizer_are_copied_as_numbers():
    options = {"decay_steps": "100", "decay_rate": 1}
    config = Config(optimizer="adam", optimizer_options=options)
    options["decay_rate"] = 7
    assert config.optimizer_options == {"decay_steps": 100.0, "decay_rate": 1.0}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"optimizer_options": {"beta_1": 0.9}}, "lbfgs has no options: leave beta_1 out, or choose adam"),
        (
            {"optimizer": "adam", "optimizer_options": {"beta1": 0.9}},
            "unknown option of adam 'beta1': did you mean beta_1",
        ),
        ({"optimizer": "adam", "optimizer_options": {"momentum": 0.9}}, "unknown option of adam 'momentum'"),
        ({"optimizer": "adam", "optimizer_options": {"beta_2": 1}}, "beta_2 is 1: give a number from 0 to below 1"),
        ({"optimizer": "adam", "optimizer_options": {"epsilon": 0}}, "epsilon is 0: give a number above 0"),
        ({"optimizer": "adam", "optimizer_options": {"epsilon": "small"}}, "epsilon is 'small': give a number"),
        ({"optimizer": "adam", "optimizer_options": [0.9]}, r"optimizer_options is \[0.9\]: give a dict"),
        ({"optimizer": "adam", "optimizer_options": {"decay_rate": 0.9}}, "needs both decay_steps and decay_rate"),
        (
            {"optimizer": "gradient_descent", "optimizer_options": {"decay_rate": 0.9, "decay_steps": 0}},
            "decay_steps is 0: give a number above 0",
        ),
        ({"scales": 0}, "scales is 0: give a whole number, 1 or more"),
        ({"scales": 1.5}, "scales is 1.5: give a whole number"),
        ({"scales": 10**11}, "scales is 100000000000: give 9 at most"),
        ({"alpha": 10**400}, "alpha is 1000.*: give a finite number"),
        ({"beta": 1e39}, r"beta is 1e\+39: give a number up to 3.4e\+38, the largest that float32 holds"),
        ({"start": "content+noise", "noise_ratio": 10**400}, "noise_ratio is 1000.*: give a"),
        ({"precision": "half"}, "unknown precision 'half'"),
    ],
)
def test_options_scales_and_precisions_that_make_no_sense(settings, message):
    with pytest.raises(InputError, match=message):
        Config(**settings)


@pytest.mark.parametrize("settings", [{"normalise_activations": "no"}, {"weights": None}])
def test_settings_of_the_wrong_type(settings):
    with pytest.raises(InputError, match=next(iter(settings))):
        Config(**settings)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("style_weight", "beta"),
        ("content_weight", "alpha"),
        ("iterations", "steps"),
        ("epochs", "steps"),
        ("num_steps", "steps"),
        ("lr", "learning_rate"),
        ("tv_weight", "total_variation_weight"),
    ],
)
def test_what_others_call_a_setting_is_understood(theirs, ours):
    with pytest.raises(InputError, match=f"unknown setting '{theirs}': did you mean {ours}\\? choose"):
        Config().replace(**{theirs: 1})


def test_every_other_name_is_that_of_a_setting():
    names = {setting.name for setting in dataclasses.fields(Config)}
    assert set(OTHER_NAMES.values()) <= names
    assert not set(OTHER_NAMES) & names
