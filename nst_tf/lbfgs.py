"""L-BFGS with its vectors on the device: it asks for evaluations, is told what came out, and has its state in the open.

    minimiser = LBFGS.begin(start)
    while minimiser.tell(*value_and_gradient(minimiser.trial)):
        ...

Nocedal and Wright, "Numerical Optimization", 2006: algorithm 7.4 (the two-loop recursion), 3.1 (backtracking).
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import tensorflow as tf

PAIRS = 10  # that are remembered; twice as many gain little, and take as much memory and time again
BYTES_OF_PAIRS = 0.8e9  # of pictures too large for that, from about 2048 pixels on; at 8192 pixels, one pair is left
ARMIJO = 1e-4  # the share of what the slope promises that a step must bring
MOST_TRIALS = 12  # along one direction; after that, the remembered pairs are to blame
LEAST_CURVATURE = 1e-6  # cosine of s and y; below it, y is mostly rounding
MOST_GROWTH = 4.0  # of a first trial over the last step: from grey noise, the first pairs promise far too much


def pairs_for(n: int) -> int:
    """Return how many pairs of vectors of n numbers are remembered."""
    return max(1, min(PAIRS, int(BYTES_OF_PAIRS / (8 * n))))


class Pairs(NamedTuple):
    """The last m pairs (s, y): how far each step went, and by how much the gradient changed on it.

    S and Y hold a vector of n numbers a row; a new one takes the place of the oldest. Of their dot products, SY[i, j]
    is s_i . y_j where the pair i is not newer than j, and YY[i, j] is y_i . y_j.
    """

    S: tf.Tensor
    Y: tf.Tensor
    SY: tf.Tensor
    YY: tf.Tensor
    count: int = 0  # of all pairs so far, those forgotten included

    @classmethod
    def none(cls, m: int, n: int) -> Self:
        """Return room for m pairs of vectors of n numbers."""
        return cls(tf.zeros((m, n)), tf.zeros((m, n)), tf.zeros((m, m)), tf.zeros((m, m)))

    def add(self, s: tf.Tensor, y: tf.Tensor) -> Self:
        """Return the pairs with a new one. It is written into S and Y as they are: a tf.Variable would be copied."""
        slot = self.count % self.S.shape[0]
        for rows, new in ((self.S, s), (self.Y, y)):
            tf.raw_ops.InplaceUpdate(x=rows, i=[slot], v=new[tf.newaxis])
        SY, YY = _with_products_of(y, tf.constant(slot), *self[:4])
        return self._replace(SY=SY, YY=YY, count=self.count + 1)

    def downhill(self, gradient: tf.Tensor) -> tf.Tensor:
        """Return -H times the gradient, where H is the inverse Hessian that the pairs stand for (at least one)."""
        return _two_loops(gradient, tf.constant(self.count), *self[:4])


_MATRIX, _VECTOR, _NUMBER = tf.TensorSpec((None, None)), tf.TensorSpec((None,)), tf.TensorSpec((), tf.int32)
_compiled = tf.function(autograph=False, input_signature=[_VECTOR, _NUMBER, _MATRIX, _MATRIX, _MATRIX, _MATRIX])


@_compiled
def _with_products_of(y, slot, S, Y, SY, YY):
    """Return SY and YY with the dot products of y, the newest row of Y, which stands in this slot."""
    new = tf.range(tf.shape(YY)[0]) == slot  # (m,)
    s_y, y_y = (tf.linalg.matvec(rows, y)[:, tf.newaxis] for rows in (S, Y))  # (m, 1)
    SY, YY = tf.where(new, s_y, SY), tf.where(new, y_y, YY)
    return SY, tf.where(new[:, tf.newaxis], tf.transpose(y_y), YY)


@_compiled
def _two_loops(gradient, count, S, Y, SY, YY):
    """Return -H times the gradient by the two-loop recursion, each loop of it solved as a triangular system.

    The first loop, from the newest pair to the oldest, finds `alpha_i = (s_i . g - sum over newer j of s_i . y_j
    alpha_j) / s_i . y_i`; the second, from the oldest, likewise. They ask for dot products alone, so the long vectors
    are read four times in all (Byrd, Nocedal and Schnabel 1994, theorem 2.2; 'vector-free': Chen, Wang and Zhou 2014).
    """
    order = tf.range(tf.shape(SY)[0])
    oldest_first, back = (order + count) % tf.size(order), (order - count) % tf.size(order)  # empty slots come first
    R, YY = (tf.gather(tf.gather(A, oldest_first), oldest_first, axis=1) for A in (SY, YY))
    D = tf.linalg.diag_part(R)
    R = tf.linalg.set_diag(R, tf.where(D > 0, D, 1))  # in an empty slot, alpha is 0
    s_g, y_g = (tf.gather(tf.linalg.matvec(rows, gradient), oldest_first) for rows in (S, Y))
    gamma = D[-1] / YY[-1, -1]  # the first guess of H is gamma times the identity
    alpha = _solve(R, s_g)
    c = _solve(R, D * alpha - gamma * (y_g - tf.linalg.matvec(YY, alpha)), adjoint=True)
    of_S, of_Y = (tf.matmul(tf.gather(v, back)[tf.newaxis], rows)[0] for v, rows in ((c, S), (alpha, Y)))
    return gamma * (of_Y - gradient) - of_S


def _solve(R, right, adjoint=False):
    return tf.linalg.triangular_solve(R, right[:, tf.newaxis], lower=False, adjoint=adjoint)[:, 0]


# tf.tensordot and tf.norm take two and five times as long.
def _dot(a, b):
    return float(tf.reduce_sum(a * b))


def _length(a):
    return (2 * float(tf.nn.l2_loss(a))) ** 0.5


@dataclass
class LBFGS:
    """A minimisation in progress; these fields are the whole of its state.

    Attributes:
        point: the best so far, (n,).
        pairs: the curvature seen so far.
        value, gradient: what was told of it.
        direction, slope: the line that is searched from there, and the slope of the value along it; no line is chosen
            yet where the point itself is to be evaluated.
        length: of the trial step, in directions.
        trials: along this line so far.
        reach: how far the last step went; how long a step against the gradient is, where nothing else is known.
    """

    point: tf.Tensor
    pairs: Pairs
    value: float | None = None
    gradient: tf.Tensor | None = None
    direction: tf.Tensor | None = None
    slope: float = 0.0
    length: float = 1.0
    trials: int = 0
    reach: float = 1.0

    @classmethod
    def begin(cls, point: tf.Tensor, pairs: int | None = None) -> Self:
        """Return a minimisation that starts at a point, a float32 vector (n,), and remembers so many pairs."""
        n = point.shape[0]
        return cls(point, Pairs.none(pairs_for(n) if pairs is None else pairs, n))

    @property
    def trial(self) -> tf.Tensor:
        """Where to evaluate next, (n,)."""
        return self.point if self.direction is None else self.point + self.length * self.direction

    def tell(self, value: float, gradient: tf.Tensor) -> bool:
        """Take the value and the gradient at `trial`, choose the next, and return whether there is one.

        There is none once no step, not even one against the gradient, brings the value down.
        """
        if self.direction is None:
            self.value, self.gradient = value, gradient
            self._aim()
        elif value <= self.value + ARMIJO * self.length * self.slope:
            self._accept(value, gradient)
            self._aim()
        elif self.trials < MOST_TRIALS:
            self._shorten(value)
        elif self.pairs.count:
            self._forget()
            self._aim()
        else:
            return False
        return self.slope < 0

    def begin_again(self) -> None:
        """Evaluate the best point anew, and go on from there: for a function that has changed a little."""
        self.direction = None

    def _accept(self, value, gradient):
        """Make the trial the best point, and remember what the step to it has shown; what is not needed is given up."""
        s, self.direction = self.length * self.direction, None
        self.point = self.point + s
        y, self.value, self.gradient = gradient - self.gradient, value, gradient
        self.reach = _length(s)
        if _dot(s, y) > LEAST_CURVATURE * self.reach * _length(y):
            self.pairs = self.pairs.add(s, y)

    def _aim(self):
        """Choose the line to search along: -H times the gradient, or, where no pair is known, against the gradient."""
        self.direction = None  # whose memory is needed
        if self.pairs.count:
            direction = self.pairs.downhill(self.gradient)
        else:
            direction = -self.reach * tf.math.l2_normalize(self.gradient)
        self.slope, distance = _dot(direction, self.gradient), _length(direction)
        self.length, self.trials = min(1.0, MOST_GROWTH * self.reach / max(distance, 1e-30)), 1
        if not self.slope < 0 and self.pairs.count:  # rounding has spoilt the pairs
            self._forget()
            self._aim()
        else:
            self.direction = direction

    def _shorten(self, value):
        """Go back along the line, to where a parabola through what is known has its minimum."""
        excess = value - self.value - self.length * self.slope  # above the tangent; more than 0
        self.length *= min(0.5, max(0.1, -self.slope * self.length / (2 * excess)))
        self.trials += 1

    def _forget(self):
        self.pairs = Pairs.none(self.pairs.S.shape[0], self.point.shape[0])
