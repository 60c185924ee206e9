"""The checks as a whole: how answers are called, the lessons' solutions changed by operators, and what was reported."""

import math
import re
import warnings

import numpy as np
import pytest
import tensorflow as tf
from solutions import function_of, mutants, solutions

import nst_tf
from nst_tf.course import checks

SOLUTIONS = solutions()
VAGUE = re.compile("The shape is right|It is right in")
MEAN = nst_tf.images.IMAGENET_MEAN_BGR

# What computes the same: {exercise: what was changed}
EQUIVALENT = {
    "preprocess": {"call dropped"}, "fit_within": {"arguments swapped"},
    "shuffle_tiles": {"arguments swapped", "number is 2"}, "compute_content_cost": {"sides swapped"},
    "content_cost_unrolled": {"sides swapped"}, "gram_matrix": {"arguments swapped"},
    "compute_layer_style_cost": {"sides swapped"}, "compute_style_cost": {"arguments swapped"},
    "receptive_field": {"elements swapped"}, "content_objective": {"arguments swapped"},
    "layer_weights": {"keyword strict dropped"}, "lbfgs_direction": {"keyword strict dropped", "sides swapped"},
    "transfer_luminance": {"call dropped"}, "recolour": {"sides swapped", "number is 2"},
    "guided_gram_matrix": {"arguments swapped"}, "gram_by_tiles": {"elements swapped"},
}  # fmt: skip


def test_every_exercise_of_the_lessons_has_its_check():
    assert set(SOLUTIONS) | {"Verdict"} == set(checks.__all__)


@pytest.mark.parametrize("name", SOLUTIONS)
def test_solutions_are_right_and_what_operators_make_of_them_is_caught_and_named(name):
    check = getattr(checks, name)
    assert repr(check(function_of(name, SOLUTIONS[name]))) == f"✔ {name}: correct, well done."
    wrong, vague = 0, []
    for what, source in mutants(SOLUTIONS[name]):
        try:
            function = function_of(name, source)
        except Exception:  # no function is made: its own cell says so
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            verdict = check(function)
        assert verdict.status == "wrong" or what.split(": ", 1)[1] in EQUIVALENT.get(name, ()), (what, source, verdict)
        wrong += not verdict
        vague += [source] * bool(VAGUE.search(verdict.message))
    assert wrong and len(vague) <= wrong / 10, vague


# --- one way to call an answer ---


def changing(name):
    """Return the solution, which changes its arguments afterwards."""
    right = function_of(name, SOLUTIONS[name])

    def answer(*arguments):
        result = right(*arguments)
        result = np.array(result) if isinstance(result, np.ndarray) else result
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                argument[...] = 7
            elif isinstance(argument, (list, dict)) and argument:
                argument.pop(next(iter(argument)) if isinstance(argument, dict) else 0)
        return result

    return answer


@pytest.mark.parametrize("name", [
    "add_batch_axis", "preprocess", "deprocess", "shuffle_tiles", "initialise_generated_image", "normalise_layer",
    "build_feature_extractor", "receptive_field", "shares", "layer_weights", "gradient_descent_step",
    "lbfgs_direction",
])  # fmt: skip
def test_changed_arguments_are_noticed(name):
    verdict = getattr(checks, name)(changing(name))
    assert "changes its arguments" in verdict.message, verdict


def test_the_style_cost_may_empty_its_dicts_and_is_told():
    def answer(a_S, a_G, style_layers):
        J_style = 0.0
        while style_layers:
            layer, weight = style_layers.popitem()
            J_style += weight * nst_tf.compute_layer_style_cost(a_S[layer], a_G[layer])
        return J_style

    verdict = checks.compute_style_cost(answer)
    assert verdict and verdict.message.startswith("compute_style_cost: correct, well done. (It changes the dicts")


@pytest.mark.parametrize("name", SOLUTIONS)
def test_prints_are_shown_once_and_do_not_count(name, capsys):
    right = function_of(name, SOLUTIONS[name])

    def answer(*arguments):
        print("here")
        return right(*arguments)

    assert getattr(checks, name)(answer)
    assert capsys.readouterr().out == "here\n"


def test_what_a_returned_function_prints_is_shown_once(capsys):
    def make(objective, optimizer):
        step = nst_tf.make_train_step(objective, optimizer)

        def train_step(image):
            print("step")
            return step(image)

        return train_step

    assert checks.make_train_step(make)
    assert capsys.readouterr().out.count("step") <= 2  # once each for the two that are made


def test_a_function_that_keeps_something_between_calls_is_told(kept=[]):  # noqa: B006
    def answer(A):
        kept.append(1)
        return len(kept) * tf.matmul(A, A, transpose_b=True)

    assert "Called twice" in checks.gram_matrix(answer).message


def test_numpy_inside_a_tf_function_is_an_error_and_not_unsolved():
    verdict = checks.gram_matrix(tf.function(lambda A: A.numpy() @ A.numpy().T))
    assert verdict.status == "wrong" and "use TensorFlow's" in verdict.message


def test_exit_is_an_error_like_others():
    def answer(A):
        raise SystemExit

    assert checks.gram_matrix(answer).status == "wrong"


# --- what was accepted though wrong, and rejected though right (issue 11), by the hint it must get ---


def cut(tensor):
    return tf.stop_gradient(tensor)


def all_but_one(a_S, a_G, w):
    parts = [w[l] * nst_tf.compute_layer_style_cost(a_S[l], a_G[l] if k == 0 else cut(a_G[l])) for k, l in enumerate(w)]
    return tf.add_n(parts)


def tiles(of_squares=lambda s: s, order=None):
    def answer(image, tile, seed):
        rows, columns = image.shape[1] // tile, image.shape[2] // tile
        squares = image.reshape(rows, tile, columns, tile, 3).swapaxes(1, 2)
        random = np.random.default_rng(seed)
        squares = (order or (lambda s, r: r.permutation(s.reshape(-1, tile, tile, 3))))(squares, random)
        squares = np.stack([of_squares(s) for s in squares.reshape(-1, tile, tile, 3)])
        return squares.reshape(rows, columns, tile, tile, 3).swapaxes(1, 2).reshape(image.shape)

    return answer


def leaving_the_last(squares, random):
    flat = squares.reshape(-1, *squares.shape[2:])
    return np.concatenate([random.permutation(flat[:-1]), flat[-1:]])


def step(what=lambda costs: costs.J, pair=lambda g, x: [(g, x)], copied=False):
    def make(objective, optimizer):
        def train_step(image):
            trained = tf.Variable(image) if copied else image
            with tf.GradientTape() as tape:
                costs = objective(trained)
                J = what(costs)
            optimizer.apply_gradients(pair(tape.gradient(J, trained), trained))
            trained.assign(tf.clip_by_value(trained, 0.0, 1.0))
            return costs

        return train_step

    return make


def recursion(a_order=reversed, tail=lambda a, b, s: (a - b) * s):
    def answer(gradient, steps, changes):
        q, kept = gradient, []
        for s, y in zip(reversed(steps), reversed(changes), strict=True):
            kept.append(s @ q / (s @ y))
            q = q - kept[-1] * y
        if steps:
            q = q * (steps[-1] @ changes[-1]) / (changes[-1] @ changes[-1])
        for s, y, a in zip(steps, changes, a_order(kept), strict=True):
            q = q + tail(a, y @ q / (s @ y), s)
        return -q

    return answer


def ceiled(h, w, m):
    return tuple(max(1, math.ceil(x * min(1, m / max(h, w)))) for x in (h, w))


def geometric(layers, decay, sort=list):
    powers = {layer: decay**k for k, layer in enumerate(layers)}
    weights = {layer: power / sum(powers.values()) for layer, power in powers.items()}
    return {layer: weights[layer] for layer in sort(layers)}


def by_weight(layers, decay):
    return dict(sorted(geometric(layers, decay).items(), key=lambda item: item[1]))


def closed_form(layers, decay):
    return {layer: np.float64(decay**k * (1 - decay)) / np.float64(1 - decay ** len(layers))
            for k, layer in enumerate(layers)}  # fmt: skip


def of_a_variable(image):
    image = tf.constant(image.numpy()) if isinstance(image, tf.Variable) else image
    return image[..., ::-1] * 255 - MEAN


REPORTED = [
    ("fit_within", ceiled, "rounds up"),
    ("layer_weights", closed_form, "NaN or infinity"),
    ("layer_weights", by_weight, "another order than the list"),
    ("layer_weights", lambda ls, d: geometric(ls, d, sorted), "another order than the list"),
    ("preprocess", lambda x: x[:, :, :, ::-1] * 255 - MEAN, "one picture (n_H, n_W, 3)"),
    ("preprocess", of_a_variable, "tf.Variable"),
    ("preprocess", lambda x: np.clip(nst_tf.preprocess(x), 0, 255), "clipped"),
    ("shuffle_tiles", tiles(order=lambda s, r: s[r.permutation(len(s))]), "Whole rows of squares"),
    ("shuffle_tiles", tiles(order=lambda s, r: s[:, r.permutation(s.shape[1])]), "within their row"),
    ("shuffle_tiles", tiles(order=lambda s, r: s[r.permutation(len(s))][:, r.permutation(s.shape[1])]), "and whole"),
    ("shuffle_tiles", tiles(order=leaving_the_last), "leave it out"),
    ("shuffle_tiles", tiles(np.rot90), "turned or mirrored"),
    ("shuffle_tiles", tiles(lambda s: s[:, ::-1]), "turned or mirrored"),
    ("shuffle_tiles", tiles(lambda s: s.swapaxes(0, 1)), "turned or mirrored"),
    ("shuffle_tiles", tiles(lambda s: np.round(s, 1)), "not the picture's own"),
    ("shuffle_tiles", lambda x, t, s: tiles()(x[:, :24, :36], 6, s), "in squares of 6"),
    ("gram_matrix", lambda A: tf.matmul(A, cut(A), transpose_b=True), "the gradient is not"),
    ("gram_matrix", lambda A: tf.matmul(cut(A), A, transpose_b=True), "the gradient is not"),
    ("compute_style_cost", all_but_one, "the gradient is not"),
    ("total_cost", lambda C, S, alpha, beta: alpha * C + beta * S, "keep the defaults"),
    ("lbfgs_direction", recursion(a_order=list), "the wrong pairs"),
    ("lbfgs_direction", recursion(tail=lambda a, b, s: a * s), "b is missing"),
    ("make_train_step", step(pair=lambda g, x: [(x, g)]), "order within the pair"),
    ("make_train_step", step(copied=True), "copy"),
    ("make_train_step", step(what=lambda costs: [costs.J, costs.J_content, costs.J_style]), "of all the costs"),
    ("compute_content_cost", lambda a, b: tf.reduce_sum((a - b) ** 2) / (4 * a.shape[1] * a.shape[2] + a.shape[3]),
     "goes by the sizes alone"),
    ("compute_content_cost", lambda a, b: tf.reduce_sum((a - b) ** 2) / (4 * a.shape[1] ** 2 * a.shape[3]), "sizes"),
    ("compute_layer_style_cost", lambda a, b: nst_tf.compute_layer_style_cost(a, b) * a.shape[3] ** 3,
     "more so with more channels"),
    ("compute_layer_style_cost", lambda a, b: nst_tf.compute_layer_style_cost(a - b, 0 * b), "before the Gram"),
    ("alpha_for_share", lambda C, S, share, beta=40.0: share**2 / (1 - share) * beta * S / C, "a larger share"),
    ("unroll", lambda a: nst_tf.unroll(a)[:, ::-1], "reverse order"),
    ("compute_layer_style_cost", lambda a, b: 10 * nst_tf.compute_layer_style_cost(a, b), "factor everywhere (10)"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "answer", "words"), REPORTED, ids=[f"{r[0]}: {r[2]}" for r in REPORTED])
def test_reported(name, answer, words):
    verdict = getattr(checks, name)(answer)
    assert verdict.status == "wrong", verdict
    assert words in verdict.message
    assert "same factor everywhere (1)" not in verdict.message


def test_no_hint_of_the_recursion_reveals_it():
    for name, answer, _ in REPORTED:
        if name == "lbfgs_direction":
            assert not re.search(r"s\.y / y\.y|\(a - b\)", checks.lbfgs_direction(answer).message)


def test_no_mistake_is_named_by_a_chance_factor():
    """These costs are 1.002 times those of a picture that is not preprocessed."""
    verdict = checks.content_objective(lambda extractor, layer, a_C: lambda image: nst_tf.compute_content_cost(
        a_C, extractor(nst_tf.deprocess(image))[layer]))  # fmt: skip
    assert verdict.status == "wrong" and "goes into the network as it is" not in verdict.message


def test_what_stands_elsewhere_has_no_factor():
    """A rearrangement keeps the sum: the factor is compared element by element."""
    verdict = checks.preprocess(lambda x: nst_tf.preprocess(x)[..., [1, 2, 0]])
    assert "factor" not in verdict.message
