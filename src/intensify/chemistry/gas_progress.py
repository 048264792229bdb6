"""Kernels over all reactions of a mechanism: rates of progress, production, and their slopes.

Reactions of up to three molecules a side are rows of `slots`: two species of the left side, two of
the right one, and a third of each, which few have (`wide`). The number after the last species
stands for none, with concentration 1. All others (`odd`) have powers of their own. Networks are
those of gases and of surfaces. Indices are unsigned: compiled code need not ask whether they count
from the end.
"""

from intensify._jit import inlined, inner


@inner
@inlined
def odd_change(net, n, x):
    """sum nu x over the odd reaction n."""
    out = 0.0
    for q in range(net.odd.shape[2]):
        out += net.odd_nu[n, 2, q] * x[net.odd[n, 2, q]]
    return out


@inner
@inlined
def changes(net, x, out):
    """sum nu x over the reversible reactions, products positive; x ends with 0 for no species."""
    for r in range(net.runs.shape[0]):
        first, at, n = net.runs[r, 0], net.runs[r, 1], net.runs[r, 2]
        slots, part = net.slots[first : first + n], out[at : at + n]
        for i in range(n):
            part[i] = (x[slots[i, 2]] + x[slots[i, 3]]) - (x[slots[i, 0]] + x[slots[i, 1]])
    for m in range(net.wide.shape[0]):
        j, at = net.wide[m, 0], net.wide[m, 1]
        if at >= 0:
            out[at] += x[net.slots[j, 5]] - x[net.slots[j, 4]]
    for m in range(net.odd_at.size):
        if net.odd_at[m] >= 0:
            out[net.odd_at[m]] = odd_change(net, m, x)


@inner
def change(net, x, j):
    """`changes` of one reaction."""
    out = 0.0
    for s in (2, 3, 5):
        out += x[net.slots[j, s]]
    for s in (0, 1, 4):
        out -= x[net.slots[j, s]]
    for n in range(net.odd_of.size):
        if net.odd_of[n] == j:
            out += odd_change(net, n, x)
    return out


@inner
@inlined
def to_reactions(net, x, out):
    """Give what the reversible reactions have, one after the other, to their places among all."""
    for r in range(net.runs.shape[0]):
        first, at, n = net.runs[r, 0], net.runs[r, 1], net.runs[r, 2]
        there, here = out[first : first + n], x[at : at + n]
        for i in range(n):
            there[i] = here[i]


@inner
@inlined
def power(c, order):
    """c^order, with the sign of c: what rounding makes negative must not grow."""
    if order == 1.0:
        return c
    if order == 2.0:
        return c * abs(c)
    return max(c, 0.0) ** order


@inner
def product(net, n, side, c, without):
    """prod c^nu over a side of an odd reaction, one factor left out (-1: none)."""
    out = 1.0
    for q in range(net.odd.shape[2]):
        if q != without:
            out *= power(c[net.odd[n, side, q]], net.odd_nu[n, side, q])
    return out


@inner
@inlined
def progress(net, k, back, c, q):
    """Net rates of progress k (prod c^nu' - back prod c^nu''); c has a last entry 1."""
    slots = net.slots
    for j in range(k.size):
        there = c[slots[j, 0]] * c[slots[j, 1]]
        q[j] = k[j] * (there - back[j] * (c[slots[j, 2]] * c[slots[j, 3]]))
    for m in range(net.wide.shape[0]):
        j = net.wide[m, 0]
        there = c[slots[j, 0]] * c[slots[j, 1]] * c[slots[j, 4]]
        q[j] = k[j] * (there - back[j] * (c[slots[j, 2]] * c[slots[j, 3]] * c[slots[j, 5]]))
    for n in range(net.odd_of.size):
        j = net.odd_of[n]
        q[j] = product(net, n, 0, c, -1)
        if back[j] > 0.0:
            q[j] -= back[j] * product(net, n, 1, c, -1)
        q[j] *= k[j]


@inner
@inlined
def backwards(net, k, back, c, q):
    """Rates of progress backwards k back prod c^nu''."""
    slots = net.slots
    for j in range(k.size):
        q[j] = k[j] * back[j] * (c[slots[j, 2]] * c[slots[j, 3]] * c[slots[j, 5]])
    for n in range(net.odd_of.size):
        q[net.odd_of[n]] *= product(net, n, 1, c, -1)


@inner
@inlined
def spread(net, q, w):
    """Production of the species by rates of progress, or by slopes of them.

    members: numbers of the reactions that make species i from ends[2 i] on, of those that use it
    from ends[2 i + 1] on; by slots, the odd ones not.
    """
    for i in range(w.size):
        made, used = 0.0, 0.0
        for e in range(net.ends[2 * i], net.ends[2 * i + 1]):
            made += q[net.members[e]]
        for e in range(net.ends[2 * i + 1], net.ends[2 * i + 2]):
            used += q[net.members[e]]
        w[i] = made - used
    for n in range(net.odd_of.size):
        for s in range(net.odd.shape[2]):
            if net.odd[n, 2, s] < w.size:
                w[net.odd[n, 2, s]] += net.odd_nu[n, 2, s] * q[net.odd_of[n]]


@inner
@inlined
def slot_slopes(net, k, back, c, d):
    """Slopes d (6 R) of the rates of progress by the concentration in each slot, at fixed k."""
    slots = net.slots
    for j in range(k.size):
        there, here = k[j], -k[j] * back[j]
        a, b, e, f = c[slots[j, 0]], c[slots[j, 1]], c[slots[j, 2]], c[slots[j, 3]]
        third, other = c[slots[j, 4]], c[slots[j, 5]]
        d[6 * j], d[6 * j + 1], d[6 * j + 4] = there * b * third, there * a * third, there * a * b
        d[6 * j + 2], d[6 * j + 3], d[6 * j + 5] = here * f * other, here * e * other, here * e * f


@inner
@inlined
def add_row(net, i, d, row):
    """Add to row (S + 1) the slopes of what species i gains by the first four slots."""
    for e in range(net.ends[2 * i], net.ends[2 * i + 1]):
        j = net.members[e]
        for s in range(4):
            row[net.slots[j, s]] += d[6 * j + s]
    for e in range(net.ends[2 * i + 1], net.ends[2 * i + 2]):
        j = net.members[e]
        for s in range(4):
            row[net.slots[j, s]] -= d[6 * j + s]


@inner
def add_wide_columns(net, d, J):
    """Add to J the slopes by the third slots."""
    none = J.shape[0]
    for m in range(net.wide.shape[0]):
        j = net.wide[m, 0]
        for s in range(4, 6):
            k = net.slots[j, s]
            for q in range(6 if k < none else 0):
                if net.slots[j, q] < none:
                    made = q == 2 or q == 3 or q == 5
                    J[net.slots[j, q], k] += d[6 * j + s] if made else -d[6 * j + s]


@inner
@inlined
def add_odd(net, n, i, d, J):
    """Add to column i of J what the species gain by a slope d of the odd reaction n."""
    for s in range(net.odd.shape[2]):
        if net.odd[n, 2, s] < J.shape[0]:
            J[net.odd[n, 2, s], i] += net.odd_nu[n, 2, s] * d


@inner
def add_odd_columns(net, k, back, c, J):
    """Add to J the slopes of what odd reactions make by the concentrations, at fixed k."""
    for n in range(net.odd_of.size):
        j = net.odd_of[n]
        for side in range(2):
            factor = k[j] * (-back[j] if side == 1 else 1.0)
            for s in range(net.odd.shape[2]):
                i, order = net.odd[n, side, s], net.odd_nu[n, side, s]
                if i < J.shape[0] and factor != 0.0 and order != 0.0:
                    d = factor * product(net, n, side, c, s) * order
                    if order != 1.0:
                        d *= abs(c[i]) if order == 2.0 else max(c[i], 1e-100) ** (order - 1.0)
                    add_odd(net, n, i, d, J)
