"""The checks of lessons 05 and 06: right answers, right ones written differently, and each mistake they know."""

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf.course import checks


def unsolved(*arguments):
    raise NotImplementedError


def raises(*arguments):
    raise ValueError("a mistake\nin two lines")


def square_cost(a_C, a_G):
    return tf.reduce_sum((a_C - a_G) ** 2)


def elements(a):
    return tf.cast(tf.size(a), tf.float32)


def empties_its_dicts(a_S, a_G, style_layers):
    for dictionary in (a_S, a_G, style_layers):
        dictionary.clear()
    return 0.0


CHECKS = [checks.compute_content_cost, checks.content_cost_unrolled, checks.content_cost_gradient, checks.unroll,
          checks.gram_matrix, checks.compute_layer_style_cost, checks.compute_style_cost]  # fmt: skip
GARBAGE = [None, 3, "text", [], lambda: 1, lambda *arguments: None, lambda *arguments: ..., lambda *arguments: "text",
           lambda *arguments: {"a": 1}, lambda *arguments: [1, [2, 3]], lambda *arguments: float("nan"),
           lambda *arguments: np.zeros((2, 3)), lambda *arguments: object(), lambda *arguments: 10**400,
           lambda *arguments: tf.sparse.eye(3), lambda *arguments: tf.ragged.constant([[1.0], [2.0, 3.0]]),
           lambda *arguments: lambda: 1, lambda *arguments: np.inf, raises, dict, int, empties_its_dicts]  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_wrong_and_never_crashes(check, garbage):
    verdict = check(garbage)
    assert not verdict and verdict.status == "wrong"
    assert "\n" not in repr(verdict)


@pytest.mark.parametrize("check", CHECKS)
def test_unsolved_is_not_yet(check):
    verdict = check(unsolved)
    assert verdict.status == "not yet" and check.__name__ in verdict.message


def content_by_loop(a_C, a_G):
    _, n_H, n_W, n_C = a_C.shape
    cost = 0.0
    for i in range(n_H):
        for j in range(n_W):
            for k in range(n_C):
                cost += (a_C[0, i, j, k] - a_G[0, i, j, k]) ** 2
    return cost / (4 * n_H * n_W * n_C)


def style_by_einsum(a_S, a_G):
    _, n_H, n_W, n_C = a_S.shape
    difference = tf.einsum("bijk,bijl->kl", a_S, a_S) - tf.einsum("bijk,bijl->kl", a_G, a_G)
    return tf.einsum("kl,kl->", difference, difference) / (4 * (n_H * n_W * n_C) ** 2)


def style_by_tensordot(a_S, a_G):
    gram_S, gram_G = (tf.tensordot(a[0], a[0], [[0, 1], [0, 1]]) for a in (a_S, a_G))
    return tf.reduce_sum((gram_S - gram_G) ** 2) / (2.0 * elements(a_S)) ** 2


def style_of_other_orders(a_S, a_G):  # the order of the positions is nothing to a Gram matrix
    matrices = [tf.reshape(tf.transpose(a), (a.shape[3], -1)) for a in (a_S, a_G)]
    return tf.reduce_sum((matrices[0] @ tf.transpose(matrices[0]) - matrices[1] @ tf.transpose(matrices[1])) ** 2) / (
        4 * elements(a_S) ** 2
    )


def style_sum_by_loop(a_S, a_G, style_layers):
    J_style = 0
    for layer, weight in style_layers.items():
        J_style += weight * nst_tf.compute_layer_style_cost(a_S[layer], a_G[layer])
    return J_style


RIGHT = {
    checks.compute_content_cost: [
        nst_tf.compute_content_cost,
        content_by_loop,
        lambda a_C, a_G: tf.reduce_mean(tf.square(a_G - a_C)) / 4,
        lambda a_C, a_G: tf.reduce_mean((a_C / 2 - a_G / 2) ** 2),
        lambda a_C, a_G: tf.nn.l2_loss(a_C - a_G) / (2 * elements(a_C)),
        lambda a_C, a_G: 0.25 * tf.einsum("bijk,bijk->", a_C - a_G, a_C - a_G) / elements(a_C),
        lambda a_C, a_G: tf.norm(tf.reshape(a_C - a_G, -1)) ** 2 / (4 * elements(a_G)),
        tf.function(lambda a_C, a_G: tf.reduce_mean(tf.square(a_G - a_C)) / 4),
    ],
    checks.content_cost_unrolled: [
        lambda A_C, A_G: tf.reduce_mean(tf.square(A_G - A_C)) / 4,
        lambda A_C, A_G: tf.reduce_sum((A_G - A_C) ** 2) / (4 * A_C.shape[0] * A_C.shape[1]),
        lambda A_C, A_G: tf.linalg.trace((A_G - A_C) @ tf.transpose(A_G - A_C)) / (4 * elements(A_C)),
    ],
    checks.content_cost_gradient: [
        lambda a_C, a_G: (a_G - a_C) / (2 * elements(a_C)),
        lambda a_C, a_G: -0.5 * (a_C - a_G).numpy() / a_C.numpy().size,
        lambda a_C, a_G: tf.constant(
            np.vectorize(lambda c, g: 2 * (g - c) / 4)(a_C.numpy(), a_G.numpy()) / np.size(a_C)
        ),
    ],
    checks.unroll: [
        nst_tf.unroll,
        lambda a: tf.reshape(tf.transpose(a, (0, 3, 1, 2)), (a.shape[3], -1)),
        lambda a: tf.transpose(tf.reshape(a, (a.shape[1] * a.shape[2], a.shape[3]))),
        lambda a: tf.stack([tf.reshape(a[0, :, :, k], -1) for k in range(a.shape[3])]),
        lambda a: tf.reshape(tf.einsum("bijk->bkij", a), (a.shape[3], -1)),
    ],
    checks.gram_matrix: [
        nst_tf.gram_matrix,
        lambda A: A @ tf.transpose(A),
        lambda A: tf.einsum("kp,lp->kl", A, A),
        lambda A: tf.tensordot(A, A, [[1], [1]]),
        lambda A: tf.stack([[tf.reduce_sum(A[k] * A[l]) for l in range(len(A))] for k in range(len(A))]),
        lambda A: tf.reduce_sum(A[:, None] * A[None], -1),
    ],
    checks.compute_layer_style_cost: [
        nst_tf.compute_layer_style_cost, style_by_einsum, style_by_tensordot, style_of_other_orders
    ],
    checks.compute_style_cost: [
        nst_tf.compute_style_cost,
        style_sum_by_loop,
        lambda a_S, a_G, w: sum(w[l] * style_by_einsum(a_S[l], a_G[l]) for l in w),
        lambda a_S, a_G, w: tf.reduce_sum(tf.stack([w[l] * style_by_tensordot(a_S[l], a_G[l]) for l in w])),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("check", "function"), [(check, f) for check, fs in RIGHT.items() for f in fs])
def test_right_answers_are_correct(check, function):
    verdict = check(function)
    assert verdict, verdict
    assert check.__name__ in verdict.message


def naive(a):
    return tf.reshape(a, (a.shape[3], -1))


def gram(A):
    return tf.matmul(A, A, transpose_b=True)


def gram_of(a):
    return gram(nst_tf.unroll(a))


def gram_cost(a_S, a_G, constant=1.0, matrix=gram_of):
    return constant * tf.reduce_sum((matrix(a_S) - matrix(a_G)) ** 2)


def layer_cost(a_S, a_G, layer):
    return nst_tf.compute_layer_style_cost(a_S[layer], a_G[layer])


def returns_too_early(a_S, a_G, style_layers):
    for layer, weight in style_layers.items():
        return weight * layer_cost(a_S, a_G, layer)
    return None


def forgets_the_sum(a_S, a_G, style_layers):
    for layer, weight in style_layers.items():
        J_style = weight * layer_cost(a_S, a_G, layer)
    return J_style


CONTENT_MISTAKES = [
    ("plain sum", lambda a, b: square_cost(a, b)),
    ("1/2", lambda a, b: square_cost(a, b) / 2),
    ("mean of the squares", lambda a, b: tf.reduce_mean((a - b) ** 2)),
    ("become a 2", lambda a, b: tf.reduce_mean((a - b) ** 2) / 2),
    ("without the sizes", lambda a, b: square_cost(a, b) / 4),
    ("squared here", lambda a, b: square_cost(a, b) / (2 * elements(a)) ** 2),
    ("brackets", lambda a, b: square_cost(a, b) / 4 * elements(a)),
    ("not squared", lambda a, b: tf.reduce_mean(tf.abs(a - b)) / 4),
    ("not squared", lambda a, b: tf.reduce_mean(tf.abs(a - b))),
    ("not squared", lambda a, b: tf.reduce_sum(tf.abs(a - b))),
    ("without being squared", lambda a, b: tf.reduce_mean(a - b) / 4),
    ("square first", lambda a, b: tf.reduce_sum(a - b) ** 2 / (4 * elements(a))),
    ("square first", lambda a, b: tf.reduce_sum(a - b) ** 2),
    ("first the difference", lambda a, b: tf.reduce_mean(a**2 - b**2) / 4),
    ("root", lambda a, b: tf.norm(a - b) / (4 * elements(a))),
    ("root", lambda a, b: tf.norm(a - b)),
    ("not subtracted", lambda a, b: tf.reduce_mean((a + b) ** 2) / 4),
    ("whatever is given", lambda a, b: square_cost(a, b) * (1 // (4 * tf.size(a).numpy()))),
    ("add them up", lambda a, b: (a - b) ** 2),
    ("add them up", lambda a, b: (a - b) ** 2 / (4 * elements(a))),
    ("gradient", lambda a, b: np.mean((a.numpy() - b.numpy()) ** 2) / 4),
    ("gradient", lambda a, b: tf.constant(np.mean((a.numpy() - b.numpy()) ** 2) / 4)),
    ("returns nothing", lambda a, b: None),
]
LAYER = checks.compute_layer_style_cost
STYLE = checks.compute_style_cost
WRONG = [
    *((checks.compute_content_cost, *mistake) for mistake in CONTENT_MISTAKES),
    *((checks.content_cost_unrolled, *mistake) for mistake in CONTENT_MISTAKES),
    (checks.compute_content_cost, "channels n_C", lambda a, b: square_cost(a, b) / (4 * a.shape[1] * a.shape[2])),
    (checks.compute_content_cost, "only n_C", lambda a, b: square_cost(a, b) / (4 * a.shape[3])),
    (checks.content_cost_unrolled, "channels n_C", lambda a, b: square_cost(a, b) / (4 * a.shape[1])),
    (checks.content_cost_unrolled, "only n_C", lambda a, b: square_cost(a, b) / (4 * a.shape[0])),
    (checks.content_cost_unrolled, "matrix product",
     lambda A, B: tf.reduce_sum((A - B) @ tf.transpose(A - B)) / (4 * elements(A))),
    (checks.content_cost_gradient, "sign", lambda a, b: (a - b) / (2 * elements(a))),
    (checks.content_cost_gradient, "half", lambda a, b: (b - a) / (4 * elements(a))),
    (checks.content_cost_gradient, "sign", lambda a, b: (a - b) / (4 * elements(a))),
    (checks.content_cost_gradient, "twice", lambda a, b: (b - a) / elements(a)),
    (checks.content_cost_gradient, "constant", lambda a, b: 2 * (b - a)),
    (checks.content_cost_gradient, "constant", lambda a, b: b - a),
    (checks.content_cost_gradient, "sizes", lambda a, b: (b - a) / 2),
    (checks.content_cost_gradient, "brackets", lambda a, b: (b - a) / 2 * elements(a)),
    (checks.content_cost_gradient, "summed up", lambda a, b: tf.reduce_sum((b - a) / (2 * elements(a)))),
    (checks.content_cost_gradient, "squares", lambda a, b: (b - a) ** 2 / (4 * elements(a))),
    (checks.content_cost_gradient, "ReLU", lambda a, b: tf.where(b > 0, (b - a) / (2 * elements(a)), 0)),
    (checks.content_cost_gradient, "0 whatever", lambda a, b: (b - a) * 0),
    (checks.unroll, "mix the channels", naive),
    (checks.unroll, "step is missing", lambda a: tf.reshape(a, (-1, a.shape[3]))),
    (checks.unroll, "transpose", lambda a: tf.transpose(naive(a))),
    (checks.unroll, "row by row", lambda a: tf.reshape(tf.transpose(a), (a.shape[3], -1))),
    (checks.unroll, "first dimension", lambda a: nst_tf.unroll(a)[None]),
    (checks.unroll, "two-dimensional", lambda a: tf.transpose(a[0], (2, 0, 1))),
    (checks.unroll, "one long row", lambda a: tf.reshape(a, -1)),
    (checks.unroll, "gradient", lambda a: a.numpy().reshape(-1, a.shape[3]).T),
    (checks.gram_matrix, "channels by channels", lambda A: tf.transpose(A) @ A),
    (checks.gram_matrix, "element by element", lambda A: A * A),
    (checks.gram_matrix, "square matrices only", lambda A: A @ A),
    (checks.gram_matrix, "number of positions", lambda A: gram(A) / A.shape[1]),
    (checks.gram_matrix, "number of elements", lambda A: gram(A) / elements(A)),
    (checks.gram_matrix, "number of channels", lambda A: gram(A) / A.shape[0]),
    (checks.gram_matrix, "covariance", lambda A: gram(A - tf.reduce_mean(A, 1, keepdims=True))),
    (checks.gram_matrix, "covariance", lambda A: np.cov(A)),
    (checks.gram_matrix, "covariance", lambda A: np.cov(A, bias=True)),
    (checks.gram_matrix, "correlation coefficient", lambda A: np.corrcoef(A)),
    (checks.gram_matrix, "length 1", lambda A: gram(A / tf.norm(A, axis=1, keepdims=True))),
    (checks.gram_matrix, "another row", lambda A: tf.reduce_sum(A**2, 1)),
    (checks.gram_matrix, "diagonal", lambda A: tf.linalg.diag(tf.reduce_sum(A**2, 1))),
    (checks.gram_matrix, "gradient", lambda A: A.numpy() @ A.numpy().T),
    (LAYER, "mix the channels",
     lambda a, b: gram_cost(a, b, 1 / (2 * elements(a)) ** 2, lambda a: gram(naive(a)))),
    (LAYER, "constant in front of the sum is missing", lambda a, b: gram_cost(a, b, matrix=lambda a: gram(naive(a)))),
    (LAYER, "constant in front", gram_cost),
    (LAYER, "not squared", lambda a, b: gram_cost(a, b, 1 / (2 * elements(a)))),
    (LAYER, "sizes in the constant are not squared", lambda a, b: gram_cost(a, b, 1 / (4 * elements(a)))),
    (LAYER, "brackets", lambda a, b: gram_cost(a, b, 1 / (2 * elements(a) ** 2))),
    (LAYER, "2 in the constant", lambda a, b: gram_cost(a, b, 1 / elements(a) ** 2)),
    (LAYER, "n_C is missing", lambda a, b: gram_cost(a, b, 1 / (2 * a.shape[1] * a.shape[2]) ** 2)),
    (LAYER, "n_C is in the constant", lambda a, b: gram_cost(a, b, a.shape[3] / (2 * elements(a)) ** 2)),
    (LAYER, "n_H n_W is missing", lambda a, b: gram_cost(a, b, 1 / (4 * a.shape[3] ** 2))),
    (LAYER, "n_H n_W is in the constant", lambda a, b: gram_cost(a, b, 1 / (4 * a.shape[3] * elements(a)))),
    (LAYER, "square over the 4", lambda a, b: gram_cost(a, b, 1 / (4 * elements(a)) ** 2)),
    (LAYER, "brackets", lambda a, b: gram_cost(a, b, (1 / 2 * elements(a)) ** 2)),
    (LAYER, "brackets", lambda a, b: gram_cost(a, b, 1 / 4 * elements(a) ** 2)),
    (LAYER, "mean", lambda a, b: tf.reduce_mean((gram_of(a) - gram_of(b)) ** 2)),
    (LAYER, "positions with positions",
     lambda a, b: gram_cost(a, b, 1 / (2 * elements(a)) ** 2, lambda a: gram(tf.transpose(nst_tf.unroll(a))))),
    (LAYER, "content cost", nst_tf.compute_content_cost),
    (LAYER, "activations themselves", lambda a, b: square_cost(a, b) / (2 * elements(a)) ** 2),
    (LAYER, "not squared", lambda a, b: tf.reduce_sum(tf.abs(gram_of(a) - gram_of(b))) / (2 * elements(a)) ** 2),
    (LAYER, "square first", lambda a, b: tf.reduce_sum(gram_of(a) - gram_of(b)) ** 2 / (2 * elements(a)) ** 2),
    (LAYER, "whatever is given", lambda a, b: gram_cost(a, a)),
    (LAYER, "add them up", lambda a, b: (gram_of(a) - gram_of(b)) ** 2),
    (LAYER, "add them up", lambda a, b: (gram_of(a) - gram_of(b)) ** 2 / (2 * elements(a)) ** 2),
    (LAYER, "gradient", lambda a, b: nst_tf.compute_layer_style_cost(a, b).numpy()),
    (STYLE, "plain sum", lambda a, b, w: sum(layer_cost(a, b, l) for l in w)),
    (STYLE, "all the layers", lambda a, b, w: sum(layer_cost(a, b, l) for l in a)),
    (STYLE, "mean", lambda a, b, w: sum(layer_cost(a, b, l) for l in w) / len(w)),
    (STYLE, "mean over the layers", lambda a, b, w: style_sum_by_loop(a, b, w) / len(w)),
    (STYLE, "add up to 1", lambda a, b, w: style_sum_by_loop(a, b, w) / sum(w.values())),
    (STYLE, "`style_layers` is squared", lambda a, b, w: sum(w[l] ** 2 * layer_cost(a, b, l) for l in w)),
    (STYLE, "only the last is used", forgets_the_sum),
    (STYLE, "inside the loop", returns_too_early),
    (STYLE, "only the last is used", lambda a, b, w: layer_cost(a, b, list(w)[-1])),
    (STYLE, "only the first is used", lambda a, b, w: layer_cost(a, b, next(iter(w)))),
    (STYLE, "by its name",
     lambda a, b, w: sum(x * nst_tf.compute_layer_style_cost(s, g) for s, g, x in zip(a.values(), b.values(),
                                                                                    w.values(), strict=False))),
    (STYLE, "multiply", lambda a, b, w: sum(w[l] + layer_cost(a, b, l) for l in w)),
    (STYLE, "whatever is given", lambda a, b, w: tf.constant(0.0)),
    (STYLE, "gradient", lambda a, b, w: style_sum_by_loop(a, b, w).numpy()),
]  # fmt: skip


@pytest.mark.parametrize(("check", "word", "function"), WRONG)
def test_mistakes_are_recognised(check, word, function):
    verdict = check(function)
    assert verdict.status == "wrong"
    assert word in verdict.message, verdict.message


def test_no_hint_is_the_formula():
    for check, _, function in WRONG:
        message = check(function).message
        assert not any(giveaway in message for giveaway in ("reduce_mean", "matmul", "transpose_b", "4 * n_H"))


def test_a_learners_prints_are_shown(capsys):
    checks.gram_matrix(lambda A: print("A has shape", A.shape))
    assert "A has shape" in capsys.readouterr().out
