"""A reactor whose samples fail in every way that samples fail in."""

import os
import signal
import time
from typing import NamedTuple

import numpy as np

from intensify import SolveError
from intensify.reactors.stage import SteadyRun

DIES, SLEEPS, FAILS, NOT_A_NUMBER, BREAKS = 3, 5, 7, 9, 11


class Nasty(NamedTuple):
    x: float
    pause: float = 0.0

    def steady(self):
        if self.x == DIES:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.x == SLEEPS:
            time.sleep(60.0)
        if self.x == FAILS:
            raise SolveError("the tolerance was not met at t = 3 s")
        if self.x == BREAKS:
            raise ZeroDivisionError("float division by zero")
        time.sleep(self.pause)
        T = np.nan if self.x == NOT_A_NUMBER else 300.0 + self.x
        line = np.array([300.0, T])
        return SteadyRun(np.array([0.0, 2.0]), ["in", "out"], {"T": line}, {"T_max": T, "L": 2.0},
                         {}, {}, [])  # fmt: skip
