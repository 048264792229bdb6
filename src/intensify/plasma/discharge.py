"""Electrical side of a dielectric barrier discharge: circuit, Q-V figure, pulses, filaments.

    U_min = U_b (C_d + C_g)/C_d                            ignition, peak voltage of a sinus
    P = 4 f C_d U_b (U - U_min)                            Manley (1943), (C)

The figure of charge over voltage is a parallelogram: slope C_cell = C_d C_g/(C_d + C_g) while the
gap is off, and C_d while it burns. Where a fraction alpha of the electrode never burns, the slope
is zeta = alpha C_cell + (1 - alpha) C_d instead of C_d.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from intensify.errors import InputError


class DBD(NamedTuple):
    """A barrier discharge: dielectric and gap capacitance [F], burning voltage of the gap [V].

    idle: fraction of the electrode area that does not discharge.

    >>> cell = DBD(80e-12, 20e-12, 2500.0)
    >>> round(cell.power(U=6000.0, f=20e3), 9), cell.U_min
    (46.0, 3125.0)
    """

    C_d: float
    C_g: float
    U_b: float
    idle: float = 0.0

    def checked(self) -> DBD:
        """Itself; InputError where a number makes no discharge."""
        if not (self.C_d > 0.0 and self.C_g > 0.0 and self.U_b > 0.0 and 0.0 <= self.idle < 1.0):
            raise InputError(
                f"a barrier discharge needs C_d, C_g and U_b above 0 and idle from 0 to 1, not "
                f"{self.C_d:g} F, {self.C_g:g} F, {self.U_b:g} V, {self.idle:g}"
            )
        return self

    @property
    def C_cell(self) -> float:
        """Of dielectric and gap in series [F]."""
        return self.C_d * self.C_g / (self.C_d + self.C_g)

    @property
    def zeta(self) -> float:
        """Slope of the figure while the gap burns [F]."""
        return self.idle * self.C_cell + (1.0 - self.idle) * self.C_d

    @property
    def U_min(self) -> float:
        """Peak voltage at which the gap ignites [V]."""
        return self.U_b * (self.C_d + self.C_g) / self.C_d

    @property
    def swing(self) -> float:
        """Voltage over which the gap is off, from burning one way to burning the other [V]."""
        return 2.0 * self.U_min

    def energy_per_cycle(self, U: float) -> float:
        """Area of the figure of peak voltage U [J]; 0 below ignition."""
        self.checked()
        return self.swing * max(2.0 * U - self.swing, 0.0) * (self.zeta - self.C_cell)

    def power(self, *, U: float, f: float) -> float:
        """Mean power of a voltage that swings between -U and U at f [W], whatever its shape."""
        return f * self.energy_per_cycle(U)

    def energy_per_pulse(self, U: float) -> float:
        """Of a unipolar pulse from 0 to U and back, the gap recharged in between [J].

        Each flank swings by U, half of a voltage that swings by 2 U.
        """
        return self.energy_per_cycle(0.5 * U)

    def figure(self, *, U: float, points: int = 400) -> tuple[np.ndarray, np.ndarray]:
        """Voltage [V] and charge [C] over one cycle of a sinus, followed through the circuit.

        Below ignition a straight line.
        """
        self.checked()
        phase = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
        sides = np.stack([U * np.cos(phase), np.where(phase < np.pi, 1.0, -1.0)])
        return sides[0], parallelogram(sides, U, self.C_cell, self.zeta, min(self.swing, 2.0 * U))


def power_of_figure(V: np.ndarray, Q: np.ndarray, f: float) -> float:
    """f times the area that charge [C] over voltage [V] encloses in one cycle [W]."""
    area = 0.5 * np.sum(V * np.roll(Q, -1) - np.roll(V, -1) * Q)
    return float(f * abs(area))


class PulseTrain(NamedTuple):
    """Equal pulses: energy per mole of inlet gas [J/mol], width [s], period [s], number.

    >>> PulseTrain(40.0, 1e-7, 1e-3, 100).energy
    4000.0
    """

    pulse: float
    width: float
    period: float
    number: int

    @property
    def energy(self) -> float:
        """Of all pulses [J/mol]."""
        return self.pulse * self.number

    def schedule(self, after: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Switching times [s] and the power from each on [W/mol], `after` without power at last."""
        if not (0.0 < self.width < self.period and self.number >= 1 and self.pulse >= 0.0):
            raise InputError(
                f"a pulse of {self.width:g} s must be shorter than its period {self.period:g} s, "
                "and there must be one at least"
            )
        start = np.arange(self.number) * self.period
        times = np.stack([start, start + self.width], axis=1).ravel()
        levels = np.tile([self.pulse / self.width, 0.0], self.number)
        return np.append(times, self.number * self.period + after), np.append(levels, 0.0)


def filament_energy(energy_per_half_cycle: float, filaments: float) -> float:
    """Energy of one filament [J]: that of a half cycle over their number."""
    if not filaments >= 1.0:
        raise InputError(f"{filaments:g} filaments; there must be one at least")
    return energy_per_half_cycle / filaments


class Lissajous(NamedTuple):
    """What a measured Q-V figure says; capacitances [F], burning voltage [V], energy a cycle [J].

    misfit: root mean square distance of the charge from the parallelogram, over its span.
    """

    C_cell: float
    zeta: float
    dU: float
    energy: float
    U_peak: float
    misfit: float

    def burning_voltage(self, C_d: float | None = None) -> float:
        """Of the gap; with the dielectric's own capacitance corrected for idle electrode [V].

        U_b = (1 + idle C_cell/((1 - idle) C_d)) dU/2 (Peeters and van de Sanden, 2015; recalled).
        """
        idle = 0.0 if C_d is None else self.idle(C_d)
        C_d = self.zeta if C_d is None else C_d
        return 0.5 * self.dU * (1.0 + idle * self.C_cell / ((1.0 - idle) * C_d))

    def idle(self, C_d: float) -> float:
        """Fraction of the electrode that does not discharge, from the dielectric's capacitance."""
        idle = (C_d - self.zeta) / (C_d - self.C_cell)
        if not -1e-9 <= idle < 1.0:
            raise InputError(
                f"C_d = {C_d:g} F is smaller than the figure's slope {self.zeta:g} F; check both"
            )
        return max(idle, 0.0)

    def power(self, f: float) -> float:
        """At the frequency f [W]."""
        return f * self.energy

    def charge(self, sides: np.ndarray) -> np.ndarray:
        """Charge [C] of the fitted parallelogram at voltages [V] that fall (1) or rise (-1)."""
        swing = self.dU * self.zeta / (self.zeta - self.C_cell)
        return parallelogram(sides, self.U_peak, self.C_cell, self.zeta, swing)


def read_figure(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Voltage [V] and charge [C] from the first two columns of a CSV file; words are skipped."""
    rows: list[list[float]] = []
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"'{path}' can't be read: {error}") from None
    for number, line in enumerate(lines, 1):
        words = line.replace(";", ",").split(",")
        try:
            rows.append([float(words[0]), float(words[1])])
        except (ValueError, IndexError):
            if rows and line.strip():
                raise InputError(
                    f"'{path}', line {number}: '{line:.40}' holds no voltage and charge"
                ) from None
    if len(rows) < 20:
        raise InputError(f"'{path}' holds {len(rows)} points; a figure needs 20 at least")
    V, Q = np.array(rows).T
    if not (np.isfinite(V).all() and np.isfinite(Q).all()):
        raise InputError(f"'{path}' holds a number that is not finite; delete that row")
    return V, Q


def fit_lissajous(V: np.ndarray, Q: np.ndarray) -> Lissajous:
    """The parallelogram that fits one measured cycle of voltage [V] and charge [C].

    Least squares over C_cell, zeta and dU with the offset of both axes free; the energy is the
    measured area. InputError: too few points, no area.

    >>> V, Q = DBD(80e-12, 20e-12, 2500.0).figure(U=6000.0)
    >>> found = fit_lissajous(V, Q)
    >>> round(found.zeta * 1e12, 3), round(found.burning_voltage(), 1)
    (80.0, 2500.0)
    """
    from scipy.optimize import least_squares

    V, Q = np.asarray(V, dtype=float), np.asarray(Q, dtype=float)
    if V.size < 20 or V.size != Q.size or np.ptp(V) <= 0.0 or np.ptp(Q) <= 0.0:
        raise InputError("a Q-V figure needs 20 points at least, and an area")
    V, Q = V - 0.5 * (V.max() + V.min()), Q - 0.5 * (Q.max() + Q.min())
    energy = power_of_figure(V, Q, 1.0)
    U, Q_span = 0.5 * np.ptp(V), np.ptp(Q)
    place = sides_of(V)
    slope = Q_span / (2.0 * U)

    def model(p: np.ndarray) -> np.ndarray:
        C_cell, zeta = np.exp(p[:2]) * slope
        return parallelogram(place, U, C_cell, zeta, p[2] * 2.0 * U) + p[3] * Q_span

    def miss(p: np.ndarray) -> np.ndarray:
        return (model(p) - Q) / Q_span

    starts = [np.array([np.log(a), np.log(b), w, 0.0])
              for a in (0.2, 0.6) for b in (1.3, 2.5) for w in (0.2, 0.5)]  # fmt: skip
    best = min(
        (least_squares(miss, s, bounds=([-9, -3, 0.0, -1], [3, 9, 1.0, 1])) for s in starts),
        key=lambda found: found.cost,
    )
    C_cell, zeta = np.exp(best.x[:2]) * slope
    if zeta < 1.02 * C_cell or energy <= 0.0:
        raise InputError("the Q-V figure is a line: the gap does not burn; raise the voltage")
    swing = best.x[2] * 2.0 * U
    dU = swing * (zeta - C_cell) / zeta
    return Lissajous(
        float(C_cell), float(zeta), float(dU), energy, float(U),
        float(np.sqrt(np.mean(best.fun**2))),
    )  # fmt: skip


def sides_of(V: np.ndarray) -> np.ndarray:
    """Voltage, and 1 where it falls or -1 where it rises, of one closed cycle (2, n)."""
    step = np.roll(V, -1) - np.roll(V, 1)
    falling = np.where(step <= 0.0, 1.0, -1.0)
    return np.stack([V, falling])


def parallelogram(
    place: np.ndarray, U: float, C_cell: float, zeta: float, swing: float
) -> np.ndarray:
    """Charge of the figure at (voltage, falling or rising); swing: voltage with the gap off."""
    V, sign = place
    down = np.maximum(U - sign * V, 0.0)
    Q_peak = 0.5 * (C_cell * swing + zeta * (2.0 * U - swing))
    return sign * (Q_peak - C_cell * np.minimum(down, swing) - zeta * np.maximum(down - swing, 0.0))
