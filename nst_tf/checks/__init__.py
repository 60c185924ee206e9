"""What the exercises call: each check tells learners what is wrong with *their* function, and gives nothing away.

    nst_tf.checks.compute_content_cost(compute_content_cost)

A check returns a `Verdict`, which prints as one line and is true only when the function is correct, so that a grader
can write `assert nst_tf.checks.gram_matrix(gram_matrix)`.
"""

from .verdict import Verdict

__all__ = [
    "Verdict",
]
