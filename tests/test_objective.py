import numpy as np
import pytest
import reference
import tensorflow as tf

import nst_tf
from nst_tf import Config, InputError, Objective
from nst_tf.config import CONTENT_CONSTANTS


@pytest.fixture(scope="module")
def painting(content):
    """Return a picture halfway: content and noise, away from the ends of [0, 1]."""
    return 0.1 + 0.8 * nst_tf.initialise_generated_image(content, start="content+noise", seed=1)


def expected_costs(extractor, content, style, image, config):
    """Return J, J_content, J_style by the NumPy reference, from the network's activations."""
    a_C, a_S, a_G = (
        extractor(tf.constant(reference.preprocess(x), tf.float32)) for x in (content, style, image)
    )  # fmt: skip
    J_content = sum(
        weight * reference.content_cost(a_C[l], a_G[l], config.content_constant)
        for l, weight in config.content_layers.items()
    )
    J_style = sum(weight * reference.layer_style_cost(a_S[l], a_G[l]) for l, weight in config.style_layers.items())
    J_tv = reference.total_variation(image)
    J = config.alpha * J_content + config.beta * J_style + config.total_variation_weight * J_tv
    return J, J_content, J_style


CONFIGS = {
    "default": Config(),
    "several layers": Config(
        content_layers={"block2_conv2": 0.3, "block4_conv2": 1.7},
        style_layers={"block1_conv1": 0.5, "block3_conv3": 2.5},
    ),
    "total variation": Config(alpha=0.1, beta=0.2, total_variation_weight=1e3),
    "content only": Config(beta=0, style_layers={}),
    "style only": Config(alpha=0, content_layers={}),
    **{constant: Config(content_constant=constant, beta=1) for constant in CONTENT_CONSTANTS},
}


@pytest.mark.parametrize("name", CONFIGS)
def test_the_objective_agrees_with_the_reference(extractor, content, style, painting, name):
    config = CONFIGS[name]
    costs = Objective(extractor, content, style, config)(painting)
    expected = expected_costs(extractor, content, style, painting, config)
    assert [float(cost) for cost in costs] == pytest.approx(expected, rel=1e-4, abs=1e-6)
    assert all(cost.dtype == tf.float32 and cost.shape == () for cost in costs)
    assert costs.J is costs[0]
    assert (costs.J_content, costs.J_style) == tuple(costs)[1:]


def test_the_default_config_is_the_default(extractor, content, style, painting, objective):
    assert objective.config == Config()
    assert float(objective(painting).J) == float(Objective(extractor, content, style, Config())(painting).J)


def test_the_content_itself_costs_no_content_and_the_style_no_style(extractor, content, style):
    on_content = Objective(extractor, content, style)(content)
    assert float(on_content.J_content) == 0
    assert float(on_content.J_style) > 0.1
    on_style = Objective(extractor, style, style)(style)
    assert float(on_style.J) == pytest.approx(0, abs=1e-6)


def test_content_and_style_are_not_confused(extractor, content, style):
    swapped = Objective(extractor, style, content)(style)
    assert float(swapped.J_content) == 0
    assert float(swapped.J_style) > 0.1


def test_the_targets_are_computed_once_and_kept_by_layer(extractor, content, style, objective):
    assert list(objective.parameters.content_targets) == ["block4_conv2"]
    assert list(objective.parameters.style_targets) == [f"block{block}_conv1" for block in range(1, 6)]
    a_S = extractor(nst_tf.preprocess(style))
    for layer, target in objective.parameters.style_targets.items():
        positions = a_S[layer].shape[1] * a_S[layer].shape[2]
        np.testing.assert_allclose(target, reference.gram(a_S[layer]) / positions, rtol=1e-3, atol=1e-4)


def test_arrays_tensors_and_variables_cost_the_same(objective, painting):
    costs = [float(objective(kind(painting)).J) for kind in (np.asarray, tf.constant, tf.Variable)]
    assert costs[0] == costs[1] == costs[2] > 0


# The derivative of J along a direction, by the tape and by central differences. float32 leaves J seven digits, and
# ReLU and pooling have kinks: so a direction of steep ascent, within some pixels, and a step neither long nor short.
MASKS = {
    "everywhere": np.s_[:],
    "top left": np.s_[:, :16, :24],
    "a strip": np.s_[:, 20:24],
    "red": np.s_[..., 0],
    "blue": np.s_[..., 2],
}
TERMS = {
    "content": Config(beta=0),
    "style": Config(alpha=0),
    "total variation": Config(alpha=0.01, beta=0, total_variation_weight=1000),
    "all": Config(total_variation_weight=100),
}


@pytest.mark.parametrize("term", TERMS)
def test_the_gradient_of_j_by_the_image_is_its_slope(extractor, content, style, painting, term):
    value_and_gradient = nst_tf.make_value_and_gradient(Objective(extractor, content, style, TERMS[term]))
    gradient = value_and_gradient(tf.constant(painting))[1].numpy().astype(np.float64)
    assert gradient.shape == painting.shape

    def J(image):
        return float(value_and_gradient(tf.constant(image.astype(np.float32)))[0].J)

    for name, mask in MASKS.items():
        direction = np.zeros_like(gradient)
        direction[mask] = gradient[mask]
        length = np.linalg.norm(direction)
        assert length > 0.05 * np.linalg.norm(gradient), name
        step = 0.003 * direction / length
        slope = (J(painting + step) - J(painting - step)) / (2 * 0.003)
        assert slope == pytest.approx(length, rel=0.05), name


def test_an_image_that_is_none_is_refused_by_its_name(extractor, content, style):
    with pytest.raises(InputError, match=r"content has shape \(32, 48, 3\)"):
        Objective(extractor, content[0], style)
    with pytest.raises(InputError, match="style has values from"):
        Objective(extractor, content, style * 255)


def test_a_layer_that_the_extractor_does_not_give_is_named(vgg, content, style):
    few = nst_tf.build_feature_extractor(vgg, ["block1_conv1"])
    with pytest.raises(InputError, match="the feature extractor has no output block4_conv2: build it with that layer"):
        Objective(few, content, style)
