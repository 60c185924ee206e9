import copy

import numpy as np
import pytest
import reference
import tensorflow as tf

import nst_tf
from nst_tf import Config, Costs, InputError, as_objective, make_objective, sum_of_terms, total_cost
from nst_tf.config import CONTENT_CONSTANTS


@pytest.fixture(scope="module")
def painting(content):
    """Return a picture halfway: content and noise, away from the ends of [0, 1]."""
    return 0.1 + 0.8 * nst_tf.initialise_generated_image(content, start="content+noise", seed=1)


def expected_costs(extractor, content, style, image, config):
    """Return J and its terms by the NumPy reference, from the network's activations."""
    config = config.for_picture(content.shape)
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
    terms = {"J_content": J_content, "J_style": J_style, "J_tv": J_tv}
    return J, terms if config.total_variation_weight else {k: terms[k] for k in ("J_content", "J_style")}


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
    objective = make_objective(extractor, content, style, config)
    J, terms = expected_costs(extractor, content, style, painting, config)
    for costs in (objective(painting), objective.value_and_gradient(painting)[0]):
        assert float(costs.J) == pytest.approx(J, rel=1e-4, abs=1e-6)
        assert {name: float(cost) for name, cost in costs.terms.items()} == pytest.approx(terms, rel=1e-4, abs=1e-6)
        assert all(cost.dtype == tf.float32 and cost.shape == () for cost in tf.nest.flatten(costs))


def test_j_is_the_sum_of_its_terms_by_their_weights(extractor, content, style, painting):
    config = Config(alpha=3, beta=7, total_variation_weight=100)
    objective = make_objective(extractor, content, style, config)
    costs = objective(painting)
    assert objective.weights == {"J_content": 3, "J_style": 7, "J_tv": 100}
    summed = sum(weight * float(costs.terms[name]) for name, weight in objective.weights.items())
    assert float(costs.J) == pytest.approx(summed, rel=1e-5)
    both = total_cost(costs.J_content, costs.J_style, alpha=3, beta=7)
    assert float(both) == pytest.approx(float(costs.J) - 100 * float(costs.J_tv), rel=1e-4)


def test_a_term_is_an_attribute_and_one_that_is_none_is_named():
    costs = Costs(tf.constant(1.0), {"J_content": tf.constant(2.0), "J_style": tf.constant(3.0)})
    assert (float(costs.J_content), float(costs.J_style)) == (2, 3)
    with pytest.raises(AttributeError, match="there is no J_tv: the terms of J are J_content, J_style"):
        _ = costs.J_tv
    with pytest.raises(AttributeError, match="there is no J_content: the terms of J are not told apart"):
        _ = Costs(tf.constant(1.0)).J_content
    assert copy.deepcopy(costs).terms.keys() == costs.terms.keys()


def test_the_default_config_is_the_default(extractor, content, style, painting, objective):
    assert objective.weights == {"J_content": 10, "J_style": 150 * 48 / 512}
    assert float(objective(painting).J) == float(make_objective(extractor, content, style, Config())(painting).J)


def test_the_content_itself_costs_no_content_and_the_style_no_style(extractor, content, style):
    on_content = make_objective(extractor, content, style)(content)
    assert float(on_content.J_content) == 0
    assert float(on_content.J_style) > 0.1
    on_style = make_objective(extractor, style, style)(style)
    assert float(on_style.J) == pytest.approx(0, abs=1e-6)


def test_content_and_style_are_not_confused(extractor, content, style):
    swapped = make_objective(extractor, style, content)(style)
    assert float(swapped.J_content) == 0
    assert float(swapped.J_style) > 0.1


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
    value_and_gradient = make_objective(extractor, content, style, TERMS[term]).value_and_gradient
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
        make_objective(extractor, content[0], style)
    with pytest.raises(InputError, match="style has values from"):
        make_objective(extractor, content, style * 255)


def test_a_layer_that_the_extractor_does_not_give_is_named(vgg, content, style):
    few = nst_tf.build_feature_extractor(vgg, ["block1_conv1"])
    with pytest.raises(InputError, match="the feature extractor has no output block4_conv2: build it with that layer"):
        make_objective(few, content, style)


def test_an_image_of_another_size_than_the_contents_is_refused(objective, style):
    for evaluate in (objective, objective.value_and_gradient):
        with pytest.raises(InputError, match=r"image has shape \(1, 43, 64, 3\), the content .*: give them one size"):
            evaluate(style)


# ---- what is compiled


@pytest.fixture
def traces(monkeypatch):
    """Return a list of the images that `_Sum` was traced, or called, with."""
    seen, call = [], sum_of_terms._Sum.__call__
    monkeypatch.setattr(sum_of_terms._Sum, "__call__", lambda self, *a: seen.append(a[0].shape) or call(self, *a))
    return seen


def test_pictures_sizes_and_weights_share_what_was_compiled(vgg, content, style, traces):
    extractor = nst_tf.build_feature_extractor(vgg, ["block1_conv2", "block2_conv1"])  # as in no other test
    layers = {"content_layers": {"block2_conv1": 1.0}, "style_layers": {"block1_conv2": 0.7}}
    for (C, S), settings in {
        (0, 0): {"alpha": 3, "beta": 4},
        (1, 0): {"alpha": 5, "beta": 6},
        (0, 7): {"style_layers": {"block1_conv2": 0.1}},
    }.items():
        images = content[:, :, C:], style[:, S:]
        objective = make_objective(extractor, *images, Config(**layers | settings))
        costs, gradient = objective.value_and_gradient(images[0])
        assert gradient.shape == images[0].shape
        assert len(traces) == 1
        np.testing.assert_allclose(costs.J, objective(images[0]).J, rtol=1e-4)
        traces.pop()
    other = Config(**layers, content_constant="half")
    make_objective(extractor, content, style, other).value_and_gradient(content)
    assert len(traces) == 2


def test_objectives_of_different_formulas_share_nothing(extractor, content, style, painting):
    """A compiled function that took one constant for the other would give both the same cost."""
    J = {
        constant: float(make_objective(extractor, content, style, Config(content_constant=constant))
                        .value_and_gradient(painting)[0].J_content)
        for constant in ("quarter_mean", "mean", "quarter_mean")
    }  # fmt: skip
    assert J["mean"] == pytest.approx(4 * J["quarter_mean"], rel=1e-4)


# ---- a reader's own


def test_a_function_of_the_readers_own_goes_the_same_way():
    image = np.full((1, 32, 40, 3), 0.7, np.float32)
    objective = as_objective(lambda image: tf.reduce_sum(tf.square(image - 0.2)))
    assert as_objective(objective) is objective
    costs, gradient = objective.value_and_gradient(image)
    assert float(costs.J) == pytest.approx(image.size * 0.25, rel=1e-5)
    assert costs.terms == {}
    np.testing.assert_allclose(gradient, np.full_like(image, 1.0), rtol=1e-5)


def test_it_is_compiled_once_for_each_size():
    traced = []
    objective = as_objective(lambda image: traced.append(image.shape) or tf.reduce_mean(image[:, : image.shape[1]]))
    for size in (32, 34, 32, 34):
        assert float(objective.value_and_gradient(tf.ones((1, size, 32, 3)))[0].J) == 1
    assert [shape[1] for shape in traced] == [32, 34]


BAD_OBJECTIVES = {
    "a list": (lambda image: [tf.reduce_sum(image)], "the objective gives list as J: return a scalar tensor, or"),
    "nothing": (lambda image: None, "the objective gives NoneType as J"),
    "an image": (lambda image: image * 2, r"the objective gives a tensor of shape \(1, 32, 32, 3\) as J"),
    "a number": (lambda image: 3.0, "the objective gives float as J"),
    "whole numbers": (lambda image: tf.reduce_sum(tf.cast(image, tf.int32)), "the objective gives"),
    "a bad term": (lambda image: Costs(tf.reduce_sum(image), {"mine": image}), "gives a tensor of shape .* as mine"),
    "no gradient": (lambda image: tf.constant(1.0), "J has no gradient: compute it from the image, with TensorFlow"),
    "rounded": (lambda image: tf.reduce_sum(tf.stop_gradient(image)), "J has no gradient"),
}


@pytest.mark.parametrize("name", BAD_OBJECTIVES)
def test_what_is_no_objective_is_named_as_such(name):
    function, message = BAD_OBJECTIVES[name]
    with pytest.raises(InputError, match=message) as raised:
        as_objective(function).value_and_gradient(np.full((1, 32, 32, 3), 0.5, np.float32))
    assert "\n" not in str(raised.value)
    with pytest.raises(InputError, match=message):
        next(nst_tf.minimise(function, np.full((1, 32, 32, 3), 0.5, np.float32)))


def test_what_is_no_function_is_named_as_such():
    with pytest.raises(InputError, match="the objective is a float: give a function of the image"):
        as_objective(1.5)
