"""Rodas5P: Rosenbrock method of order 5, L-stable, stiffly accurate, for M y' = f(t, y).

    (M/(h g) - J) k_i = f(t + c_i h, y + sum_j a_ij k_j) + M sum_j C_ij k_j/h + h d_i f_t
    y_new = y + sum_i b_i k_i,   error = k_8,   dense output of order 4

Coefficients: Steinebach (2023), BIT Numer. Math. 63, 27; for index-1 DAEs too (M diagonal).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intensify._jit import inlined, kernel
from intensify.numerics.matrix import Band, Full
from intensify.numerics.step_tools import combine, copy

GAMMA = 0.21193756319429014
_LAST = [-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256,
         0.030198172008377946]  # fmt: skip
A = np.zeros((9, 8))  # the ninth row is b
A[1, :1] = 3.0
A[2, :2] = 2.849394379747939, 0.45842242204463923
A[3, :3] = -6.954028509809101, 2.489845061869568, -10.358996098473584
A[4, :4] = 2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641
A[5:, :5] = _LAST
A[6:, 5] = A[7:, 6] = A[8, 7] = 1.0
C = np.zeros((8, 8))
C[1, :1] = -14.155112264123755
C[2, :2] = -17.97296035885952, -2.859693295451294
C[3, :3] = 147.12150275711716, -1.41221402718213, 71.68940251302358
C[4, :4] = 165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306
C[5, :5] = (24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125,
            -0.6610691825249471)  # fmt: skip
C[6, :6] = (30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783,
            -19.097331116725623, -28.087943162872662)  # fmt: skip
C[7, :7] = (37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047,
            -40.06618937091002, -54.66780262877968, -9.48861652309627)  # fmt: skip
TIMES = np.array([0.0, 0.6358126895828704, 0.4095798393397535, 0.9769306725060716,
                  0.4288403609558664, 1.0, 1.0, 1.0])  # fmt: skip
D = np.array([GAMMA, -0.42387512638858027, -0.3384627126235924, 1.8046452872882734,
              2.325825639765069, 0.0, 0.0, 0.0])  # fmt: skip
H = np.array([
    [25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204,
     0.524948541321073, 1.1241088310450404, 0.4272876194431874, -0.17202221070155493],
    [-9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796,
     20.176138334709044, 15.98066361424651, -6.789040303419874, -6.710236069923372],
    [11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643,
     -52.072871366152654, -59.78993625266729, -0.15582684282751913, 4.883087185713722],
])  # fmt: skip


@kernel
def add_stage_terms(f, K, s, h, m, f_t, out):
    """out = f + M sum_j C_sj K_j/h + h d_s f_t."""
    for i in range(f.size):
        x = 0.0
        for j in range(s):
            x += C[s, j] * K[j, i]
        out[i] = f[i] + (m[i] * x / h + h * D[s] * f_t[i])


@kernel
def fill_dense(y, y_new, K, dense):
    """Coefficients of y + x(dy + (1 - x)(k_1 + x(k_2 + x k_3))) in powers of x."""
    for i in range(y.size):
        k1, k2, k3 = 0.0, 0.0, 0.0
        for s in range(8):
            k1 += H[0, s] * K[s, i]
            k2 += H[1, s] * K[s, i]
            k3 += H[2, s] * K[s, i]
        dense[0, i] = y[i]
        dense[1, i] = y_new[i] - y[i] + k1
        dense[2, i] = k2 - k1
        dense[3, i] = k3 - k2
        dense[4, i] = -k3


class Rodas5P(NamedTuple):
    """Stiff one-step method of order 5; one Jacobian and one factorisation a step."""

    matrix: Full | Band = Full()
    order: int = 5

    def workspace(self, n):
        """Rows of length n that a step needs: 8 stages, J and W, f_t, and two more."""
        return 11 + 2 * self.matrix.width(n)

    def degree(self):
        """Degree of the dense polynomials."""
        return 4

    def matrices(self, work):
        """J and W in the workspace."""
        n = work.shape[1]
        width = self.matrix.width(n)
        rest = work[11:].reshape(2, n, width)
        return rest[0], rest[1]

    def prepare(self, model, t, y, f, low, high, work):
        """What a step needs at its start whatever its length: J and f_t."""
        n = y.size
        self.matrix.jacobian(model, t, y, self.matrices(work)[0])
        # sqrt(eps) relative, away from t = 0 by the width of the stretch, and inside it
        delta = 1.5e-8 * max(abs(t), 1e-3 * (high - low))
        if t + delta > high:
            delta = -delta
        model.rhs(t + delta, y, work[8])
        for i in range(n):
            work[8, i] = (work[8, i] - f[i]) / delta

    def evaluations(self):
        """Evaluations of the equations in a step."""
        return 8

    def next_slope(self, work, f):
        """Whether the slope at the step's end is known: no."""
        return False

    @inlined
    def step(self, model, t, y, f, h, low, high, m, pivots, work, y_new, error, dense):
        """One step; fills y_new, error and the dense polynomial. False: W is singular."""
        K = work[:8]
        J, W = self.matrices(work)
        if self.matrix.factor(J, m, 1.0 / (h * GAMMA), 1.0, W, pivots) != 0:
            return False
        at, total = work[9], work[10]
        for s in range(8):
            if s == 0:
                copy(f, total)
            else:
                combine(y, K, A, s, 1.0, at)
                model.rhs(min(max(t + TIMES[s] * h, low), high), at, total)
            add_stage_terms(total, K, s, h, m, work[8], K[s])
            self.matrix.solve(W, pivots, K[s])
        combine(y, K, A, 8, 1.0, y_new)
        copy(K[7], error)
        fill_dense(y, y_new, K, dense)
        return True
