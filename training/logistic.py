"""Logistic regression, as the small models of this folder are fitted by it."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Matrix = NDArray[np.float64]


def logistic(x: Matrix, y: Matrix, share: Matrix, ridge: float) -> Matrix:
    """The weights of the columns of `x` (rows, columns), the first of which is the constant and bears no ridge.

    `y` is 1 where a row is so and 0 where it is not, `share` how much each row counts.
    """

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        z = x @ weights
        slope = x.T @ (share * (1 / (1 + np.exp(-z)) - y))
        slope[1:] += ridge * weights[1:]
        return float((share * (np.logaddexp(0, z) - y * z)).sum() + ridge / 2 * (weights[1:] ** 2).sum()), slope

    return np.asarray(minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x)
