"""Tile by tile is the whole picture: J, its terms and its gradient, at odd sizes, with all that a painting can have."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, strategies as st

import nst_tf
from nst_tf import Config, InputError, Style, make_objective, minimise, tiles
from nst_tf.canvas import Canvas
from nst_tf.grid import Grid, receptive_fields
from nst_tf.sum_of_terms import Term, View

SHALLOW = {"content_layers": {"block2_conv2": 1.0}, "style_layers": {"block1_conv1": 0.3, "block3_conv1": 0.7}}
ODD = (77, 101)


@pytest.fixture(scope="module")
def photo():
    return nst_tf.resize_image(nst_tf.load_image(nst_tf.sample_image("cat"), max_size=128), *ODD)


@pytest.fixture(scope="module")
def painting(photo):
    """Return a picture halfway, and no symmetric one."""
    return 0.1 + 0.8 * nst_tf.initialise_generated_image(photo, start="content+noise", seed=1)


@pytest.fixture(scope="module")
def shallow(vgg):
    return nst_tf.build_feature_extractor(vgg, [*SHALLOW["content_layers"], *SHALLOW["style_layers"]])


@pytest.fixture(scope="module")
def average_vgg():
    return nst_tf.load_vgg(pooling="average", normalise_activations=False, precision="float32")


@pytest.fixture(scope="module")
def average(average_vgg):
    return nst_tf.build_feature_extractor(average_vgg, [*SHALLOW["content_layers"], *SHALLOW["style_layers"]])


def differences(extractor, picture, content, styles, config, tile, **more):
    """Return how far tiled is from whole, in units of the largest of the whole: (J and each term, gradient)."""
    (whole, expected), (tiled, gradient) = (
        make_objective(extractor, content, styles, config, tile=t, **more).value_and_gradient(picture)
        for t in (None, tile)
    )
    assert list(tiled.terms) == list(whole.terms)
    assert gradient.shape == picture.shape
    pairs = zip(tf.nest.flatten(tiled), tf.nest.flatten(whole), strict=True)
    costs = [abs(float(t - w)) / max(float(w), 1e-9) for t, w in pairs]  # a term without layers is 0
    return costs, np.abs(gradient - expected) / np.abs(expected).max()


def assert_same(*arguments, **more):
    costs, gradient = differences(*arguments, **more)
    assert max(costs) < 1e-5
    assert gradient.max() < 1e-5


MASK = np.zeros(ODD, np.float32)
MASK[:50, 20:] = 1
CASES = {
    "one style": ({}, lambda style: style),
    "total variation": ({"total_variation_weight": 50.0}, lambda style: style),
    "several styles": ({}, lambda style: [Style(style, weight=2, name="a"), Style(style[:, :, ::-1] ** 2, name="b")]),
    "places": ({}, lambda style: [Style(style, place=MASK, name="a"), Style(style**2, place=1 - MASK, name="b")]),
    "a part": ({}, lambda style: Style(style, part=0.1 + 0.9 * np.eye(43, 64))),
    **{constant: ({"content_constant": constant, "beta": 1.0}, lambda style: style) for constant in ("half", "mean")},
    "style only": ({"alpha": 0, "content_layers": {}}, lambda style: style),
    "content only": ({"beta": 0, "style_layers": {}, "total_variation_weight": 1.0}, lambda style: style),
}


@pytest.mark.parametrize("case", CASES)
def test_the_built_in_terms(shallow, painting, photo, style, case):
    settings, styles = CASES[case]
    assert_same(shallow, painting, photo, styles(style), Config(**{**SHALLOW, **settings}), 40)


@pytest.mark.parametrize("tile", [28, 33, 64, 77, 100])
def test_tiles_of_any_size_and_average_pooling(average, painting, photo, style, tile):
    assert_same(average, painting, photo, style, Config(**SHALLOW), tile)


@pytest.mark.parametrize(("n_H", "n_W"), [(32, 101), (77, 79), (64, 96)])
def test_pictures_of_any_size(shallow, painting, photo, style, n_H, n_W):
    crop = np.s_[:, :n_H, :n_W]
    assert_same(shallow, painting[crop], photo[crop], style, Config(**SHALLOW), 36)


def test_all_layers_in_small_tiles(extractor, style):
    """With a margin of 64 pixels, and both sides odd."""
    photo = nst_tf.resize_image(nst_tf.load_image(nst_tf.sample_image("cat"), max_size=256), 149, 203)
    picture = 0.1 + 0.8 * nst_tf.initialise_generated_image(photo, start="content+noise", seed=2)
    assert_same(extractor, picture, photo, style, Config(), 176)


def test_what_is_left_alone_and_grey(shallow, painting, photo, style):
    canvas = Canvas.prepared(photo, nst_tf.styles.as_styles(style), "content-luminance", MASK)
    view = canvas.view(canvas.content)
    assert_same(shallow, painting, canvas.content, canvas.styles, Config(**SHALLOW), 40, view=view)


def test_a_term_and_a_view_of_your_own_that_look_at_the_image(shallow, painting, photo, style):
    """The view may mix distant pixels: tiles come after it."""
    term = Term("J_own", 3.0, lambda image, a_G, data: tf.reduce_mean((image - data) ** 4), tf.constant(photo))
    view = View(lambda image, data: (image + image[:, ::-1]) / 2)
    assert_same(shallow, painting, photo, style, Config(**SHALLOW), 40, view=view, more=[term])


def test_in_bfloat16(photo, painting, style):
    network = nst_tf.Network.of(Config(precision="bfloat16"))
    extractor = network.extractor((*SHALLOW["content_layers"], *SHALLOW["style_layers"]))
    costs, gradient = differences(extractor, painting, photo, style, Config(**SHALLOW), 40)
    assert max(costs) < 0.01  # a number of 8 binary digits is rounded by up to 0.4 %
    assert gradient.max() < 0.02


def test_a_style_larger_than_the_content_has_its_own_tiles(shallow, photo, monkeypatch):
    """The content is one tile, the style is not."""
    large = nst_tf.resize_image(nst_tf.load_image(nst_tf.sample_image("great_wave"), max_size=256), 171, 256)
    whole, tiled = (make_objective(shallow, photo, large, Config(**SHALLOW), tile=tile) for tile in (None, 128))
    assert not isinstance(tiled, tiles.TiledSumOfTerms)
    assert float(tiled(photo).J) == pytest.approx(float(whole(photo).J), rel=1e-5)
    seen = []
    choose = lambda extractor, config, n_H, n_W: seen.append((n_H, n_W)) or (128 if n_H > 150 else None)  # noqa: E731
    monkeypatch.setattr("nst_tf.tiling.InOneProcess.choose_tile", staticmethod(choose))
    tall = nst_tf.resize_image(large, 200, 40)  # of fewer pixels
    transfer = nst_tf.Transfer(photo, [tall, large], Config(scales=1, precision="float32"))
    assert (transfer.tiles, seen) == ([128], [ODD, (171, 256)])


@pytest.mark.parametrize("look", [list, len, lambda a_G: a_G.values(), lambda a_G: a_G["block3_conv1"]])
def test_a_term_may_not_look_at_activations_that_are_not_there(shallow, painting, photo, style, look):
    def cost(image, a_G, data):
        return sum(tf.reduce_mean(a) for a in look(a_G))

    objective = make_objective(shallow, photo, style, Config(**SHALLOW), more=[Term("J_own", 1.0, cost)], tile=40)
    with pytest.raises(InputError, match="J_own looks at"):
        objective.value_and_gradient(painting)


def test_a_term_that_tiles_cannot_add_up_is_named(shallow, painting, photo, style):
    term = Term("J_own", 1.0, lambda image, a_G, data: tf.reduce_max(a_G["block3_conv1"]))
    make_objective(shallow, photo, style, Config(**SHALLOW), more=[term]).value_and_gradient(painting)
    tiled = make_objective(shallow, photo, style, Config(**SHALLOW), more=[term], tile=40)
    with pytest.raises(InputError, match="J_own looks at block3_conv1 and does not say how it is added up"):
        tiled.value_and_gradient(painting)


# ---- the margin


def test_the_margin_is_what_the_positions_see(average_vgg):
    """The gradient of one column of positions is 0 beyond jump and radius, and somewhere not within the outermost."""
    layers = ["block1_conv2", "block2_conv1", "block3_conv1", "block3_pool", "block4_conv2"]
    extractor = nst_tf.build_feature_extractor(average_vgg, layers)
    picture = tf.constant(np.random.default_rng(0).random((1, 32, 192, 3), np.float32))
    for layer in layers:
        jump, radius = receptive_fields(extractor)[layer]
        first, last = 96 - radius, 96 + jump + radius - 1  # position 96 // jump begins at pixel 96
        with tf.GradientTape() as tape:
            tape.watch(picture)
            seen = tf.reduce_sum(extractor(nst_tf.preprocess(picture))[layer][:, :, 96 // jump])
        columns = np.flatnonzero(np.abs(tape.gradient(seen, picture)).sum((0, 1, 3)))
        assert (columns[0], columns[-1]) == (first, last), layer


def test_a_margin_one_step_smaller_fails(shallow, painting, photo, style, monkeypatch):
    whole = Grid.of(shallow, SHALLOW["style_layers"])
    assert whole == (4, 12)
    monkeypatch.setattr(Grid, "of", lambda *_: Grid(whole.step, whole.margin - whole.step))
    _, gradient = differences(shallow, painting, photo, style, Config(**SHALLOW), 40)
    assert gradient.max() > 1e-4


@pytest.mark.parametrize("grid", [Grid(16, 64), Grid(4, 12), Grid(2, 4), Grid(1, 1)])
def test_the_own_parts_lie_side_by_side_and_see_their_margin(grid):
    for length in (*range(32, 200), 683, 1366, 5461):
        for tile in (2 * grid.margin + grid.step, 150, 271, 512):
            cut = grid.cut(length, tile)
            own = [0, *(own_end for *_, own_end in cut)]
            assert [own_begin for _, _, own_begin, _ in cut] == own[:-1]
            assert own[-1] == length
            for begin, end, own_begin, own_end in cut:
                assert begin == max(0, begin) <= own_begin < own_end <= end <= length
                assert end - begin <= tile or len(cut) == 1
                assert own_begin - begin >= grid.margin or begin == 0 == own_begin
                assert end - own_end >= grid.margin or end == length == own_end
                assert begin % grid.step == 0 == own_begin % grid.step
            assert len({end - begin for begin, end, *_ in cut}) <= 2


@pytest.mark.parametrize("tile", [1, 27])
def test_a_tile_that_is_nothing_but_margin_is_refused(shallow, photo, style, tile):
    with pytest.raises(
        InputError,
        match=rf"a tile of {tile} pixels is nothing but margin, 12 pixels on each side .*: give a tile of 28",
    ):
        make_objective(shallow, photo, style, Config(**SHALLOW), tile=tile)


def test_objectives_alike_share_what_is_compiled(shallow, painting, photo, style):
    graphs = tiles._compile_once.cache_info().misses
    for content in (photo, photo[:, :60]):
        make_objective(shallow, content, style, Config(**SHALLOW), tile=40).value_and_gradient(
            painting[:, : content.shape[1]]
        )
    first = tiles._compile_once.cache_info().misses - graphs
    make_objective(shallow, photo[:, ::-1], style, Config(**SHALLOW), tile=44).value_and_gradient(painting)
    assert tiles._compile_once.cache_info().misses - graphs == first
    assert first <= 7


def test_a_painting_by_tiles_is_the_painting(shallow, painting, photo, style):
    config = Config(**SHALLOW).for_picture(photo.shape)
    pictures = []
    for tile in (None, 40):
        objective = make_objective(shallow, photo, style, config, tile=tile)
        *_, (record, picture) = minimise(objective, painting, steps=8)
        pictures.append((record.J, picture))
    assert pictures[1][0] == pytest.approx(pictures[0][0], rel=1e-3)
    assert np.abs(pictures[1][1] - pictures[0][1]).max() < 0.01
    assert np.abs(pictures[1][1] - painting).max() > 0.1


@given(st.integers(1, 40), st.integers(1, 40))
def test_the_gradient_of_the_whole_picture_is_a_tensor_without_being_copied(n_H, n_W):
    gradient = tiles.WholeGradient((1, n_H, n_W, 3))
    for part in (np.ones, np.zeros, np.ones):
        gradient.add(np.array([[0, n_H], [0, n_W]]), part((1, n_H, n_W, 3)))
    gradient.add(np.array([[n_H - 1, n_H], [0, 1]]), tf.ones((1, 1, 1, 3)))
    tensor = gradient.tensor()
    numbers = np.asarray(tensor)
    assert np.shares_memory(numbers, np.asarray(gradient.tensor()))
    assert numbers.ctypes.data % 64 == 0  # without which TensorFlow's kernels end the process
    assert float(tensor[0, -1, 0, 0]) == 3
    assert float(tf.reduce_sum(tensor)) == 3 * (2 * n_H * n_W + 1)
