"""The checks of lesson 16: right answers of several kinds, and wrong ones with what is said of them."""

import math

import numpy as np
import pytest
import tensorflow as tf

from nst_tf import gram_matrix, unroll
from nst_tf.course import checks


def own_of(a, cut, jump):
    begin, _, own_begin, own_end = cut
    return a[:, :, (own_begin - begin) // jump : (own_end - begin) // jump]


def seen(image, cut):
    return image[:, :, cut[0] : cut[1]]


def from_joined_maps(activations, image, cuts, jump):
    return gram_matrix(unroll(tf.concat([own_of(activations(seen(image, cut)), cut, jump) for cut in cuts], axis=2)))


def in_numpy(activations, image, cuts, jump):
    total = 0.0
    for cut in cuts:
        F = own_of(activations(seen(image, cut)).numpy(), cut, jump)
        F = F.reshape(-1, F.shape[-1])
        total = total + F.T @ F
    return total


def less_the_margins(activations, image, cuts, jump):
    """All that is seen, less the Gram matrix of what is not the tile's own."""
    total = 0.0
    for cut in cuts:
        a = activations(seen(image, cut))
        first, last = ((side - cut[0]) // jump for side in cut[2:])
        total += gram_matrix(unroll(a)) - gram_matrix(unroll(a[:, :, :first])) - gram_matrix(unroll(a[:, :, last:]))
    return total


def in_tiles(part, total=sum, shown=seen):
    def answer(activations, image, cuts, jump):
        return total([part(activations(shown(image, cut)), cut, jump) for cut in cuts])

    return answer


def gram_of_own(a, cut, jump):
    return gram_matrix(unroll(own_of(a, cut, jump)))


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (checks.gram_by_tiles, from_joined_maps),
        (checks.gram_by_tiles, in_numpy),
        (checks.gram_by_tiles, less_the_margins),
        (checks.gram_by_tiles, in_tiles(gram_of_own, tf.add_n)),
        (checks.tile_margin, lambda size, jump: math.ceil((size - jump) / 2 / jump) * jump),
        (checks.tile_margin, lambda size, jump: (size - jump + 2 * jump - 1) // (2 * jump) * jump),
        (checks.tile_margin, lambda size, jump: np.ceil((size - jump) / (2 * jump)) * jump),
        (checks.tile_margin, lambda size, jump: next(m for m in range(0, size, jump) if 2 * m >= size - jump)),
    ],
)
def test_right_answers_of_several_kinds_are_accepted(check, answer):
    verdict = check(answer)
    assert verdict, verdict


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda activations, image, cuts, jump: gram_matrix(unroll(activations(image))), "more than one tile at once"),
        (in_tiles(lambda a, cut, jump: gram_matrix(unroll(a))), "The margins are counted, too"),
        (in_tiles(lambda a, cut, jump: gram_matrix(unroll(a)), shown=lambda image, cut: image[:, :, cut[2] : cut[3]]),
         "its own pixels alone"),
        (in_tiles(lambda a, cut, jump: gram_matrix(unroll(a[:, :, cut[2] // jump : cut[3] // jump]))),
         "counted from the picture's left edge"),
        (in_tiles(lambda a, cut, jump: gram_matrix(unroll(a[:, :, cut[2] - cut[0] : cut[3] - cut[0]]))), "in pixels"),
        (in_tiles(gram_of_own, lambda parts: parts[-1]), "last tile's alone"),
        (in_tiles(gram_of_own, lambda parts: parts[0]), "does it return inside the loop"),
        (in_tiles(lambda a, cut, jump: gram_matrix(unroll(a[:, :, cut[2] // jump : (cut[3] - cut[0]) // jump]))),
         "sought beyond their tile's end"),
        (in_tiles(gram_of_own, lambda parts: sum(parts) / len(parts)), "mean over the tiles"),
        (in_tiles(gram_of_own, list), "one by one"),
        (in_tiles(lambda a, cut, jump: gram_of_own(a, cut, jump) / (a.shape[1] * own_of(a, cut, jump).shape[2])),
         "divided by its number of positions"),
        (in_tiles(lambda a, cut, jump: a), "shapes do not fit"),
        (lambda activations, image, cuts, jump: None, "returns nothing"),
    ],
)  # fmt: skip
def test_wrong_gram_matrices_are_caught_and_named(answer, said):
    verdict = checks.gram_by_tiles(answer)
    assert not verdict and said in verdict.message, verdict


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda size, jump: (size - jump) // 2, "no multiple of the jump"),
        (lambda size, jump: (size - jump) // 2 // jump * jump, "rounded down"),
        (lambda size, jump: round((size - jump) / 2 / jump) * jump, "nearest multiple"),
        (lambda size, jump: ((size - jump) // 2 // jump + 1) * jump, "a jump too wide"),
        (lambda size, jump: math.ceil(size / 2 / jump) * jump, "own pixels are in the margin"),
        (lambda size, jump: math.ceil((size - jump) / jump) * jump, "lies on each side"),
        (lambda size, jump: math.ceil((size - jump) / 2 / jump), "counts positions"),
        (lambda size, jump: 64, "`size` makes no difference"),
        (lambda size, jump: jump, "by the jump alone"),
        (lambda size, jump: size * jump * 0.37, "Given 132, 16, it gives 781.44: that is no multiple"),
        (lambda size, jump: 3 * math.ceil((size - jump) / 2 / jump) * jump, "too wide: it can be smaller"),
        (lambda size, jump: None, "returns nothing"),
    ],
)
def test_wrong_margins_are_caught_and_named(answer, said):
    verdict = checks.tile_margin(answer)
    assert not verdict and said in verdict.message, verdict
