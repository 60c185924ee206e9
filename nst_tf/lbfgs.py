"""L-BFGS for pictures: SciPy's L-BFGS-B, turned into a generator of evaluations.

Both functions take a compiled `value_and_gradient` (see `training`) and a starting image (1, n_H, n_W, 3), and yield
(costs, picture) for each evaluation that the minimiser asks for, until it finds nothing better.
"""

import math
import queue
import threading
from contextlib import closing, contextmanager
from functools import partial

import numpy as np
import scipy.optimize
import tensorflow as tf
from threadpoolctl import threadpool_limits

from .basis import FourierBasis

# Weight of the mean square outside [0, 1], in units of the first J. From 0.1 times to 10 times this made no difference.
OUTSIDE_WEIGHT = 100


def lbfgsb(value_and_gradient, image):
    """Yield (costs, picture) of evaluations asked for by L-BFGS-B, a variable a pixel, bounds [0, 1]."""
    search = partial(_search, bounds=scipy.optimize.Bounds(0, 1))
    with closing(_ask_and_tell(search, image.reshape(-1))) as asking:
        x = next(asking, None)
        while x is not None:
            picture = np.clip(x, 0, 1).astype(np.float32).reshape(image.shape)
            costs, gradient = value_and_gradient(tf.constant(picture))
            yield costs, picture
            x = _tell(asking, float(costs.J), gradient.numpy().reshape(-1))


def lbfgs(value_and_gradient, image):
    """Yield (costs, picture) of evaluations asked for by L-BFGS in the Fourier basis.

    There, a bound on a pixel is no bound on a variable. Instead the picture is clipped to [0, 1] and what was cut off
    costs its mean square: enough to bring it back, and zero for the picture itself.
    """
    basis = FourierBasis(*image.shape[1:3])
    weight = None
    with closing(_ask_and_tell(_search, basis.from_image(image))) as asking:
        z, x = next(asking, None), image  # the start itself: from z it would come back rounded
        while z is not None:
            picture = np.clip(x, 0, 1)
            costs, gradient = value_and_gradient(tf.constant(picture))
            yield costs, picture
            weight = weight or OUTSIDE_WEIGHT * float(costs.J) / x.size
            outside = x - picture
            slope = np.where(outside == 0, gradient.numpy(), 2 * weight * outside)
            z = _tell(asking, float(costs.J) + weight * float(np.vdot(outside, outside)), basis.gradient(slope))
            x = None if z is None else basis.to_image(z)


def _tell(asking, value, gradient):
    """Answer the minimiser's question and return the next one, None when it is done."""
    try:
        return asking.send((value, gradient.astype(np.float64)))
    except StopIteration:
        return None


def _search(function, x, bounds=None):
    """Run L-BFGS-B until it finds nothing better, even when started afresh from the best x."""
    best = math.inf
    while True:
        found = scipy.optimize.minimize(
            function, x, jac=True, method="L-BFGS-B", bounds=bounds,
            options={"maxiter": 10**9, "maxfun": 10**9, "maxls": 40, "ftol": 0, "gtol": 0, "maxcor": 5},
        )  # fmt: skip
        if not found.fun < best:
            return
        best, x = found.fun, found.x


_blas_lock, _blas_users, _blas_limits = threading.Lock(), 0, None


@contextmanager
def _one_blas_thread():
    """Keep BLAS to one thread as long as any search runs: two may run in turns, and the last one ends the limit.

    With more threads, those of SciPy's BLAS would go on spinning while TensorFlow wants their processors.
    """
    global _blas_users, _blas_limits
    with _blas_lock:
        _blas_users += 1
        if _blas_users == 1:
            _blas_limits = threadpool_limits(1, user_api="blas")
    try:
        yield
    finally:
        with _blas_lock:
            _blas_users -= 1
            if _blas_users == 0:
                _blas_limits.restore_original_limits()


class _Closed(BaseException):
    """Unwinds the worker thread when nobody listens any more."""


def _ask_and_tell(minimiser, x):
    """Turn a minimiser that calls its function into a generator: it yields x and is sent (value, gradient).

    The minimiser runs in a thread of its own and waits for each answer, so that the caller's loop, and its Ctrl-C,
    stay in charge.
    """
    questions, answers = queue.SimpleQueue(), queue.SimpleQueue()

    def ask(x):
        questions.put(x)
        answer = answers.get()
        if answer is None:
            raise _Closed
        return answer

    def work():
        try:
            with _one_blas_thread():
                minimiser(ask, x)
            questions.put(None)
        except _Closed:
            pass
        except Exception as error:
            questions.put(error)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        while (question := questions.get()) is not None:
            if isinstance(question, Exception):
                raise question
            answers.put((yield question))
    finally:
        answers.put(None)
        worker.join()
