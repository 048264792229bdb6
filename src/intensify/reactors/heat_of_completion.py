"""What the reactants at hand could still release: accumulation, adiabatic rise, completion."""

from __future__ import annotations

import numpy as np

from intensify.chemistry import Network


def releasable_heat(net: Network, n: np.ndarray) -> np.ndarray:
    """Largest heat that the amounts n (..., S) can release by the reactions (...) [J].

    max sum_j (-dH_j) xi_j with n + nu^T xi >= 0, xi >= 0: for one reaction the limiting reactant's
    amount times -dH; for several a linear programme, an upper bound whatever the rates.
    Reversible reactions count as complete. dH at T_ref.

    >>> net = Network.build("A + 2 B => C", dH=-100.0)
    >>> float(releasable_heat(net, np.array([1.0, 1.0, 0.0])))
    50.0
    """
    n = np.asarray(n, dtype=float)
    if (net.dH >= 0.0).all():
        return np.zeros(n.shape[:-1])
    if net.dH.size == 1:
        used = net.nu[0] < 0.0
        extent = np.maximum((n[..., used] / -net.nu[0, used]).min(axis=-1), 0.0)
        return np.maximum(-net.dH[0] * extent, 0.0)
    from scipy.optimize import linprog

    out = np.zeros(n.shape[:-1])
    scale = max(float(n.max(initial=0.0)), 1e-300)
    for at in np.ndindex(out.shape):
        limits = np.maximum(n[at], 0.0) / scale
        solution = linprog(net.dH, A_ub=-net.nu.T, b_ub=limits, bounds=(0.0, None))
        out[at] = max(-solution.fun, 0.0) * scale if solution.status == 0 else np.inf
    return out
