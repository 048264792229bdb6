"""Liquid mixtures and their vapour: activities, vapour pressures, bubble points, enthalpies.

    p_i     = x_i gamma_i psat_i(T)                       an ideal vapour
    y_i phi_i p = x_i gamma_i psat_i phi_i(psat_i)        virial or cubic: see `vapour`; no Poynting
    ln psat = A + B/(T + C) + D ln T + E T^F              Antoine, or DIPPR with C = 0
    acid    p_m = x g (sqrt(1 + 4 K psat) - 1)/(2 K), p_d = K p_m^2, log10(K Pa) = k0 + k1/T
    h_L     = h_f + cp_L (T - 298.15),   h_V = h_L(T_b) + dh_vb + cp_V (T - T_b)

The acid's vapour is monomer and dimer (Marek); its y counts a dimer as two. h_V from the boiling
point is defined above the critical temperature as well. Enthalpies count from the elements, so that
heats of reaction need no term of their own. Over a vapour that is not ideal, h_V departs from that
of the ideal one, and dh_vb is taken as measured at 1 atm.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from intensify._jit import inlined
from intensify.chemistry import activity, vapour
from intensify.chemistry.raoult import monomer, raoult, raoult_slopes, saturated
from intensify.chemistry.stoichiometry import as_bytes, from_bytes, unknown
from intensify.errors import InputError, SolveError
from intensify.numerics.roots import find_root
from intensify.units import Number

ATMOSPHERE = 101325.0
H_F, CP_L, DH_VB, T_B, CP_V = range(5)
GASES = {"ideal": vapour.IDEAL, "virial": vapour.VIRIAL, "peng-robinson": vapour.PENG_ROBINSON,
         "srk": vapour.SRK}  # fmt: skip


class Mixture(NamedTuple):
    """C components as arrays; build it with `wilson`, `nrtl`, `uniquac`, `unifac` or `ideal`."""

    labels: np.ndarray  # (C, 32) names as bytes
    model: Number
    psat: np.ndarray  # (C, 6): A to F
    pairs: np.ndarray  # (4, C, C), of groups (4, G, G)
    alpha: np.ndarray  # (C, C) of NRTL
    size: np.ndarray  # (2, C): r and q
    groups: np.ndarray  # (C, G)
    group_Q: np.ndarray  # (G,)
    enthalpy: np.ndarray  # (C, 5): h_f, cp_L, dh_vb, T_b, cp_V
    acid: Number = -1.0  # the component that dimerises in the vapour
    k0: Number = 0.0
    k1: Number = 0.0
    gas: Number = 0.0  # which of `vapour`
    criticals: np.ndarray = np.zeros((4, 0, 0))  # (4, C, C): Tc, pc, acentric factor, k of pairs

    # --- what kernels call -----------------------------------------------------------------------
    def room(self):
        """An array for `at`."""
        n = max(self.psat.shape[0], self.pairs.shape[1], 2)
        return np.empty((9, n, n))

    @inlined
    def at(self, T, terms):
        """Fill terms with what depends on T alone, for `activity`, `raoult` and `vapour`.

        terms[4, 0] are fugacities of the pure where the vapour is not ideal.
        """
        activity.terms_at(
            self.model, self.pairs, self.alpha, self.size, self.groups, self.group_Q, T, terms
        )
        saturated(self.psat, T, terms[4])
        if self.acid >= 0.0:
            monomer(int(self.acid), self.k0, self.k1, T, terms)
        if self.gas != vapour.IDEAL:
            vapour.gas_terms(self.gas, self.criticals, T, terms)
            vapour.fugacities(self.gas, self.criticals, terms, T)

    @inlined
    def ln_gamma_of(self, terms, x, out):
        """Fill out (C,) with ln gamma at mole fractions x and the temperature of terms."""
        if self.model == activity.WILSON:
            activity.local(terms[0], self.size[1], x, out)
        elif self.model == activity.NRTL:
            activity.nrtl(terms, x, out)
        elif self.model == activity.UNIQUAC:
            activity.uniquac(terms, self.size, x, out)
        elif self.model == activity.UNIFAC:
            activity.unifac(terms, self.size, self.groups, self.group_Q, x, out)
        else:
            out[:] = 0.0

    @inlined
    def activity_slopes(self, terms, x, g, d):
        """Fill d (C, C + 1) with the slopes of x gamma by x and T; g (C,): gamma."""
        if self.model == activity.WILSON:
            activity.local_slopes(terms[0], terms[5], self.size[1], x, d)
        elif self.model == activity.NRTL:
            activity.nrtl_slopes(terms, x, d)
        elif self.model == activity.UNIQUAC:
            activity.uniquac_slopes(terms, self.size, x, d)
        elif self.model == activity.UNIFAC:
            activity.unifac_slopes(terms, self.size, self.groups, self.group_Q, x, d)
        else:
            d[:] = 0.0
        for i in range(x.size):
            for k in range(x.size + 1):
                d[i, k] *= x[i] * g[i]
            d[i, i] += g[i]

    @inlined
    def activities(self, terms, x, a):
        """Fill a (C,) with x gamma."""
        self.ln_gamma_of(terms, x, a)
        for i in range(a.size):
            a[i] = x[i] * math.exp(a[i])

    def ln_gamma(self, T, x, out):
        """Fill out (C,) with ln gamma at T [K] and mole fractions x."""
        terms = self.room()
        self.at(T, terms)
        self.ln_gamma_of(terms, x, out)

    def vapour_pressure(self, i, T):
        """psat of component i [Pa]."""
        out = np.empty((2, 1))
        saturated(self.psat[i : i + 1], T, out)
        return out[0, 0]

    @inlined
    def boil(self, terms, T, p, a, y):
        """Fill y (C,) with the vapour over a liquid of activities a at T and p.

        Returns ln of the vapour's pressure over p, 0 where the liquid boils.
        """
        pressure = raoult(int(self.acid), terms, a, y)
        if self.gas != vapour.IDEAL:
            pressure = vapour.settled(self.gas, self.criticals, terms, T, p, a, y)
        return math.log(pressure / p)

    @inlined
    def boil_slopes(self, a, y, terms, by, phi, d):
        """Fill d with slopes of y and ln p by x and T, from those of a, by, and fugacities, phi."""
        if self.gas == vapour.IDEAL:
            raoult_slopes(int(self.acid), terms, a, y, by, d)
        else:
            vapour.settled_slopes(a, y, by, phi, d)

    def fugacity_slopes(self, terms, T, p, y, out):
        """Fill out (C + 2, C + 1) with what `vapour.ln_phi_slopes` says of a vapour y."""
        warmer = self.room()
        self.at(T + vapour.WARMER, warmer)
        vapour.ln_phi_slopes(self.gas, self.criticals, terms, warmer, T, p, y, out)

    @inlined
    def liquid_enthalpy(self, T, x):
        """Enthalpy of a liquid of amounts x [J]."""
        h = 0.0
        for i in range(x.size):
            h += x[i] * self.liquid_part(i, T)
        return h

    @inlined
    def liquid_part(self, i, T):
        """Enthalpy of component i as a liquid [J/mol]."""
        return self.enthalpy[i, 0] + self.enthalpy[i, 1] * (T - 298.15)

    @inlined
    def vapour_enthalpy(self, T, y):
        """Enthalpy of an ideal vapour of amounts y [J]; see `departure`."""
        h = 0.0
        for i in range(y.size):
            h += y[i] * self.vapour_part(i, T)
        return h

    @inlined
    def vapour_part(self, i, T):
        """Enthalpy of component i as an ideal vapour [J/mol]."""
        e = self.enthalpy[i]
        return self.liquid_part(i, e[3]) + e[2] + e[4] * (T - e[3])

    def departure(self, terms, T, p, y):
        """What a vapour of composition y at T, p has above an ideal one [J/mol]."""
        if self.gas == vapour.IDEAL:
            return 0.0
        return vapour.ln_phi(self.gas, self.criticals, terms, T, p, y, np.empty(y.size))

    # --- set-up and questions --------------------------------------------------------------------
    @property
    def names(self) -> list[str]:
        """Names of the components."""
        return from_bytes(self.labels)

    def index(self, name: str) -> int:
        """Number of a component; an unknown name is an InputError with the nearest known one."""
        if name not in self.names:
            raise InputError(unknown("component", name, self.names))
        return self.names.index(name)

    def fractions(self, amounts: Mapping[str, float] | Sequence[float]) -> np.ndarray:
        """Amounts by name, or in order, as mole fractions (C,)."""
        if isinstance(amounts, Mapping):
            x = np.zeros(len(self.labels))
            for name, value in amounts.items():
                x[self.index(name)] = value
        else:
            x = np.array(amounts, dtype=float)
        if x.shape != (len(self.labels),) or not (x >= 0.0).all() or not x.sum() > 0.0:
            raise InputError(f"the composition {amounts} is none of {', '.join(self.names)}")
        return x / x.sum()

    def gamma(self, T: float, x: Any) -> np.ndarray:
        """Activity coefficients (C,) at T [K]."""
        out = np.empty(len(self.labels))
        self.ln_gamma(T, self.fractions(x), out)
        return np.exp(out)

    def bubble_point(self, p: float, x: Any) -> tuple[float, np.ndarray]:
        """Temperature [K] at which a liquid boils at p [Pa], and its vapour (C,).

        SolveError: it does not boil between 100 and 1000 K.

        >>> water = Mixture.ideal(["water"], psat=[[23.2256, -3835.18, -45.343]])
        >>> round(water.bubble_point(101325.0, [1.0])[0], 1)
        373.1
        """
        x = self.fractions(x)
        y, a, terms = np.empty(x.size), np.empty(x.size), self.room()

        def miss(T: float) -> float:
            self.at(T, terms)
            self.activities(terms, x, a)
            return self.boil(terms, T, p, a, y)

        T = self.boiling(x, p)
        low, high = 0.95 * T, 1.05 * T
        while low > 100.0 and miss(low) > 0.0:
            low *= 0.95
        while high < 1000.0 and miss(high) < 0.0:
            high *= 1.05
        if miss(low) > 0.0 or miss(high) < 0.0:
            raise SolveError(
                f"the liquid does not boil at {p:g} Pa between {low:.0f} and {high:.0f} K"
            )
        T = find_root(miss, low, high, rtol=1e-15, atol=1e-12).x
        miss(T)
        return float(T), y

    def vapour_at(self, T: float, p: float, amounts: np.ndarray) -> float:
        """Enthalpy [J] of a vapour of these amounts at T and p, departure and all."""
        terms, total = self.room(), max(float(amounts.sum()), 1e-300)
        self.at(T, terms)
        away = total * self.departure(terms, T, p, amounts / total)
        return float(self.vapour_enthalpy(T, amounts) + away)

    def boiling(self, x: np.ndarray, p: float) -> float:
        """Mean of the components' own boiling points at p, by secants from 350 K."""
        T = np.empty(x.size)
        for i in range(x.size):
            T[i] = 350.0
            for _ in range(50):
                ln = math.log(self.vapour_pressure(i, T[i]) / p)
                slope = math.log(self.vapour_pressure(i, T[i] + 0.1) / p) - ln
                T[i] = min(max(T[i] - 0.1 * ln / slope, 0.6 * T[i]), 1.5 * T[i])
        return float(x @ T)

    def over(self, gas: float, criticals: Any, kij: Any) -> Self:
        """With a vapour that is not ideal; dh_vb becomes that into the ideal gas."""
        Tc, pc, omega = np.array(criticals, dtype=float).T
        real = self._replace(
            gas=float(gas), criticals=vapour.pair_criticals(Tc, pc, omega, kij),
            enthalpy=self.enthalpy.copy(),
        )  # fmt: skip
        terms = real.room()
        for i, T in enumerate(self.enthalpy[:, T_B]):
            if T > 0.0:
                vapour.gas_terms(real.gas, real.criticals, T, terms)
                away = real.departure(terms, T, ATMOSPHERE, np.eye(len(Tc))[i])
                real.enthalpy[i, DH_VB] -= away
        return real

    def lean(self) -> Self:
        """Without what kernels never read."""
        return self._replace(labels=None)  # type: ignore[arg-type]

    @classmethod
    def ideal(cls, names: Sequence[str], **parts: Any) -> Self:
        """Raoult's law; parts: psat, enthalpy, dimer as in `wilson`."""
        return built(cls, names, activity.IDEAL, **parts)

    @classmethod
    def wilson(cls, names: Sequence[str], *, p0: Any, p1: Any, **parts: Any) -> Self:
        """ln Lambda_ij = p0_ij + p1_ij/T; with molar volumes p0 = ln(V_j/V_i), p1 = -A_ij/R.

        psat (C, 3 to 6): A to F of ln psat [Pa]. enthalpy (C, 5): h_f, cp_L, dh_vb, T_b, cp_V.
        dimer: (name, k0, k1) of an acid. gas: "ideal", "virial", "peng-robinson" or "srk", with
        criticals (C, 3): Tc [K], pc [Pa], acentric factor, and kij, a number or (C, C).
        """
        return built(cls, names, activity.WILSON, pairs=(p0, p1), **parts)

    @classmethod
    def nrtl(cls, names: Sequence[str], *, tau0: Any, tau1: Any, alpha: Any, **parts: Any) -> Self:
        """tau_ij = tau0_ij + tau1_ij/T; alpha a number or (C, C)."""
        return built(cls, names, activity.NRTL, pairs=(tau0, tau1), alpha=alpha, **parts)

    @classmethod
    def uniquac(
        cls,
        names: Sequence[str],
        *,
        r: Any,
        q: Any,
        a: Any,
        b: Any = 0.0,
        c: Any = 0.0,
        **parts: Any,
    ) -> Self:
        """tau_ij = exp(-(a + b T + c T^2)/T), a in K."""
        n = (len(names), len(names))
        a, b, c = (np.broadcast_to(np.asarray(m, dtype=float), n) for m in (a, b, c))
        pairs = (-b, -a, 0.0, -c)
        return built(cls, names, activity.UNIQUAC, pairs=pairs, size=(r, q), **parts)

    @classmethod
    def unifac(
        cls,
        names: Sequence[str],
        *,
        groups: Sequence[Mapping[str, float]],
        R_Q: Mapping[str, tuple[float, float]],
        main: Mapping[str, Any],
        abc: Mapping[tuple[Any, Any], Sequence[float]],
        **parts: Any,
    ) -> Self:
        """Modified UNIFAC (Dortmund) from group counts, sizes, main groups and their interactions.

        abc: (a, b, c) by (main, main); psi = exp(-(a + b T + c T^2)/T). InputError: a group without
        size; a pair without interaction, for which there is no fall-back.
        """
        kinds = list(dict.fromkeys(name for count in groups for name in count))
        missing = [name for name in kinds if name not in R_Q or name not in main]
        if missing:
            raise InputError(f"no R, Q and main group for {', '.join(missing)}")
        table = np.zeros((3, len(kinds), len(kinds)))
        for i, one in enumerate(kinds):
            for j, other in enumerate(kinds):
                pair = (main[one], main[other])
                if pair[0] != pair[1] and pair not in abc:
                    raise InputError(f"the interaction of {one} with {other} {pair} is missing")
                table[:, i, j] = abc[pair] if pair[0] != pair[1] else 0.0
        counts = np.array([[count.get(name, 0.0) for name in kinds] for count in groups])
        sizes = np.array([R_Q[name] for name in kinds])
        return built(
            cls, names, activity.UNIFAC, pairs=(-table[1], -table[0], 0.0, -table[2]),
            size=(counts @ sizes).T, groups=counts, group_Q=sizes[:, 1], **parts,
        )  # fmt: skip


def built(
    cls, names, model, *, psat=None, pairs=(), alpha=0.0, size=None, groups=None, group_Q=None,
    enthalpy=None, dimer=None, gas="ideal", criticals=None, kij=0.0,
):  # fmt: skip
    """The arrays of a mixture; see `Mixture.wilson`."""
    C = len(names)
    problems = []
    n = C if groups is None else np.shape(groups)[1]
    table = np.zeros((4, n, n))
    for k, part in enumerate(pairs):
        part = np.asarray(part, dtype=float)
        if part.shape not in ((), (n, n)):
            problems.append(("pairs", f"a matrix has the shape {part.shape}, not {(n, n)}"))
        else:
            table[k] = part
    curves = np.zeros((C, 6))
    for i, row in enumerate([] if psat is None else psat):
        if i < C:
            curves[i, : len(row)] = row
    lacking = [name for name, row in zip(names, curves, strict=True) if row[1] == 0.0]
    if psat is not None and lacking:
        problems.append(("psat", f"no vapour pressure for {', '.join(lacking)}"))
    if enthalpy is not None and np.shape(enthalpy) != (C, 5):
        problems.append(("enthalpy", "needs h_f, cp_L, dh_vb, T_b, cp_V of each component"))
    if gas not in GASES:
        problems.append(("gas", unknown("vapour", gas, list(GASES))))
    elif gas != "ideal" and np.shape(criticals) != (C, 3):
        problems.append(("criticals", f"a {gas} vapour needs Tc, pc, omega of each component"))
    elif gas != "ideal" and dimer is not None:
        problems.append(("dimer", f"an acid's dimer is for an ideal vapour, not for {gas}"))
    if problems:
        raise InputError(problems)
    acid, k0, k1 = (-1.0, 0.0, 0.0) if dimer is None else (names.index(dimer[0]), *dimer[1:])
    made = cls(
        as_bytes(list(names), 32), float(model), curves, table,
        np.broadcast_to(np.asarray(alpha, dtype=float), (C, C)).copy(),
        np.array(np.ones((2, C)) if size is None else size, dtype=float),
        np.array(np.zeros((C, 0)) if groups is None else groups, dtype=float),
        np.array(np.zeros(0) if group_Q is None else group_Q, dtype=float),
        np.array(np.zeros((C, 5)) if enthalpy is None else enthalpy, dtype=float),
        float(acid), float(k0), float(k1),
    )  # fmt: skip
    return made if gas == "ideal" else made.over(GASES[gas], criticals, kij)
