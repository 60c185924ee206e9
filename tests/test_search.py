import numpy as np
import pytest
import tensorflow as tf

import nst_tf
from nst_tf import Config, DivergedError, Transfer
from nst_tf.search import begin_search

HALF = np.full((1, 32, 32, 3), 0.5, np.float32)


def distance_to_grey(image):
    return tf.reduce_mean((image - 0.5) ** 2)


@pytest.mark.parametrize("optimizer", ["adam", "gradient_descent"])
def test_steps_that_are_far_too_long_are_noticed(content, style, optimizer):
    transfer = Transfer(content, style, Config(optimizer=optimizer, learning_rate=1e10, steps=9, precision="float32"))
    with pytest.raises(DivergedError, match=r"leap from one end of .* to the other: make the learning rate smaller"):
        list(transfer)
    assert len(transfer.history) < 5
    assert not transfer.state.improved


def test_once_is_not_enough_for_the_rate_may_fall():
    search = begin_search(np.full_like(HALF, 0.49), Config(optimizer="adam", learning_rate=10))
    costs, gradient = nst_tf.as_objective(distance_to_grey).value_and_gradient(search.image)
    for J, image in ((1.0, None), (2.0, 0.0), (2.0, 0.3), (2.0, 1.0), (0.5, 1.0), (0.5, 1.0)):
        if image is not None:
            search.image = tf.fill(HALF.shape, image)
        assert search.tell(J, gradient)
    assert float(costs.J) > 0


def test_a_picture_of_two_colours_is_none_of_it():
    """It is black and white from the start, and J does not rise."""
    chequered = (np.indices((32, 32)).sum(0) % 2)[np.newaxis, :, :, np.newaxis].repeat(3, axis=3).astype(np.float32)
    records = list(
        nst_tf.minimise(distance_to_grey, chequered, optimizer="gradient_descent", learning_rate=1e-9, steps=4)
    )
    assert [record.J for record, _ in records] == [0.25] * 4


def test_a_search_that_was_not_asked_for_its_image_can_be_told_again():
    searches = [begin_search(np.full((1, 32, 40, 3), 0.5, np.float32), Config()) for _ in range(2)]
    for J in (3.0, 2.0, 1.0):
        for search, asks in zip(searches, (True, False), strict=True):
            if asks:
                assert search.image.shape == (1, 32, 40, 3)
            search.tell(J, tf.ones((1, 32, 40, 3)))
    np.testing.assert_array_equal(searches[0].image, searches[1].image)
