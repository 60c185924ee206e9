"""Whose colours, and what of the photo is left alone: in whole paintings."""

import numpy as np
import pytest

import nst_tf
from nst_tf import Config, InputError, Transfer, style_transfer
from nst_tf.colour import in_grey, is_grey, luminance

FEW = {"steps": 6, "precision": "float32"}


@pytest.fixture(scope="module")
def keep(content):
    """Return a mask of the content at another size, white in its right half but for a soft edge."""
    n_H, n_W = content.shape[1:3]
    mask = np.zeros((2 * n_H, 2 * n_W), np.float32)
    mask[:, n_W:] = 1
    mask[:, n_W - 8 : n_W] = 0.5
    return mask


def test_a_region_left_alone_is_the_photos_own_pixels(content, style, keep):
    painted = style_transfer(content, style, keep=keep, **FEW).image
    half = content.shape[2] // 2
    np.testing.assert_array_equal(painted[:, :, half:], content[:, :, half:])
    assert np.abs(painted - content)[:, :, : half - 8].mean() > 0.01


@pytest.mark.parametrize("colors", ["content-luminance", "content-matched"])
def test_it_is_left_alone_whatever_else_is_done(content, style, keep, colors):
    painted = style_transfer(content, style, keep=keep, colors=colors, start="noise", **FEW).image
    half = content.shape[2] // 2
    np.testing.assert_array_equal(painted[:, :, half:], content[:, :, half:])


def test_j_is_that_of_what_is_seen(content, style, keep, extractor):
    """The photo's own pixels included: the best J is that of the finished picture."""
    config = Config(**FEW, scales=1)
    transfer = Transfer(content, style, config, keep=keep)
    list(transfer)
    alone = nst_tf.make_objective(extractor, content, style, config)
    assert pytest.approx(float(alone(transfer.image).J), rel=1e-4) == transfer.best.J


def test_in_luminance_the_photo_keeps_its_colours(content, style):
    painted = style_transfer(content, style, colors="content-luminance", **FEW).image
    chroma, expected = painted - luminance(painted), content - luminance(content)
    # The same hue everywhere, and the same strength wherever the new luminance leaves room for it
    ratio = (chroma * expected).sum(-1) / np.maximum((expected**2).sum(-1), 1e-6)
    np.testing.assert_allclose(chroma, ratio[..., np.newaxis] * expected, atol=1e-3)
    assert 0.9 < np.median(ratio) <= 1.001
    assert np.abs(luminance(painted) - luminance(content)).mean() > 0.01


def test_matched_colours_are_nearer_to_the_photos(content, style):
    """Of a blue photo and a red style."""
    content, style = content * np.float32([0.4, 0.6, 1]), style * np.float32([1, 0.5, 0.3])
    distance = {}
    for colors in ("style", "content-matched"):
        painted = style_transfer(content, style, colors=colors, steps=30, precision="float32", beta=200.0).image
        distance[colors] = np.abs(painted.mean(axis=(1, 2)) - content.mean(axis=(1, 2))).sum()
    assert distance["content-matched"] < 0.5 * distance["style"]


@pytest.mark.parametrize("colors", ["style", "content-luminance", "content-matched"])
def test_a_grey_photo_in_a_grey_style_stays_grey(content, style, colors):
    assert is_grey(style_transfer(in_grey(content), in_grey(style), colors=colors, **FEW).image)
    assert is_grey(style_transfer(in_grey(content), in_grey(style), colors=colors, start="noise", **FEW).image)


def test_a_grey_photo_in_a_coloured_style_gets_its_colours(content, style):
    assert not is_grey(style_transfer(in_grey(content), style, **FEW).image)
    assert is_grey(style_transfer(in_grey(content), style, colors="content-luminance", **FEW).image)


def test_without_any_of_this_the_search_is_the_picture(content, style):
    transfer = Transfer(content, style, Config(**FEW))
    assert transfer.canvas.is_plain
    assert transfer.canvas.view(content).data == ()
    assert transfer.canvas.shown(content) is content


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.ones((32, 48)), "keep is white all over, so there is nothing to paint"),
        (np.zeros((32, 48)), "keep is black all over"),
        (np.eye(32), "keep has 32x32 pixels, the content 48x32: give a mask of the same proportions"),
    ],
)
def test_masks_that_leave_nothing_or_do_not_fit_are_named(content, style, mask, message):
    with pytest.raises(InputError, match=message):
        style_transfer(content, style, keep=mask, **FEW)
