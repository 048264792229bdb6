"""A reactor of one's own: a stirred tank whose heat leaves through a loop with a cooler.

    dc/dt = (c_in - c)/tau - r                                                 r = k(T) c
    dT/dt = (T_in - T)/tau + dT_ad r/c_in - loop effectiveness (T - T_u)/tau

A NamedTuple with `initial` and `rhs` is all that `solve` asks for. `rhs` is compiled: it may use
numbers, arrays, numpy, and the methods of the reactor's parts. Put the class into a module that you
import, and the compiled code is kept; in a script as here it is made anew, which takes seconds.

To conclude: a loop of four times the feed holds the tank at 341 K in the end, but a start-up with a
full tank passes 430 K. The steady state alone does not tell whether a reactor is safe.
"""

from typing import NamedTuple

import numpy as np

import intensify as it


class LoopTank(NamedTuple):
    """State: c [mol/m3], T [K]. It starts full of feed, at the temperature of the cooler."""

    loop: float  # flow through the cooler over that of the feed
    effectiveness: float = 0.7
    T_u: float = 330.0  # water of the cooler [K]
    c_in: float = 2000.0
    T_in: float = 300.0
    tau: float = 900.0  # residence time [s]
    k350: float = 2.0e-3  # rate constant at 350 K [1/s]
    E_R: float = 9000.0  # E/R [K]
    dT_ad: float = 150.0  # adiabatic temperature rise of the feed [K]

    def initial(self):
        return self.c_in, self.T_u

    def rhs(self, t, y, dy):
        c, T = y[0], y[1]
        r = self.k350 * np.exp(self.E_R * (1.0 / 350.0 - 1.0 / T)) * c
        cooler = self.loop * self.effectiveness * (T - self.T_u)
        dy[0] = (self.c_in - c) / self.tau - r
        dy[1] = (self.T_in - T - cooler) / self.tau + self.dT_ad * r / self.c_in


def main():
    print("loop/feed    highest T    T after 4 h    conversion after 4 h")
    for loop in (0.0, 2.0, 4.0, 6.0, 8.0):
        result = it.solve(LoopTank(loop), until=4 * 3600.0)
        c, T = result.dataset["y"].values.T
        print(f"{loop:9.1f} {T.max():10.1f} K {T[-1]:12.1f} K {1.0 - c[-1] / c[0]:23.3f}")
    it.plot.profiles(result).savefig("own_reactor.png")


if __name__ == "__main__":
    main()
