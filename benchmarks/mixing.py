"""The iodide-iodate test in the engulfment model: stiff, with a reaction that is over at once."""

from __future__ import annotations

import numba
import numpy as np

import intensify as it

AROUND = np.array([90.0, 0.0, 90.0, 32.0, 6.0, 0.0, 0.0])
ACID, PART, K_IODINE, E = 60.0, 0.5, 5.8e-4, 100.0


@numba.njit(cache=True)
def engulfment_rhs(t, y, p):
    """Amounts of borate, acid, boric, iodide, iodate, iodine, triiodide in the zone, and X."""
    X = y[7]
    c = np.maximum(y[:7], 0.0) / X
    r1 = 1e8 * c[0] * c[1]
    r2 = p[0] * c[3] ** 2 * c[4] * c[1] ** 2
    r3 = 5.6e6 * c[5] * c[3] - 7.5e6 * c[6]
    grow = p[1] * X * (1.0 - X)
    dy = np.empty(8)
    dy[0] = -X * r1 + grow * 90.0
    dy[1] = -X * (r1 + 6.0 * r2)
    dy[2] = X * r1 + grow * 90.0
    dy[3] = -X * (5.0 * r2 + r3) + grow * 32.0
    dy[4] = -X * r2 + grow * 6.0
    dy[5] = X * (3.0 * r2 - r3)
    dy[6] = X * r3
    dy[7] = grow
    return dy


def engulfment_problem():
    """Engine's reactor, peers' pieces, start, scales, and how to read the end state."""
    net = it.Network.build([
        it.Reaction("borate + acid => boric", it.Arrhenius(1e8)),
        it.Reaction("5 iodide + iodate + 6 acid => 3 iodine", it.Arrhenius(K_IODINE),
                    {"iodide": 2, "iodate": 1, "acid": 2}),
        it.Reaction("iodine + iodide <=> triiodide", it.Arrhenius(5.6e6),
                    reverse=it.Arrhenius(7.5e6)),
    ])  # fmt: skip
    around = {name: float(c) for name, c in zip(net.names, AROUND, strict=True)}
    reactor = it.EngulfmentMixer(net, injected={"acid": ACID}, around=around, part=PART, E=E)
    end = reactor.duration
    pieces = [(0.0, end, np.array([K_IODINE, E]), np.linspace(0.0, end, 41)[1:])]
    scale = np.array([90.0, 30.0, 90.0, 32.0, 6.0, 0.1, 0.1, 1.0])
    return (
        reactor, engulfment_rhs, pieces, reactor.state(), scale, np.arange(8), np.ones(8)
    )  # fmt: skip
