"""How the recycle of a train is closed: Newton's method with Broyden's updates, around the columns.

    J du = -F(u),   u <- u + a du,   a = 1, 1/2, ... until the residual shrinks

J by differences at first and wherever Broyden's updates lead no further.
"""

from __future__ import annotations

import numpy as np

from intensify.errors import SolveError
from intensify.reactors.columns.train_equations import Loop, TrainEquations, TrainState

CLOSED = 1e-9
"""Largest residual: in parts of the fresh feeds, and of the logarithms."""
WIDEST, SHORTEST, MOST = 0.7, 2e-3, 60
"""Largest change of a flow's logarithm in a step, least part of a step, most steps."""
SLOW = 0.3
"""Part of the residual that a step may leave before the slopes are taken anew."""


def solve_train(train: TrainEquations, *, guess: TrainState | None = None) -> TrainState:
    """The closed train, from the engine's own start or from the state of a similar one.

    SolveError: reactor or a column has no state; the recycle does not close, because purity or
    recovery is out of reach of so few stages, or the reactor too small.
    """
    loop = Loop(train)
    if guess is None:
        u, slopes = first_flows(train), None
    else:
        u, slopes = unknowns(guess), guess.slopes
        loop.begin(guess)
    state = closed(loop, u, slopes)
    if len(train.reactants) == 2 and state.purities[1] < train.heavy.purity - CLOSED:
        loop.exact = 1
        state = closed(loop, unknowns(state), None)
    return state


def unknowns(state: TrainState) -> np.ndarray:
    """Recycle, D_1, L_1, D_2, L_2 of a state [mol/s]."""
    ends = [x for one in (state.first, state.second) for x in (one.V[0], one.L[0])]
    return np.append(state.recycle, ends)


def first_flows(train: TrainEquations) -> np.ndarray:
    """Unknowns to begin with: what is no product in a product is the reactant next to it."""
    i, k = train.products
    order = sorted(train.reactants, key=lambda c: -train.column.mixture.vapour_pressure(c, train.T))
    ends, n = ((train.light, i, order[0]), (train.heavy, k, order[-1])), train.fresh.copy()
    n[n == 0.0] = 0.02 * n.sum()
    for _ in range(100):
        effluent = train.effluent(n)
        rest, sizes = effluent.copy(), []
        for one, product, neighbour in ends:
            out = one.recovery * effluent[product]
            other = min(out * (1.0 / one.purity - 1.0), 0.9 * rest[neighbour])
            rest[product] -= out
            rest[neighbour] -= other
            sizes.append(out + other)
        moved, n = np.abs(rest - n).max(), 0.5 * (n + rest)
        if moved < 1e-3 * train.fresh.sum():
            break
    total, (D, B) = effluent.sum(), sizes
    return np.append(n, [D, 1.5 * total + 0.5 * D, n.sum(), 0.5 * (total - D) + 2.0 * B])


def closed(loop: Loop, u: np.ndarray, slopes: np.ndarray | None) -> TrainState:
    """The state at the zero of a loop, from u."""
    F, state = loop.at(u)
    loop.begin(state)
    fresh, steps = False, 0
    for steps in range(MOST):
        if state.residual < CLOSED:
            return state._replace(steps=steps, slopes=slopes)
        if slopes is None:
            slopes, fresh = differences(loop, u, F), True
        found = shortened(loop, u, F, slopes)
        if found is None and fresh:
            break
        if found is None:
            slopes = None
            continue
        du, F_new, state = found
        slow = np.linalg.norm(F_new) > SLOW * np.linalg.norm(F)
        slopes = slopes + np.outer(F_new - F - slopes @ du, du) / (du @ du)
        u, F = u + du, F_new
        loop.begin(state)
        if slow and not fresh:
            slopes = None
        fresh = False
    raise SolveError(not_closed(loop, F, state, steps))


def differences(loop: Loop, u: np.ndarray, F: np.ndarray) -> np.ndarray:
    """d(residual)/du by one-sided differences."""
    out, least = np.empty((u.size, u.size)), 1e-3 * loop.train.fresh.sum()
    for k in range(u.size):
        ahead, h = u.copy(), 1e-5 * max(u[k], least)
        ahead[k] += h
        out[:, k] = (loop.at(ahead)[0] - F) / h
    return out


def shortened(
    loop: Loop, u: np.ndarray, F: np.ndarray, slopes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, TrainState] | None:
    """The longest of the halved steps that lessens the residual: step, residual, state."""
    try:
        step = np.linalg.solve(slopes, -F)
    except np.linalg.LinAlgError:
        return None
    a, size = 1.0, np.linalg.norm(F)
    while a > SHORTEST:
        moved = np.clip(u + a * step, u * np.exp(-WIDEST), u * np.exp(WIDEST))
        try:
            F_new, state = loop.at(moved)
            if np.linalg.norm(F_new) < (1.0 - 0.1 * a) * size:
                return moved - u, F_new, state
        except SolveError:
            pass  # a column that runs dry there: a shorter step
        a *= 0.5
    return None


def not_closed(loop: Loop, F: np.ndarray, state: TrainState, steps: int) -> str:
    """What to say of a train that does not close."""
    train, worst = loop.train, int(np.argmax(np.abs(F)))
    rows = [f"recycle of {name}" for name in train.column.mixture.names]
    one, other = (train.light, train.heavy) if loop.exact == 0 else (train.heavy, train.light)
    last = "ratio of the reactants" if len(train.reactants) == 2 else f"purity of {other.product}"
    rows += [f"purity of {one.product}", last]
    rows += [f"recovery of {end.product}" for end in loop.ends]
    x, y = state.purities
    boiled = state.first.V[-1], state.second.V[-1]
    return (
        f"the train does not close: {rows[worst]} is left with a residual of {F[worst]:.2g} after "
        f"{steps} steps, at purities of {x:.4f} and {y:.4f} with {boiled[0]:.4g} and "
        f"{boiled[1]:.4g} mol/s boiled up; give the columns more stages, let them recover less, or "
        f"the reactor more than {train.holdup:g}"
    )
