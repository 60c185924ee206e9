"""What the exercises call: each check tells learners what is wrong with *their* function, and gives nothing away.

    nst_tf.checks.compute_content_cost(compute_content_cost)

A check returns a `Verdict`, which prints as one line and is true only when the function is correct, so that a grader
can write `assert nst_tf.checks.gram_matrix(gram_matrix)`.
"""

from .content import compute_content_cost, content_cost_gradient, content_cost_unrolled
from .fitting import fit_within
from .gram import gram_matrix, unroll
from .layers import normalise_layer, receptive_field
from .network import build_feature_extractor, content_objective
from .optimisation import gradient_descent_step, lbfgs_direction
from .pictures import add_batch_axis, deprocess, preprocess
from .starts import initialise_generated_image, shuffle_tiles
from .style import compute_layer_style_cost, compute_style_cost
from .totals import alpha_for_share, total_cost
from .training import gradient_of, make_train_step
from .verdict import Verdict
from .weights import layer_weights, shares

__all__ = [
    "Verdict",
    "add_batch_axis",
    "alpha_for_share",
    "build_feature_extractor",
    "compute_content_cost",
    "compute_layer_style_cost",
    "compute_style_cost",
    "content_cost_gradient",
    "content_cost_unrolled",
    "content_objective",
    "deprocess",
    "fit_within",
    "gradient_descent_step",
    "gradient_of",
    "gram_matrix",
    "initialise_generated_image",
    "layer_weights",
    "lbfgs_direction",
    "make_train_step",
    "normalise_layer",
    "preprocess",
    "receptive_field",
    "shares",
    "shuffle_tiles",
    "total_cost",
    "unroll",
]
