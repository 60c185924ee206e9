"""Several styles, and places: as data of the objective, and in a whole painting."""

import numpy as np
import pytest
import reference
import tensorflow as tf

import nst_tf
from nst_tf import Config, InputError, Style, make_objective, style_transfer
from nst_tf.styles import as_styles, at_scale


@pytest.fixture(scope="module")
def other():
    return nst_tf.load_image(nst_tf.sample_image("poppies"), 56)


@pytest.fixture(scope="module")
def left(content):
    """Return a mask of the content, white in its left third."""
    mask = np.zeros(content.shape[1:3], np.float32)
    mask[:, : content.shape[2] // 3] = 1
    return mask


@pytest.fixture(scope="module")
def costs_of(extractor, content):
    """Return a function of styles: J and its terms, as floats, of a picture that is neither C nor S."""
    picture = 0.1 + 0.8 * nst_tf.initialise_generated_image(content, start="content+noise", seed=1)

    def costs_of(styles, config=None):
        costs, gradient = make_objective(extractor, content, styles, config).value_and_gradient(picture)
        return float(costs.J), {name: float(cost) for name, cost in costs.terms.items()}, gradient.numpy()

    costs_of.picture = picture
    return costs_of


def assert_same(found, expected):
    assert found[0] == pytest.approx(expected[0], rel=1e-5)
    np.testing.assert_allclose(found[2], expected[2], atol=1e-5 * np.abs(expected[2]).max())


# ---- what a style is


def test_an_image_a_style_and_lists_of_them_are_styles(style, other):
    assert [item.weight for item in as_styles(style)] == [1]
    assert as_styles(style.tolist())[0].image.shape == style.shape  # an image, though it is a list
    several = as_styles([style, Style(other, weight=2, name="poppies"), Style(other, name="poppies")])
    assert [(item.name, item.weight) for item in several] == [("1", 1), ("poppies", 2), ("poppies_3", 1)]
    assert as_styles((style, other))[1].image.shape == other.shape
    assert as_styles([Style(style, name="ink & wash")])[0].name == "ink_wash"


def test_bad_styles_are_named(style, content):
    for wrong, message in (
        ([], "there is no style: give at least one"),
        ([Style(style, weight=0), Style(style, weight=0)], "all styles have the weight 0"),
        (["great_wave"], "style is a name, 'great_wave': load it first"),
        ([style, "great_wave"], "style is a name"),
    ):
        with pytest.raises(InputError, match=message):
            as_styles(wrong)
    for settings, message in (
        ({"weight": -1}, "the weight of waves is -1"),
        ({"weight": "much"}, "the weight of waves is 'much'"),
        ({"place": np.zeros((4, 4))}, "the place of waves is black all over"),
        ({"part": np.ones((40, 40))}, "the part of waves has 40x40 pixels, the style 64x43"),
    ):
        with pytest.raises(InputError, match=message):
            Style(style, name="waves", **settings)
    with pytest.raises(InputError, match="the place of 1 has 90x30 pixels, the content 48x32"):
        style_transfer(content, Style(style, place=np.ones((30, 90))), steps=1)


# ---- several


def test_each_style_is_a_term_by_its_weight(extractor, content, style, other, costs_of):
    config = Config(beta=3)
    J, terms, _ = costs_of([Style(style, weight=2, name="wave"), Style(other, weight=0.5, name="poppies")], config)
    assert list(terms) == ["J_content", "J_style_wave", "J_style_poppies"]
    a_G, *a_S = (extractor(tf.constant(reference.preprocess(x), tf.float32)) for x in (costs_of.picture, style, other))
    for name, a in zip(("J_style_wave", "J_style_poppies"), a_S, strict=True):
        expected = sum(w * reference.layer_style_cost(a[l], a_G[l]) for l, w in config.style_layers.items())
        assert terms[name] == pytest.approx(expected, rel=1e-4)
    weighted = 10 * terms["J_content"] + 3 * (2 * terms["J_style_wave"] + 0.5 * terms["J_style_poppies"])
    assert pytest.approx(weighted, rel=1e-5) == J


def test_equal_styles_add_up(style, costs_of):
    assert_same(costs_of([Style(style, weight=1), Style(style, weight=3)]), costs_of(Style(style, weight=4)))


def test_the_order_does_not_matter(style, other, costs_of):
    styles = [Style(style, weight=2), Style(other)]
    assert_same(costs_of(styles), costs_of(styles[::-1]))


def test_a_style_of_weight_0_counts_for_nothing(style, other, costs_of):
    assert_same(costs_of([Style(style), Style(other, weight=0)]), costs_of(style))


def test_one_style_alone_is_called_as_ever(style, costs_of):
    assert list(costs_of([Style(style, name="wave")])[1]) == ["J_content", "J_style"]


def test_several_styles_paint_and_each_has_its_say(content, style, other):
    settings = {"steps": 12, "precision": "float32"}
    both = style_transfer(content, [style, other], **settings)
    assert list(both.best.terms) == ["J_content", "J_style_1", "J_style_2"]
    first, last = both.history[0], both.best
    assert all(last.terms[name] < first.terms[name] for name in ("J_style_1", "J_style_2"))


# ---- places


def test_a_mask_that_is_white_all_over_is_none(content, style, costs_of):
    white = np.ones(content.shape[1:3])
    for place, part in ((white, None), (None, np.ones((86, 128))), (white, np.ones(style.shape[1:3]))):
        assert_same(costs_of(Style(style, place=place, part=part)), costs_of(style))


def test_a_guided_style_matrix_by_hand(content, style, left, extractor, costs_of):
    """The Gram matrix of the white positions alone, divided by their number, where the mask ends between positions."""
    mask = np.zeros(content.shape[1:3], np.float32)
    mask[:, :16] = 1
    config = Config(style_layers={"block1_conv1": 1}, content_layers={"block1_conv1": 1}, beta=5)
    _, terms, _ = costs_of(Style(style, place=mask), config)
    a_G, a_S = (
        extractor(tf.constant(reference.preprocess(x), tf.float32))["block1_conv1"] for x in (costs_of.picture, style)
    )
    assert terms["J_style"] == pytest.approx(reference.layer_style_cost(a_S, a_G[:, :, :16]), rel=1e-4)


def test_a_part_of_the_style_is_all_that_is_learnt(style, extractor, costs_of):
    mask = np.zeros(style.shape[1:3], bool)
    mask[10:30, 20:50] = True
    config = Config(style_layers={"block1_conv2": 1})
    _, terms, _ = costs_of(Style(style, part=mask), config)
    a_G, a_S = (
        extractor(tf.constant(reference.preprocess(x), tf.float32))["block1_conv2"] for x in (costs_of.picture, style)
    )
    assert terms["J_style"] == pytest.approx(reference.layer_style_cost(a_S[:, 10:30, 20:50], a_G), rel=1e-4)


def test_each_pixel_is_pulled_as_strongly_as_without_a_place(extractor, style):
    """On a picture that is the same everywhere, but for its borders, of which a place has its own share."""
    config, flat = Config(style_layers={"block1_conv1": 1}, beta=1), np.full((1, 48, 96, 3), 0.5, np.float32)
    pulls = []
    for share in (1, 1 / 2, 1 / 4):
        place = np.zeros((48, 96), bool)
        place[:, : round(96 * share)] = True
        objective = make_objective(extractor, flat, Style(style, place=place), config)
        pulls.append(objective.value_and_gradient(flat)[1].numpy()[0, 24, 12])
    np.testing.assert_allclose(pulls, [pulls[0]] * 3, rtol=0.03)
    assert np.abs(pulls[0]).min() > 0


def test_beyond_a_place_there_is_no_pull_but_within_the_receptive_field(content, style, left, costs_of):
    config = Config(alpha=0, style_layers={"block1_conv2": 1})
    _, _, gradient = costs_of(Style(style, place=left), config)
    edge = content.shape[2] // 3
    assert np.abs(gradient[:, :, :edge]).max() > 0
    assert np.abs(gradient[:, :, edge + 2 :]).max() == 0
    assert np.abs(gradient[:, :, edge : edge + 2]).max() > 0


@pytest.mark.parametrize("layers", ["several", "deep"])
def test_the_gradient_of_a_guided_cost_is_its_slope(content, style, left, extractor, layers):
    names = {"several": {"block1_conv1": 1, "block3_conv1": 1}, "deep": {"block5_conv1": 1}}[layers]
    config = Config(alpha=0, beta=100, style_layers=names)
    objective = make_objective(extractor, content, Style(style, place=left), config)
    picture = 0.1 + 0.8 * nst_tf.initialise_generated_image(content, start="content+noise", seed=1)
    gradient = objective.value_and_gradient(picture)[1].numpy()
    direction = gradient / np.linalg.norm(gradient)
    step = 1e-2
    slope = (float(objective(picture + step * direction).J) - float(objective(picture - step * direction).J)) / (
        2 * step
    )
    assert slope == pytest.approx(np.linalg.norm(gradient), rel=0.03)


def test_the_style_is_painted_in_its_place(content, style, left):
    settings = {"steps": 30, "precision": "float32", "beta": 100.0}
    painted = style_transfer(content, Style(style, place=left), **settings).image
    change, edge = np.abs(painted - content).mean(axis=(0, 1, 3)), content.shape[2] // 3
    assert change[: edge - 4].mean() > 2 * change[edge + 12 :].mean()


# ---- scale


def test_the_styles_longer_side_is_measured_by_the_contents(style, content):
    (scaled,) = at_scale(as_styles(style), 0.75, (1, 100, 80, 3))
    assert scaled.image.shape == (1, 50, 75, 3)
    assert at_scale(as_styles(style), None, content.shape)[0].image is as_styles(style)[0].image
    for scale, size in ((0.1, "style of 5x3 pixels"), (1000, "style of 48000x32250 pixels")):
        with pytest.raises(InputError, match=f"style_scale is {scale:g}, which would make a {size}"):
            at_scale(as_styles(style), scale, content.shape)


def test_another_scale_paints_another_picture(content, style):
    settings = {"steps": 4, "precision": "float32"}
    same = style_transfer(content, style, **settings, style_scale=64 / 48)
    np.testing.assert_allclose(same.image, style_transfer(content, style, **settings).image, atol=1e-5)
    assert np.abs(style_transfer(content, style, **settings, style_scale=3).image - same.image).mean() > 1e-3
