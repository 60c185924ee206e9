"""The checks of lesson 15: right answers of several kinds, and wrong ones with what is said of them."""

import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf.course import checks

LUMA = np.array([0.299, 0.587, 0.114])


def luminance_by_channel(photo, painting):
    difference = sum(weight * (painting - photo)[..., k] for k, weight in enumerate(LUMA))
    return photo + difference[..., np.newaxis]


def by_cholesky(style, content):
    S, C = (np.float64(image).reshape(-1, 3) for image in (style, content))
    L_S, L_C = (np.linalg.cholesky(np.cov(pixels.T, bias=True)) for pixels in (S, C))
    return ((S - S.mean(0)) @ np.linalg.inv(L_S).T @ L_C.T + C.mean(0)).reshape(style.shape)


def by_the_package(style, content):
    return nst_tf.match_colours(*(np.tile(image, (1, 16, 16, 1)) for image in (style, content)))[
        :, : style.shape[1], : style.shape[2]
    ]


def gram_by_einsum(a, mask):
    squares = mask**2 / tf.reduce_mean(mask**2)
    return tf.einsum("bijc,bijd->cd", squares * a, a) / (a.shape[1] * a.shape[2])


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (checks.transfer_luminance, luminance_by_channel),
        (checks.transfer_luminance, lambda photo, painting: photo + ((painting - photo) @ LUMA)[..., None]),
        (checks.recolour, by_cholesky),
        (checks.recolour, by_the_package),
        (checks.guided_gram_matrix, gram_by_einsum),
        (checks.guided_gram_matrix, lambda a, mask: gram_by_einsum(a, 3 * mask)),
    ],
)
def test_right_answers_of_several_kinds_are_accepted(check, answer):
    verdict = check(answer)
    assert verdict, verdict


def recoloured(A, mean=True):
    def answer(style, content):
        S, C = (np.float64(image).reshape(-1, 3) for image in (style, content))
        sigma_S, sigma_C = (np.cov(pixels.T, bias=True) for pixels in (S, C))
        return ((S - S.mean(0)) @ A(sigma_S, sigma_C).T + mean * C.mean(0)).reshape(style.shape)

    return answer


@pytest.mark.parametrize(
    ("check", "answer", "said"),
    [
        (checks.transfer_luminance, lambda photo, painting: painting, "painting"),
        (checks.transfer_luminance, lambda c, g: c + (g - c).mean(-1, keepdims=True), "mean of the channels"),
        (checks.transfer_luminance, lambda c, g: c + (g @ LUMA)[..., None], "its own luminance, too"),
        (checks.transfer_luminance, lambda c, g: g - (g @ LUMA)[..., None] + (c @ LUMA)[..., None], "changed places"),
        (checks.transfer_luminance, lambda c, g: c + (g - c) @ LUMA[::-1, None], "blue, green, red"),
        (checks.transfer_luminance, lambda c, g: np.repeat((g @ LUMA)[..., None], 3, -1), "where are the photo's"),
        (checks.transfer_luminance, lambda c, g: (c + (g - c) @ LUMA[:, None]).clip(0, 1), "cut off at 0 and 1"),
        (checks.recolour, lambda style, content: style, "as it was"),
        (checks.recolour, lambda style, content: content, "shape of the style"),
        (checks.recolour, recoloured(lambda s, c: np.eye(3)), "Only the means"),
        (checks.recolour, recoloured(lambda s, c: c @ np.linalg.inv(s)), "takes their roots"),
        (checks.recolour, recoloured(lambda s, c: np.diag(np.sqrt(np.diag(c) / np.diag(s)))), "scaled alone"),
        (checks.recolour, lambda s, c: by_cholesky(s, c).clip(0.3, 0.6), "nothing clipped"),
        (checks.recolour, lambda s, c: by_cholesky(s, c)[:, ::-1], "pixels in their places"),
        (checks.recolour, lambda s, c: by_cholesky(c, s), "shape of the style"),
        (checks.guided_gram_matrix, lambda a, m: gram_by_einsum(a, tf.ones_like(m)), "makes no difference"),
        (checks.guided_gram_matrix, lambda a, m: gram_by_einsum(a, 1 - m), "turned round"),
        (checks.guided_gram_matrix, lambda a, m: gram_by_einsum(a, tf.sqrt(m)), "not"),
        (checks.guided_gram_matrix, lambda a, m: tf.reduce_mean(m**2) * gram_by_einsum(a, m), "not normalised"),
        (checks.guided_gram_matrix, lambda a, m: gram_by_einsum(a, m).numpy(), "gradient"),
        (checks.guided_gram_matrix, lambda a, m: gram_by_einsum(tf.stop_gradient(a), m), "gradient"),
        (checks.guided_gram_matrix, lambda a, m: None, "returns nothing"),
    ],
)
def test_wrong_answers_are_caught_and_named(check, answer, said):
    verdict = check(answer)
    assert not verdict
    assert said in verdict.message
