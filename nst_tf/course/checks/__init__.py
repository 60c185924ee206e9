"""What the exercises call: each check tells learners what is wrong with *their* function, and gives nothing away.

    nst_tf.checks.compute_content_cost(compute_content_cost)

A check returns a `Verdict`, which prints as one line and is true only when the function is correct, so that a grader
can write `assert nst_tf.checks.gram_matrix(gram_matrix)`.
"""

from .content import compute_content_cost, content_cost_gradient, content_cost_unrolled
from .control import guided_gram_matrix, recolour, transfer_luminance
from .layers import normalise_layer, receptive_field
from .network import build_feature_extractor, content_objective
from .optimisation import gradient_descent_step, lbfgs_direction
from .pictures import add_batch_axis, deprocess, fit_within, preprocess
from .pieces import gram_by_tiles, tile_margin
from .starts import initialise_generated_image, shuffle_tiles
from .style import compute_layer_style_cost, compute_style_cost, gram_matrix, unroll
from .training import gradient_of, make_train_step
from .verdict import Verdict
from .weights import alpha_for_share, layer_weights, shares, total_cost

__all__ = [  # noqa: RUF022 (by lessons)
    "Verdict", "add_batch_axis", "preprocess", "deprocess", "fit_within", "shuffle_tiles", "initialise_generated_image",
    "build_feature_extractor", "normalise_layer", "compute_content_cost", "content_cost_unrolled",
    "content_cost_gradient", "unroll", "gram_matrix", "compute_layer_style_cost", "compute_style_cost", "total_cost",
    "gradient_of", "make_train_step", "receptive_field", "content_objective", "shares", "layer_weights",
    "alpha_for_share", "gradient_descent_step", "lbfgs_direction", "transfer_luminance", "recolour",
    "guided_gram_matrix", "gram_by_tiles", "tile_margin",
]  # fmt: skip
