"""Many more answers, right and wrong, of the kinds that learners write: none may be rejected, or accepted, or crash."""

import random as pyrandom
import re
from functools import partial, reduce

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf.course import checks
from nst_tf.images import IMAGENET_MEAN_BGR

VAGUE = re.compile(r"not by one factor|numbers are \(|It is right in")
MEAN = IMAGENET_MEAN_BGR
f32 = np.float32


def sq(a, b):
    return tf.reduce_sum(tf.square(a - b))


def N(a):
    return float(np.prod(a.shape))


def G(a):
    m = tf.reshape(a, (-1, a.shape[-1]))
    return tf.transpose(m) @ m


L = nst_tf.compute_layer_style_cost


def fw(h, w, m):
    s = min(1, m / max(h, w))
    return max(1, round(h * s)), max(1, round(w * s))


def sh_global(i, t, s):
    np.random.seed(s)  # noqa: NPY002
    r, c = i.shape[1] // t, i.shape[2] // t
    o = list(range(r * c))
    pyrandom.seed(s)
    pyrandom.shuffle(o)
    out = np.zeros_like(i)
    for k, j in enumerate(o):
        out[0, k // c * t : (k // c + 1) * t, k % c * t : (k % c + 1) * t] = i[
            0, j // c * t : (j // c + 1) * t, j % c * t : (j % c + 1) * t
        ]
    return out


def sh_scaled(i, t, s):
    return (sh_global(np.float64(i) * 255, t, s) / 255).astype(np.float32)


def sh_blocks(i, t, s):
    rows = np.split(i[0], i.shape[1] // t, 0)
    sqs = [q for r in rows for q in np.split(r, i.shape[2] // t, 1)]
    o = list(range(len(sqs)))
    np.random.default_rng(s).shuffle(o)
    sqs = [sqs[k] for k in o]
    n = i.shape[2] // t
    return np.concatenate([np.concatenate(sqs[k : k + n], 1) for k in range(0, len(sqs), n)], 0)[None]


def rf_back(layers):
    return reduce(lambda a, l: (a[0] + (l[0] - 1) * a[1], a[1] * l[1]), layers, (1, 1))


def lw_prod(ls, d):
    w = np.cumprod(np.r_[1.0, np.full(len(ls) - 1, d)])
    return {l: float(x) for l, x in zip(ls, w / w.sum(), strict=False)}


def step_assign(o, opt):
    def s(x):
        with tf.GradientTape() as t:
            c = o(x)
        opt.apply_gradients(zip([t.gradient(c.J, x)], [x], strict=False))
        x.assign(tf.maximum(0.0, tf.minimum(1.0, x)))
        return c

    return tf.function(s)


def _g(cost, x):
    v = tf.Variable(x)
    with tf.GradientTape() as t:
        J = cost(v)
    return tf.convert_to_tensor(t.gradient(J, v))


RIGHT = {
    "add_batch_axis": [
        lambda p: np.array([p]),
        lambda p: tf.convert_to_tensor(p)[tf.newaxis],
        lambda p: p.reshape((1, *p.shape)),
        lambda p: np.broadcast_to(p, (1, *p.shape)),
    ],
    "preprocess": [
        lambda x: tf.gather(x, [2, 1, 0], axis=-1) * 255.0 - MEAN,
        lambda x: -(MEAN - x[..., ::-1] * 255),
        lambda x: (x[..., ::-1] - MEAN / 255) * 255,
        tf.function(lambda x: x[..., ::-1] * 255 - MEAN),
        lambda x: tf.reverse(x, axis=[-1]) * 255.0 - MEAN,
    ],
    "deprocess": [
        lambda x: np.flip((x + MEAN) / 255, -1),
        lambda x: (x[..., ::-1] + MEAN[::-1]) * (1 / 255),
        lambda x: tf.gather((x + MEAN) / 255, [2, 1, 0], axis=-1),
        lambda x: ((x + MEAN) / 255.0)[..., [2, 1, 0]],
    ],
    "fit_within": [
        lambda h, w, m: (
            (h, w) if max(h, w) <= m else tuple(max(1, int(np.floor(s * m / max(h, w) + 0.5))) for s in (h, w))
        ),
        lambda h, w, m: np.maximum(np.rint(np.array([h, w]) * min(1, m / max(h, w))).astype(int), 1),
        lambda h, w, m: [max(1, round(s * min(1.0, m / max(h, w)))) for s in (h, w)],
        lambda h, w, m: (max(round(h / max(1, h / m, w / m)), 1), max(round(w / max(1, h / m, w / m)), 1)),
    ],
    "shuffle_tiles": [sh_global, sh_scaled, sh_blocks],
    "initialise_generated_image": [
        lambda c, r, s: (np.random.RandomState(s).uniform(size=c.shape) * r + c * (1 - r)).astype("f"),
        lambda c, r, s: c + r * (np.random.default_rng(s).random(c.shape, f32) - c),
        lambda c, r, s: tf.random.Generator.from_seed(s).uniform(c.shape) * r + (1 - r) * c,
        lambda c, r, s: np.clip(f32(r) * np.random.default_rng(s).random(c.shape, f32) + f32(1 - r) * c, 0, 1),
    ],
    "build_feature_extractor": [
        lambda v, n: tf.keras.Model(inputs=v.input, outputs={k: v.get_layer(k).output for k in n}),
        lambda v, n: tf.keras.models.Model(v.inputs, {k: v.get_layer(k).output for k in n}),
        lambda v, n: tf.keras.Model(v.layers[0].output, {l.name: l.output for l in v.layers if l.name in set(n)}),
        lambda v, n: tf.keras.Model(v.input, {k: v.get_layer(name=k).output for k in sorted(n)}),
    ],
    "normalise_layer": [
        lambda k, b, m, n: (k / n * m, b / n),
        lambda k, b, m, n: [m * k / n, np.divide(b, n)],
        lambda k, b, m, n: (tf.convert_to_tensor(k) * (m / n), tf.convert_to_tensor(b) / n),
        lambda k, b, m, n: (k * m / n, b / n),
    ],
    "compute_content_cost": [
        lambda a, b: tf.reduce_mean(tf.keras.losses.MSE(a, b)) / 4,
        lambda a, b: tf.reduce_mean(tf.math.squared_difference(a, b)) * 0.25,
        lambda a, b: sq(b, a) / tf.cast(4 * tf.size(a), tf.float32),
        lambda a, b: (
            tf.reduce_sum([sq(x, y) for x, y in zip(tf.unstack(a[0]), tf.unstack(b[0]), strict=False)]) / (4 * N(a))
        ),
        lambda a, b: sq(tf.stop_gradient(a), b) / (4 * N(a)),
    ],
    "content_cost_unrolled": [
        lambda a, b: tf.reduce_mean((a - b) ** 2) / 4,
        lambda a, b: sq(a, b) / 4 / a.shape[0] / a.shape[1],
        lambda a, b: 0.5 * tf.nn.l2_loss(b - a) / N(a),
        lambda a, b: tf.einsum("ij,ij->", a - b, a - b) / (4 * N(a)),
    ],
    "content_cost_gradient": [
        lambda a, b: 0.5 * (b - a) / N(a),
        lambda a, b: (b - a) / 2 / N(a),
        lambda a, b: _g(lambda x: nst_tf.compute_content_cost(a, x), b),
        lambda a, b: -(a - b) / (2 * N(a)),
    ],
    "unroll": [
        lambda a: tf.transpose(tf.reshape(a[0], (-1, a.shape[3]))),
        lambda a: tf.reshape(tf.transpose(a, [3, 0, 1, 2]), [a.shape[3], -1]),
        lambda a: tf.stack([tf.reshape(x, [-1]) for x in tf.unstack(a[0], axis=-1)]),
        lambda a: tf.reshape(tf.transpose(tf.squeeze(a, 0), [2, 0, 1]), (a.shape[-1], a.shape[1] * a.shape[2])),
    ],
    "gram_matrix": [
        lambda A: tf.linalg.matmul(A, tf.transpose(A)),
        lambda A: tf.matmul(A, A, adjoint_b=True),
        lambda A: A @ tf.linalg.matrix_transpose(A),
        lambda A: tf.add_n([A[:, p, None] * A[None, :, p] for p in range(A.shape[1])]),
    ],
    "compute_layer_style_cost": [
        lambda a, b: sq(G(a), G(b)) / (4 * N(a) ** 2),
        lambda a, b: tf.reduce_mean((G(a) / N(a) - G(b) / N(a)) ** 2) * a.shape[3] ** 2 / 4,
        lambda a, b: sq(G(a) / (2 * N(a)), G(b) / (2 * N(a))),
        lambda a, b: (
            sq(nst_tf.gram_matrix(nst_tf.unroll(a)), nst_tf.gram_matrix(nst_tf.unroll(b))) * (1 / (2 * N(a))) ** 2
        ),
    ],
    "compute_style_cost": [
        lambda a, b, w: tf.add_n([w[l] * L(a[l], b[l]) for l in w]),
        lambda a, b, w: sum(x * L(a[l], b[l]) for l, x in w.items()),
        lambda a, b, w: tf.tensordot(tf.constant(list(w.values())), tf.stack([L(a[l], b[l]) for l in w]), 1),
        lambda a, b, w: reduce(lambda s, l: s + w[l] * L(a[l], b[l]), w, tf.constant(0.0)),
    ],
    "total_cost": [
        lambda c, s, alpha=10, beta=40: tf.add_n([alpha * c, beta * s]),
        lambda c, s, alpha=10.0, beta=40.0: s * beta + c * alpha,
        lambda c, s, alpha=10, beta=40: tf.reduce_sum(tf.stack([c, s]) * tf.constant([float(alpha), float(beta)])),
        lambda c, s, alpha=10, beta=40: beta * (s + alpha / beta * c),
    ],
    "gradient_of": [
        _g,
        lambda c, x: _g(lambda y: c(y) * 1, x),
        lambda c, x: tf.stack(_g(c, x)),
        lambda c, x: 1.0 * _g(c, x),
    ],
    "make_train_step": [step_assign],
    "alpha_for_share": [
        lambda c, s, share, beta=40.0: beta * s * share / (c * (1 - share)),
        lambda c, s, share, beta=40.0: beta * s / c / (1 / share - 1),
        lambda C, S, share, beta=40.0: (share * beta * S) / (C - share * C),
        lambda C, S, share, beta=40.0: np.exp(np.log(share) - np.log(1 - share)) * beta * S / C,
    ],
    "receptive_field": [
        rf_back,
        lambda ls: [*rf_back(ls)],
        lambda ls: np.array(rf_back(ls)),
        lambda ls: (
            1 + sum((k - 1) * int(np.prod([s for _, s in ls[:i]])) for i, (k, _) in enumerate(ls)),
            int(np.prod([s for _, s in ls])),
        ),
    ],
    "content_objective": [
        lambda e, l, a: lambda x: nst_tf.compute_content_cost(a_G=e(nst_tf.preprocess(x))[l], a_C=a),
        lambda e, l, a: lambda image: tf.reduce_mean((e(nst_tf.preprocess(image))[l] - a) ** 2) / 4,
        lambda e, l, a: tf.function(lambda x: nst_tf.compute_content_cost(a, e(nst_tf.preprocess(x))[l])),
        lambda e, l, a: partial(lambda a, x: nst_tf.compute_content_cost(a, e(nst_tf.preprocess(x))[l]), a),
    ],
    "shares": [
        lambda c, w: (lambda t: {k: v / sum(t.values()) for k, v in t.items()})({k: c[k] * w[k] for k in c}),
        lambda c, w: {k: w[k] * c[k] / sum(w[j] * c[j] for j in w) for k in w},
        lambda c, w: dict(
            zip(c, np.array([c[k] * w[k] for k in c]) / np.dot([c[k] for k in c], [w[k] for k in c]), strict=False)
        ),
        lambda c, w: {k: tf.constant(c[k] * w[k] / sum(w[j] * c[j] for j in w)) for k in sorted(c)},
    ],
    "layer_weights": [
        lw_prod,
        lambda ls, d: {l: d**k / sum(d**j for j in range(len(ls))) for k, l in enumerate(ls)},
        lambda ls, d: dict(zip(ls, (lambda p: p / p.sum())(float(d) ** np.arange(len(ls))), strict=False)),
        lambda ls, d: {l: 1 / sum(d ** (j - k) for j in range(len(ls))) for k, l in enumerate(ls)},
    ],
    "gradient_descent_step": [
        lambda x, g, r: x + (-r) * g,
        lambda x, g, r: np.array([a - r * b for a, b in zip(x, g, strict=False)]),
        lambda x, g, r: np.add(x, np.multiply(-r, g)),
        lambda x, g, r: x.copy() - g * r,
    ],
}


def r255(x):
    return x[..., ::-1] * 255


def U(c, s):
    return np.random.default_rng(s).random(c.shape, f32)


WRONG = {
    "add_batch_axis": [
        lambda p: p[None][..., None],
        lambda p: p.reshape(1, -1, 3),
        lambda p: p[None, :1],
        lambda p: np.swapaxes(p[None], 1, 2).reshape(1, *p.shape),
        lambda p: np.repeat(p[None], 3, 0),
        lambda p: np.float32(p[None] > 0.5),
        lambda p: p.T[None],
        lambda p: np.rot90(p)[None],
        lambda p: np.clip(p[None], 0.1, 0.9),
        lambda p: p[None].astype(int),
        lambda p: [p, p, p],
        lambda p: p[None].mean(-1, keepdims=True),
    ],
    "preprocess": [
        lambda x: r255(x) - f32([123.68, 103.939, 116.779]),
        lambda x: r255(x) - 117,
        lambda x: x[..., ::-1] * (255 - MEAN),
        lambda x: 255 - r255(x) - MEAN,
        lambda x: (r255(x) - MEAN) / 255,
        lambda x: (r255(x) - MEAN) / 127.5,
        lambda x: r255(x) / MEAN,
        lambda x: r255(x) - x.mean(),
        lambda x: np.abs(r255(x) - MEAN),
        lambda x: (x[..., ::-1] * 255).astype(np.uint8) - MEAN if isinstance(x, np.ndarray) else nst_tf.preprocess(x),
        lambda x: tf.clip_by_value(r255(x) - MEAN, -100, 100),
        lambda x: x[..., ::-1] * 2 * 255 - MEAN,
        lambda x: tf.cast(r255(x), tf.float16) * 1 - MEAN.astype("f2"),
        lambda x: r255(tf.stop_gradient(x)) - MEAN,
    ],
    "deprocess": [
        lambda x: np.clip((x + MEAN)[..., ::-1] / 255, 0, 1) * 0.9,
        lambda x: ((x + MEAN) / 255)[..., [1, 0, 2]],
        lambda x: (x + MEAN.mean())[..., ::-1] / 255,
        lambda x: ((x + 255) / MEAN)[..., ::-1],
        lambda x: (x / 255)[..., ::-1] + MEAN,
        lambda x: 1 - ((x + MEAN) / 255)[..., ::-1],
        lambda x: ((x + MEAN) // 255)[..., ::-1],
        lambda x: np.abs(nst_tf.deprocess(-x)),
        lambda x: (x[..., ::-1] + MEAN) * 255,
        lambda x: nst_tf.deprocess(x)[0],
        lambda x: nst_tf.deprocess(x) * 2 - 1,
        lambda x: np.sqrt(np.abs(nst_tf.deprocess(x))),
    ],
    "fit_within": [
        lambda h, w, m: (m, round(w * m / h)),
        lambda h, w, m: (h // 2, w // 2) if max(h, w) > m else (h, w),
        lambda h, w, m: (h * m // max(h, w), w * m // max(h, w)),
        lambda h, w, m: (max(1, round(h * m / w)) if h > m else h, max(1, round(w * m / h)) if w > m else w),
        lambda h, w, m: (m, m) if max(h, w) > m else (h, w),
        lambda h, w, m: fw(h, w, 2 * m),
        lambda h, w, m: fw(h, w, m - 1),
        lambda h, w, m: (fw(h, w, m)[0] // 8 * 8, fw(h, w, m)[1] // 8 * 8),
        lambda h, w, m: fw(h, w, m)[0],
        lambda h, w, m: (str(h), str(w)),
        lambda h, w, m: (max(1, h - (max(h, w) - m)), max(1, w - (max(h, w) - m))),
        lambda h, w, m: fw(h, w, 256),
    ],
    "shuffle_tiles": [
        lambda i, t, s: sh_global(i, t, s)[:, ::-1],
        lambda i, t, s: np.roll(i, t, 1),
        lambda i, t, s: sh_global(i, t // 2, s),
        lambda i, t, s: sh_global(i, t, s % 1),
        lambda i, t, s: sh_global(i, t, np.random.randint(1e6)),  # noqa: NPY002
        lambda i, t, s: sh_global(i, t, s).astype(int),
        lambda i, t, s: sh_global(i, t, s)[..., ::-1],
        lambda i, t, s: sh_global(i * 0.5, t, s),
        lambda i, t, s: sh_global(i, t, s).transpose(0, 2, 1, 3),
        lambda i, t, s: sh_global(i[:, :-t], t, s),
        lambda i, t, s: 1 - sh_global(i, t, s),
        lambda i, t, s: np.random.default_rng(s).random(i.shape),
    ],
    "initialise_generated_image": [
        lambda c, r, s: f32(r) * U(c, s) + c,
        lambda c, r, s: (1 - r) * U(c, s) + f32(r) * c,
        lambda c, r, s: np.clip(c + f32(r) * U(c, s), 0, 1),
        lambda c, r, s: r * np.random.default_rng(s).normal(0.5, 0.2, c.shape).astype("f") + (1 - r) * c,
        lambda c, r, s: r * U(c, 0) + (1 - r) * c,
        lambda c, r, s: r * U(c, s) * c + (1 - r) * c,
        lambda c, r, s: (r * U(c, s) + (1 - r) * c) * 255,
        lambda c, r, s: np.where(U(c, s + 1) < r, U(c, s), c),
        lambda c, r, s: r * (U(c, s) - 0.5) + (1 - r) * c,
        lambda c, r, s: r * U(c, s).round() + (1 - r) * c,
        lambda c, r, s: r * np.random.random(c.shape) + (1 - r) * c,  # noqa: NPY002
        lambda c, r, s: r * U(c, s) + (1 - r) * c[:, ::-1],
        lambda c, r, s: r * U(c, s) + (1 - r) * c.mean(),
        lambda c, r, s: (r * U(c, s) + (1 - r) * c) ** 2,
    ],
    "normalise_layer": [
        lambda k, b, m, n: (k * m / n, b / n * k.mean()),
        lambda k, b, m, n: (k / n, b),
        lambda k, b, m, n: (k * m, b * n),
        lambda k, b, m, n: ((k - m) / n, b / n),
        lambda k, b, m, n: (k / k.mean(), b / b.mean()),
        lambda k, b, m, n: (k * m / n + b / n, b / n),
        lambda k, b, m, n: {"kernel": k * m / n, "bias": b / n},
        lambda k, b, m, n: (k * m / n, b / n, m),
        lambda k, b, m, n: (k * n / m, b * n),
        lambda k, b, m, n: (k * m // n, b // n),
        lambda k, b, m, n: (k * (m + n), b / n),
        lambda k, b, m, n: (k.T * m / n, b / n),
    ],
    "compute_content_cost": [
        lambda a, b: sq(a, b) / (4 * a.shape[1] * a.shape[2] * a.shape[2]),
        lambda a, b: tf.reduce_mean(tf.abs(a - b)) ** 2 / 4,
        lambda a, b: tf.reduce_mean(tf.square(a - b)) / 2,
        lambda a, b: sq(a, b) / (4 + N(a)),
        lambda a, b: tf.sqrt(sq(a, b)) / (4 * N(a)),
        lambda a, b: sq(a, b) ** 2 / (4 * N(a)),
        lambda a, b: tf.reduce_max(tf.square(a - b)) / 4,
        lambda a, b: sq(tf.nn.relu(a), tf.nn.relu(b)) / (4 * N(a)),
        lambda a, b: sq(a[..., :1], b[..., :1]) / (4 * N(a)),
        lambda a, b: sq(G(a), G(b)) / (4 * N(a)),
        lambda a, b: sq(a, tf.reverse(b, [1])) / (4 * N(a)),
        lambda a, b: 1 - tf.reduce_sum(a * b) / tf.norm(a) / tf.norm(b),
        lambda a, b: tf.reduce_mean(a - b) ** 2 / 4,
        lambda a, b: sq(tf.reduce_mean(a, [1, 2]), tf.reduce_mean(b, [1, 2])) / 4,
        lambda a, b: tf.math.reduce_std(a - b),
        lambda a, b: sq(a, b) / 4 * a.shape[1] * a.shape[2] * a.shape[3],
        lambda a, b: sq(a, tf.round(b)) / (4 * N(a)),
    ],
    "content_cost_gradient": [
        lambda a, b: (b - a) / 4 / N(a) * b,
        lambda a, b: tf.abs(b - a) / (2 * N(a)),
        lambda a, b: (b - a) ** 3 / (2 * N(a)),
        lambda a, b: 2 * (b - a) / 4,
        lambda a, b: (a - b) / (4 * N(a)),
        lambda a, b: (b - a) / (2 * N(a)) ** 2,
        lambda a, b: tf.reduce_mean(b - a) / (2 * N(a)),
        lambda a, b: tf.nn.relu(b - a) / (2 * N(a)),
        lambda a, b: (b - a) / tf.norm(b - a),
        lambda a, b: (b**2 - a**2) / (2 * N(a)),
        lambda a, b: tf.clip_by_value((b - a) / (2 * N(a)), 0, 1),
        lambda a, b: [(b - a) / (2 * N(a))],
    ],
    "unroll": [
        lambda a: tf.transpose(a),
        lambda a: tf.reshape(a[0], (a.shape[1], -1)),
        lambda a: tf.reduce_mean(a, [0, 1]),
        lambda a: tf.reshape(tf.transpose(a, (0, 3, 2, 1)), (a.shape[3], -1)),
        lambda a: tf.reshape(tf.transpose(a[0], (2, 0, 1))[:, ::-1], (a.shape[3], -1)),
        lambda a: tf.abs(nst_tf.unroll(a)),
        lambda a: nst_tf.unroll(a) - tf.reduce_mean(a),
        lambda a: nst_tf.unroll(a) / a.shape[3],
        lambda a: tf.sort(nst_tf.unroll(a)),
        lambda a: tf.nn.relu(nst_tf.unroll(a)),
        lambda a: nst_tf.unroll(tf.stop_gradient(a)),
        lambda a: np.array(nst_tf.unroll(a)),
    ],
    "gram_matrix": [
        lambda A: 2 * nst_tf.gram_matrix(A),
        lambda A: nst_tf.gram_matrix(A) ** 2,
        lambda A: tf.sqrt(tf.abs(nst_tf.gram_matrix(A))),
        lambda A: A @ tf.transpose(A) / A.shape[1] ** 2,
        lambda A: tf.linalg.inv(A @ tf.transpose(A)),
        lambda A: A @ tf.transpose(tf.reverse(A, [1])),
        lambda A: tf.nn.softmax(A @ tf.transpose(A)),
        lambda A: tf.tensordot(A, A, 0),
        lambda A: A + tf.transpose(A) if A.shape[0] == A.shape[1] else A,
        lambda A: A @ tf.transpose(A) + tf.eye(A.shape[0]),
        lambda A: tf.round(A @ tf.transpose(A)),
        lambda A: tf.reduce_mean(A[:, None] * A[None], -1),
        lambda A: (A - A[0]) @ tf.transpose(A),
        lambda A: A[:, :-1] @ tf.transpose(A[:, :-1]),
    ],
    "compute_layer_style_cost": [
        lambda a, b: sq(G(a), G(b)) / (4 * N(a)),
        lambda a, b: sq(G(a) / N(a), G(b) / N(a)) / 4 * a.shape[3],
        lambda a, b: sq(G(a) / a.shape[3], G(b) / a.shape[3]),
        lambda a, b: tf.reduce_mean(tf.abs(G(a) - G(b))),
        lambda a, b: sq(G(a), G(b)) / (2 * a.shape[1] * a.shape[1] * a.shape[3]) ** 2,
        lambda a, b: sq(G(a), G(b)) / (2 * N(a) + 1) ** 2,
        lambda a, b: sq(tf.reduce_sum(a, [1, 2]), tf.reduce_sum(b, [1, 2])) / (2 * N(a)) ** 2,
        lambda a, b: L(a, b) * 10,
        lambda a, b: tf.sqrt(L(a, b)),
        lambda a, b: L(a, tf.stop_gradient(b)),
        lambda a, b: sq(tf.linalg.band_part(G(a), 0, -1), tf.linalg.band_part(G(b), 0, -1)) / (2 * N(a)) ** 2,
        lambda a, b: tf.norm(G(a) - G(b)) / (2 * N(a)) ** 2,
        lambda a, b: L(a, a),
    ],
    "compute_style_cost": [
        lambda a, b, w: max(w[l] * L(a[l], b[l]) for l in w),
        lambda a, b, w: sum(w[l] * L(a[l], b[l]) for l in list(w)[1:]),
        lambda a, b, w: sum(w[l] * L(a[l], a[l]) for l in w),
        lambda a, b, w: tf.reduce_mean([w[l] * L(a[l], b[l]) for l in w]),
        lambda a, b, w: sum(L(w[l] * a[l], w[l] * b[l]) for l in w),
        lambda a, b, w: [w[l] * L(a[l], b[l]) for l in w],
        lambda a, b, w: {l: w[l] * L(a[l], b[l]) for l in w},
        lambda a, b, w: sum(w[l] * L(a[l], b[l]) for l in w) ** 0.5,
        lambda a, b, w: sum((1 - w[l]) * L(a[l], b[l]) for l in w),
        lambda a, b, w: sum(w[l] ** 0.5 * L(a[l], b[l]) for l in w),
        lambda a, b, w: sum(w.get(l, 1) * L(a[l], b[l]) for l in a),
        lambda a, b, w: sum(w[l] * float(L(a[l], b[l])) for l in w),
    ],
    "total_cost": [
        lambda c, s, a=10, b=40: a * c + b * s + 1,
        lambda c, s, a=10, b=40: tf.sqrt(a * c + b * s),
        lambda c, s, a=10, b=40: (a * c + b * s) / 2,
        lambda c, s, a=10, b=40: a * c + a * s,
        lambda c, s, a=10, b=40: a * (c + s),
        lambda c, s, a=10, b=40: a / (a + b) * c + b / (a + b) * s,
        lambda c, s, a=10, b=40: a * s + b * s,
        lambda c, s, a=10, b=40: a * c + b * tf.stop_gradient(s),
        lambda c, s, a=10, b=40: tf.maximum(a * c, b * s),
        lambda c, s, a=10, b=40: (a * c, b * s),
        lambda c, s, a=10, b=40: a * c**2 + b * s**2,
        lambda c, s, a=10, b=40: a * tf.math.log(c) + b * tf.math.log(s),
    ],
    "gradient_of": [
        lambda c, x: _g(c, x) * 0.1,
        lambda c, x: x - 0.1 * _g(c, x),
        lambda c, x: _g(c, x) + x * 0 + 1,
        lambda c, x: _g(lambda y: tf.sqrt(c(y)), x),
        lambda c, x: _g(lambda y: c(tf.clip_by_value(y, 0, 1)), x),
        lambda c, x: _g(c, x)[..., ::-1],
        lambda c, x: _g(c, tf.zeros_like(x) + 0.5),
        lambda c, x: tf.reduce_mean(_g(c, x), -1, keepdims=True) + 0 * x,
        lambda c, x: tf.nn.relu(_g(c, x)),
        lambda c, x: (c(x), _g(c, x)),
        lambda c, x: tf.math.l2_normalize(_g(c, x)),
        lambda c, x: c(x + 0.001) - c(x),
    ],
    "receptive_field": [
        lambda ls: (sum(k for k, _ in ls), sum(s for _, s in ls)),
        lambda ls: (rf_back(ls)[0], len(ls)),
        lambda ls: (rf_back(ls)[0] ** 2, rf_back(ls)[1]),
        lambda ls: (max([k for k, _ in ls] + [1]), rf_back(ls)[1]),
        lambda ls: (rf_back(ls)[0] // 2, rf_back(ls)[1]),
        lambda ls: (rf_back(ls)[0], 2 ** len(ls)),
        lambda ls: rf_back(ls[1:]),
        lambda ls: (rf_back([(3, s) for _, s in ls])[0], rf_back(ls)[1]),
        lambda ls: rf_back([(k, 2) for k, _ in ls]),
        lambda ls: sum(rf_back(ls)),
        lambda ls: (rf_back(ls)[0] + rf_back(ls)[1], rf_back(ls)[1]),
        lambda ls: (1, 1),
    ],
    "shares": [
        lambda c, w: {k: w[k] * c[k] / max(w[j] * c[j] for j in w) for k in w},
        lambda c, w: {k: round(w[k] * c[k] / sum(w[j] * c[j] for j in w), 1) for k in w},
        lambda c, w: {k: w[k] ** 2 * c[k] / sum(w[j] ** 2 * c[j] for j in w) for k in w},
        lambda c, w: {k: 1 / len(c) for k in c},
        lambda c, w: (lambda e: {k: np.exp(w[k] * c[k]) / e for k in c})(sum(np.exp(w[k] * c[k]) for k in c)),
        lambda c, w: {k: w[k] * c[k] / (sum(w.values()) * sum(c.values())) for k in c},
        lambda c, w: {k: w[k] * c[k] / sum(w[j] * c[j] for j in w if j != k) if len(w) > 1 else 1 for k in w},
        lambda c, w: {k: (w[k] * c[k] / sum(w[j] * c[j] for j in w)) ** 0.5 for k in w},
        lambda c, w: dict(zip(c, sorted(w[k] * c[k] / sum(w[j] * c[j] for j in w) for k in c), strict=False)),
        lambda c, w: {k: c[k] / w[k] / sum(c.values()) for k in c},
        lambda c, w: sum(w[k] * c[k] for k in c),
        lambda c, w: {k: w[k] * c[k] / sum(w[j] * c[j] for j in w) * len(w) for k in w},
    ],
    "layer_weights": [
        lambda ls, d: {l: d / len(ls) for l in ls},
        lambda ls, d: {l: d * k for k, l in enumerate(ls)},
        lambda ls, d: {l: d ** (k + 1) / sum(d**j for j in range(len(ls))) for k, l in enumerate(ls)},
        lambda ls, d: {l: k**d / max(1e-9, sum(j**d for j in range(len(ls)))) for k, l in enumerate(ls)},
        lambda ls, d: {l: d**-k / sum(d**-j for j in range(len(ls))) for k, l in enumerate(ls)},
        lambda ls, d: {l: d**k / sum(d**j for j in range(len(ls) + 1)) for k, l in enumerate(ls)},
        lambda ls, d: {l: 1 / (1 + k * d) for k, l in enumerate(ls)},
        lambda ls, d: {l: (1 - d) * d**k for k, l in enumerate(ls)},
        lambda ls, d: [d**k / sum(d**j for j in range(len(ls))) for k in range(len(ls))],
        lambda ls, d: dict.fromkeys(ls, 0.2),
        lambda ls, d: {l: 2**k / (2 ** len(ls) - 1) for k, l in enumerate(ls)},
        lambda ls, d: {k: d**k / sum(d**j for j in range(len(ls))) for k, l in enumerate(ls)},
    ],
    "alpha_for_share": [
        lambda c, s, h, b=40: h * (c + b * s) / c,
        lambda c, s, h, b=40: h / (1 - h) * b * s / c**2,
        lambda c, s, h, b=40: h / (1 - h) * b,
        lambda c, s, h, b=40: h * b,
        lambda c, s, h, b=40: h / (1 - h) * (b * s - c),
        lambda c, s, h, b=40: h / (1 - h) * b * s / c + 1,
        lambda c, s, h, b=40: h / (1 - h) ** 2 * b * s / c,
        lambda c, s, h, b=40: h / (1 - h) * b * (s / c) ** 0.5,
        lambda c, s, h, b=40: 2 * h / (1 - h) * b * s / c,
        lambda c, s, h, b=40: (1 - h) * b * s / c,
        lambda c, s, h, b=40: h / (b - h) * b * s / c,
        lambda c, s, h, b=40: (b * s / c, h),
    ],
    "gradient_descent_step": [
        lambda x, g, r: x * (1 - r * g),
        lambda x, g, r: x - r,
        lambda x, g, r: x - r * g * g,
        lambda x, g, r: x - r * g.sum(),
        lambda x, g, r: x - r * g[::-1],
        lambda x, g, r: (1 - r) * x - r * g,
        lambda x, g, r: x - r * g + r * r * g,
        lambda x, g, r: np.round(x - r * g),
        lambda x, g, r: x - 0.1 * g,
        lambda x, g, r: g - r * x,
        lambda x, g, r: x - r * np.clip(g, -5, 5),
        lambda x, g, r: x - r / g,
    ],
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_are_accepted(name):
    for answer in RIGHT[name]:
        verdict = getattr(checks, name)(answer)
        assert repr(verdict) == f"✔ {name}: correct, well done."


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", WRONG)
def test_wrong_answers_are_caught_and_most_are_named(name):
    verdicts = [getattr(checks, name)(answer) for answer in WRONG[name]]
    assert {verdict.status for verdict in verdicts} == {"wrong"}
    vague = [verdict for verdict in verdicts if VAGUE.search(verdict.message)]
    assert len(vague) <= len(verdicts) / 10, vague


# {exercise: {place of the answer in WRONG: what its hint must say}}: the right slip, not only one
NAMED = {
    "add_batch_axis": {3: "rows and columns", 5: "whole numbers", 8: "clips"},
    "preprocess": {4: "divided by 255", 8: "lost its signs", 9: "cut to whole ones", 13: "gradient is cut off"},
    "deprocess": {0: "(0.9)", 2: "mean of the three numbers", 7: "lost its signs", 10: "[-1, 1]", 11: "root"},
    "fit_within": {2: "cuts the fraction off", 11: "`max_size` makes no difference"},
    "shuffle_tiles": {0: "mirrored", 1: "seed is not used", 2: "torn apart", 4: "same seed", 6: "colours"},
    "initialise_generated_image": {
        0: "whole content image", 1: "swapped", 2: "clipped", 4: "seed is not used", 6: "0 to 255", 9: "rounded",
        10: "same seed", 11: "`content` is upside down", 12: "`content` is made of its mean",
    },
    "normalise_layer": {0: "The kernel is right.", 2: "multiplied by the mean", 6: "dict", 11: "lost its shape"},
    "compute_content_cost": {
        1: "squared then", 2: "become a 2", 4: "root too many", 5: "squared once more", 6: "largest", 10: "upside down",
        12: "square first", 15: "brackets", 16: "`a_G` is rounded",
    },
    "content_cost_gradient": {1: "lost its signs", 3: "lost the sizes", 4: "sign is wrong", 6: "averaged", 8: "length"},
    "unroll": {3: "row by row", 5: "lost its signs", 6: "mean is subtracted", 9: "cut off below 0", 10: "no gradient"},
    "gram_matrix": {0: "(2)", 1: "squared", 2: "root", 3: "more positions", 10: "rounded", 11: "number of positions"},
    "compute_layer_style_cost": {
        0: "sizes in the constant are not squared", 1: "n_C is in the constant, but not squared", 3: "not squared",
        7: "(10)", 8: "root", 9: "no gradient", 12: "compared with itself",
    },
    "compute_style_cost": {
        0: "largest", 1: "first is left out", 3: "mean", 8: "1 - `style_layers`", 10: "all the layers",
    },
    "total_cost": {1: "root", 2: "(0.5)", 3: "`alpha` stands in both", 5: "alpha + beta", 8: "larger"},
    "gradient_of": {0: "(0.1)", 5: "channels", 8: "cut off below 0", 10: "length"},
    "receptive_field": {1: "jump is too large", 6: "left out", 11: "`layers` makes no difference"},
    "shares": {0: "largest number", 2: "`weights` is squared", 3: "mean alone", 7: "root", 11: "mean of the terms"},
    "layer_weights": {4: "reversed", 8: "list", 9: "`decay` makes no difference", 11: "keys"},
    "alpha_for_share": {1: "a larger J_content", 6: "a larger 1 - share", 8: "(2)"},
    "gradient_descent_step": {
        0: "x is multiplied", 1: "gradient is missing", 2: "`gradient` is squared", 3: "its sum alone", 7: "rounded",
        9: "`x` and `gradient` have changed places", 11: "gradient divides",
    },
}  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMED)
def test_the_slip_that_was_made_is_the_one_that_is_named(name):
    for at, words in NAMED[name].items():
        assert words in getattr(checks, name)(WRONG[name][at]).message, (at, words)


def test_a_learner_sees_the_sizes_by_their_names():
    """Not a tuple of this check's own sizes, and nothing of TensorFlow's."""
    too_long = checks.unroll(lambda a: tf.reshape(a, (a.shape[1], -1))).message
    assert "the shape (n_H, n_W*n_C)" in too_long and "(n_C, n_H*n_W) is needed" in too_long
    mixed = checks.content_cost_unrolled(lambda A, B: tf.reduce_sum((A - A @ tf.transpose(A)) ** 2)).message
    assert "do not fit ((n_C, n_H*n_W) and (n_C, n_C))" in mixed
    assert not re.search(r"function_node|Op:|InvalidArgument", mixed)
