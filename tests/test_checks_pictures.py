import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf.course import checks
from nst_tf.images import IMAGENET_MEAN_BGR as MEAN

ALL = ("add_batch_axis", "preprocess", "deprocess", "fit_within", "shuffle_tiles", "initialise_generated_image")


def unsolved(*arguments):
    raise NotImplementedError


def forgets_return(*arguments):
    sum(np.size(argument) for argument in arguments)


def accepts(check, *functions):
    for function in functions:
        verdict = check(function)
        assert verdict, verdict


def refuses(check, function, word):
    verdict = check(function)
    assert verdict.status == "wrong", verdict
    assert word in verdict.message, verdict


@pytest.mark.parametrize("name", ALL)
def test_unsolved_and_garbage(name):
    check = getattr(checks, name)
    assert check(unsolved).status == "not yet"
    garbage = (
        None, 3, "text", forgets_return, lambda: 1, lambda x: "text", lambda *a: "text", lambda *a: {"a": 1},
        lambda *a: [[1, 2], [3]], lambda *a: object(), lambda *a: 1 / 0, lambda *a: ..., lambda *a: np.nan,
        lambda *a: np.full((1, 20, 30, 3), np.inf), lambda *a: [], lambda *a: tf.zeros((1, 24, 36, 3)),
    )  # fmt: skip
    for function in garbage:
        verdict = check(function)
        assert verdict.status == "wrong" and len(verdict.message) > 20


# --- lesson 01 ---


def test_add_batch_axis_accepts():
    accepts(
        checks.add_batch_axis,
        lambda p: p[None],
        lambda p: p[np.newaxis, ...],
        lambda p: np.expand_dims(p, 0),
        lambda p: tf.expand_dims(p, axis=0),
        lambda p: p.reshape(1, *p.shape),
        lambda p: np.stack([p]),
    )


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda p: p[..., None], "last"),
        (lambda p: p[:, None], "second"),
        (lambda p: p[:, :, None], "third"),
        (lambda p: p, "without a new axis"),
        (lambda p: np.stack([p, p]), "there twice"),
        (lambda p: p.transpose(1, 0, 2).reshape(1, *p.shape), "changed places"),
        (lambda p: p.transpose(1, 0, 2)[None], "on its side"),
    ],
)
def test_add_batch_axis_refuses(function, word):
    refuses(checks.add_batch_axis, function, word)


def preprocess_by_stacking(image):
    red, green, blue = image[..., 0], image[..., 1], image[..., 2]
    return tf.stack([blue * 255 - 103.939, green * 255 - 116.779, red * 255 - 123.68], axis=-1)


def preprocess_by_loop(image):
    return tf.stack([255 * image[..., 2 - k] - MEAN[k] for k in range(3)], axis=-1)


def test_preprocess_accepts():
    accepts(
        checks.preprocess,
        nst_tf.preprocess,
        preprocess_by_stacking,
        preprocess_by_loop,
        lambda x: (x * 255 - MEAN[::-1])[..., ::-1],
        lambda x: (x[..., ::-1] - MEAN / 255) * 255,
        lambda x: tf.reverse(tf.convert_to_tensor(x), [-1]) * 255 - MEAN,
        lambda x: tf.keras.applications.vgg16.preprocess_input(x * 255),
    )


def overwrites(image):
    image *= 255
    return image[..., ::-1] - MEAN


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda x: x * 255 - MEAN, "red, green, blue"),
        (lambda x: x * 255 - MEAN[::-1], "red, green, blue"),
        (lambda x: x[..., ::-1] * 255 - MEAN[::-1], "wrong order"),
        (lambda x: (x * 255 - MEAN)[..., ::-1], "wrong order"),
        (lambda x: x[..., ::-1] - MEAN, "scale first"),
        (lambda x: (x[..., ::-1] - MEAN) * 255, "before scaling"),
        (lambda x: x[..., ::-1] * 255 + MEAN, "added"),
        (lambda x: x[..., ::-1] * 255, "not been subtracted"),
        (lambda x: x - MEAN, "untouched"),
        (lambda x: x[..., ::-1] / 255 - MEAN, "Divided"),
        (lambda x: x[:, :, ::-1] * 255 - MEAN, "mirrored"),
        (lambda x: x[:, ::-1] * 255 - MEAN, "upside down"),
        (lambda x: x[::-1] * 255 - MEAN, "batch"),
        (lambda x: (x - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225], "torchvision"),
        (overwrites, "caller's array"),
        (lambda x: np.asarray(nst_tf.preprocess(x)), "gradient"),
        (lambda x: np.array(x)[..., ::-1] * 255 - MEAN, "gradient"),
        (lambda x: nst_tf.preprocess(x.copy()), "for a tensor"),
        (lambda x: np.flip(x, -1) * 255 - MEAN, "tf.Variable"),
        (lambda x: x[0], "first axis"),
    ],
)
def test_preprocess_refuses(function, word):
    refuses(checks.preprocess, function, word)


def test_deprocess_accepts():
    accepts(
        checks.deprocess,
        nst_tf.deprocess,
        lambda x: (x[..., ::-1] + MEAN[::-1]) / 255,
        lambda x: x[..., ::-1] / 255 + MEAN[::-1] / 255,
        lambda x: np.stack([(x[..., 2 - k] + MEAN[2 - k]) / 255 for k in range(3)], axis=-1),
        lambda x: tf.reverse((tf.convert_to_tensor(x) + MEAN) / 255, [-1]),
    )


def adds_in_place(x):
    x += MEAN
    return x[..., ::-1] / 255


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda x: (x[..., ::-1] + MEAN) / 255, "undo the last step"),
        (lambda x: (x + MEAN) / 255, "blue, green, red"),
        (lambda x: (x / 255 + MEAN)[..., ::-1], "opposite order"),
        (lambda x: (x + MEAN)[..., ::-1], "between 0 and 255"),
        (lambda x: ((x - MEAN) / 255)[..., ::-1], "second time"),
        (lambda x: x[..., ::-1] / 255, "added back"),
        (lambda x: (x + MEAN)[..., ::-1] * 255, "Multiplied"),
        (nst_tf.preprocess, "once more"),
        (adds_in_place, "caller's array"),
    ],
)
def test_deprocess_refuses(function, word):
    refuses(checks.deprocess, function, word)


# --- lesson 02 ---


def fit_by_cases(n_H, n_W, max_size):
    if n_H <= max_size and n_W <= max_size:
        return n_H, n_W
    if n_H >= n_W:
        return max_size, max(1, int(n_W * max_size / n_H + 0.5))
    return max(1, int(n_H * max_size / n_W + 0.5)), max_size


def test_fit_within_accepts():
    def with_numpy(n_H, n_W, max_size):
        size = np.array([n_H, n_W])
        return np.maximum(1, np.rint(size * min(1, max_size / size.max()))).astype(int)

    accepts(checks.fit_within, fit_by_cases, with_numpy, lambda *a: list(fit_by_cases(*a)))


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda h, w, m: (m, m), "equal"),
        (lambda h, w, m: (min(h, m), min(w, m)), "on its own"),
        (lambda h, w, m: (round(h * m / max(h, w)), round(w * m / max(h, w))), "enlarged"),
        (lambda h, w, m: (int(h * m / max(h, w)), int(w * m / max(h, w))), "enlarged"),
        (lambda h, w, m: tuple(max(1, int(s * min(1, m / max(h, w)))) for s in (h, w)), "cuts the fraction off"),
        (lambda h, w, m: tuple(int(s * min(1, m / max(h, w))) for s in (h, w)), "cuts the fraction off"),
        (lambda h, w, m: fit_by_cases(h, w, m)[::-1], "changed places"),
        (lambda h, w, m: tuple(round(s * min(1, m / min(h, w))) for s in (h, w)), "shorter"),
        (lambda h, w, m: tuple(round(s * m / min(h, w)) for s in (h, w)), "shorter"),
        (lambda h, w, m: tuple(round(s * min(1, m / h)) for s in (h, w)), "height alone"),
        (lambda h, w, m: tuple(round(s * min(1, m / w)) for s in (h, w)), "width alone"),
        (lambda h, w, m: tuple(round(s * min(1, m / max(h, w))) for s in (h, w)), "0 pixels"),
        (lambda h, w, m: tuple(s * min(1, m / max(h, w)) for s in (h, w)), "fractions"),
        (lambda h, w, m: tuple(float(s) for s in fit_by_cases(h, w, m)), "floats"),
        (lambda h, w, m: (*fit_by_cases(h, w, m), 3), "shape"),
    ],
)
def test_fit_within_refuses(function, word):
    refuses(checks.fit_within, function, word)


def shuffle_by_slices(image, tile, seed):
    n_H, n_W = image.shape[1] // tile, image.shape[2] // tile
    places = [(i, j) for i in range(n_H) for j in range(n_W)]
    order = np.random.default_rng(seed).permutation(len(places))
    result = np.empty_like(image)
    for (i, j), k in zip(places, order, strict=True):
        y, x = places[k]
        result[:, i * tile : (i + 1) * tile, j * tile : (j + 1) * tile] = image[
            :, y * tile : (y + 1) * tile, x * tile : (x + 1) * tile
        ]
    return result


def shuffle_by_reshape(image, tile, seed, transpose=True, shuffle=True):
    _, n_H, n_W, n_C = image.shape
    parts = image.reshape(n_H // tile, tile, n_W // tile, tile, n_C)
    parts = parts.swapaxes(1, 2) if transpose else parts
    shape = parts.shape
    tiles = parts.reshape(-1, tile, tile, n_C)
    if shuffle:
        tiles = np.random.default_rng(seed).permutation(tiles)
    parts = tiles.reshape(shape)
    return (parts.swapaxes(1, 2) if transpose else parts).reshape(image.shape)


def shuffle_with_tensorflow(image, tile, seed):
    _, n_H, n_W, n_C = image.shape
    tiles = tf.reshape(tf.image.extract_patches(image, [1, tile, tile, 1], [1, tile, tile, 1], [1, 1, 1, 1], "VALID"),
                       (-1, tile, tile, n_C))  # fmt: skip
    tiles = tf.random.experimental.stateless_shuffle(tiles, (seed, 0))
    parts = tf.reshape(tiles, (n_H // tile, n_W // tile, tile, tile, n_C))
    return tf.reshape(tf.transpose(parts, (0, 2, 1, 3, 4)), image.shape)


def shuffles_in_place(image, tile, seed):
    image[:] = shuffle_by_slices(image.copy(), tile, seed)
    return image


def test_shuffle_tiles_accepts():
    accepts(checks.shuffle_tiles, shuffle_by_slices, shuffle_by_reshape, shuffle_with_tensorflow)


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda x, t, s: shuffle_by_reshape(x, t, s, transpose=False), "torn apart"),
        (lambda x, t, s: np.random.default_rng(s).permutation(x, axis=1), "torn apart"),
        (lambda x, t, s: np.random.default_rng(s).permutation(x.ravel()).reshape(x.shape), "mixed"),
        (lambda x, t, s: np.random.default_rng(s).permutation(x, axis=3), "mixed"),
        (lambda x, t, s: x, "as it was"),
        (lambda x, t, s: shuffle_by_slices(x, t, None), "same seed"),
        (lambda x, t, s: shuffle_by_slices(x, t, 0), "not used"),
        (lambda x, t, s: shuffle_by_slices(x, t, s) * 255, "[0, 1]"),
        (lambda x, t, s: np.tile(x[:, :t, :t], (1, x.shape[1] // t, x.shape[2] // t, 1)), "exactly once"),
        (lambda x, t, s: shuffle_by_slices(x, 6, s), "in squares of 4"),
        (lambda x, t, s: shuffle_by_slices(x, t, s)[0], "shape"),
        (shuffles_in_place, "caller's array"),
    ],
)
def test_shuffle_tiles_refuses(function, word):
    refuses(checks.shuffle_tiles, function, word)


# --- lesson 03 ---


def mix(content, noise, ratio):
    return np.float32(ratio) * noise + np.float32(1 - ratio) * content


def uniform(content, seed, shape=None):
    return np.random.default_rng(seed).random(shape or content.shape, np.float32)


def test_initialise_accepts():
    accepts(
        checks.initialise_generated_image,
        lambda c, r, s: mix(c, uniform(c, s), r),
        lambda c, r, s: nst_tf.initialise_generated_image(
            np.pad(c, ((0, 0), (0, 40), (0, 40), (0, 0))),
            start="content+noise",
            noise_ratio=r,
            noise_contrast=1.0,
            seed=s,
        )[:, : c.shape[1], : c.shape[2]],
        lambda c, r, s: c + np.float32(r) * (np.random.RandomState(s).rand(*c.shape).astype(np.float32) - c),
        lambda c, r, s: r * tf.random.stateless_uniform(c.shape, (s, 0)) + (1 - r) * c,
        lambda c, r, s: tf.Variable(mix(c, uniform(c, s), r)),
    )


def draws_after_import(content, ratio, seed, generator=np.random.default_rng(0)):  # noqa: B008
    return mix(content, generator.random(content.shape, np.float32), ratio)


def mixes_in_place(content, ratio, seed):
    noise = uniform(content, seed)
    content *= np.float32(1 - ratio)
    content += np.float32(ratio) * noise
    return content


@pytest.mark.parametrize(
    ("function", "word"),
    [
        (lambda c, r, s: mix(c, uniform(c, s), 1 - r), "swapped"),
        (lambda c, r, s: mix(c, uniform(c, None), r), "same seed"),
        (draws_after_import, "same seed"),
        (lambda c, r, s: mix(c, uniform(c, 42), r), "not used"),
        (lambda c, r, s: mix(c, np.random.default_rng(s).normal(size=c.shape).astype("f"), r), "normal noise"),
        (lambda c, r, s: mix(c, np.random.default_rng(s).uniform(-20, 20, c.shape).astype("f"), r), "uniform noise"),
        (lambda c, r, s: mix(c, uniform(c, s) * 255, r), "255"),
        (
            lambda c, r, s: np.clip(mix(c, np.random.default_rng(s).normal(size=c.shape).astype("f"), r), 0, 1),
            "Uniform",
        ),
        (lambda c, r, s: mix(c, 0.5 * uniform(c, s), r), "mean"),
        (lambda c, r, s: mix(c, 0.25 + 0.5 * uniform(c, s), r), "standard deviation 0.14"),
        (lambda c, r, s: mix(c, uniform(c, s, (*c.shape[:3], 1)), r), "grey"),
        (lambda c, r, s: mix(c, uniform(c, s, (1, 1, *c.shape[2:])), r), "stripes"),
        (lambda c, r, s: mix(c, np.float32(0.5), r), "single value"),
        (lambda c, r, s: r * np.random.default_rng(s).random(c.shape) + (1 - r) * c, "float64"),
        (lambda c, r, s: np.float32(r) * uniform(c, s) + c, "whole content"),
        (lambda c, r, s: mix(c, uniform(c, s), r > 0.5), "either noise or content"),
        (lambda c, r, s: mix(c, uniform(c, s), 0.5) if 0 < r < 1 else mix(c, uniform(c, s), r), "half and half"),
        (lambda c, r, s: uniform(c, s), "noise alone"),
        (lambda c, r, s: c, "where is the noise"),
        (lambda c, r, s: uniform(c, s, c.shape[1:]), "shape"),
        (mixes_in_place, "caller's array"),
    ],
)
def test_initialise_refuses(function, word):
    refuses(checks.initialise_generated_image, function, word)
