"""How Numba compiles what only kernels call: methods of models, functions that take models.

Numba optimises every function together with all that it calls and makes machine code of it, and so
again at each level. A part is linked into its callers as it is, and optimised once, in the kernel
that Python calls: cold compilations take half the time.

A part that makes no array of its own, and gives none back, counts no references either: its caller
keeps all it works on alive. Each count is a call that holds the optimiser up; without them loops
over cells run up to four times faster, and cold compilations take a sixth less.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, ClassVar

import numba
from numba.core import ir
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder, PassManager, _LowerResult
from numba.core.compiler_machinery import LoweringPass, register_pass
from numba.core.cpu import CPUContext
from numba.core.funcdesc import PythonFunctionDescriptor
from numba.core.lowering import Lower
from numba.core.runtime.context import NRTContext
from numba.core.typed_passes import NativeLowering
from numba.extending import overload
from numba.np import arrayobj


class _Part(JITCodeLibrary):
    """The code of a function that is only linked into kernels."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


# --- parts that count no references --------------------------------------------------------------
LOOKS = {"getattr", "getitem", "static_getitem", "exhaust_iter", "build_tuple", "cast", "phi"}
"""Expressions whose arrays are those that they are given, or views of them."""


def _looks(value: Any, kinds: dict[str, Any], counted: Callable[[str], bool]) -> bool:
    """Whether what an expression gives belongs to what it is given."""
    if not isinstance(value, ir.Expr):
        return True  # an argument, another variable or a constant
    if value.op == "call":
        return getattr(kinds[value.func.name], "typing_key", None) == "array.reshape"
    if value.op == "getitem" and counted(value.index.name):
        return False  # picked one by one, which makes an array
    return value.op in LOOKS


def _owns_nothing(state: Any) -> bool:
    """Whether a function neither makes anything that references are counted to nor returns it."""
    kinds, models = state.typemap, state.targetctx.data_model_manager

    def counted(name: str) -> bool:
        return models[kinds[name]].contains_nrt_meminfo()

    return not models[state.return_type].contains_nrt_meminfo() and all(
        _looks(line.value, kinds, counted)
        for block in state.func_ir.blocks.values()
        for line in block.find_insts(ir.Assign)
        if counted(line.target.name)
    )


class _NoCounts(NRTContext):
    """What code calls for memory: room may be taken, but no references are counted."""

    def incref(self, builder: Any, typ: Any, value: Any) -> None:
        pass

    def decref(self, builder: Any, typ: Any, value: Any) -> None:
        pass


class _Uncounted(CPUContext):
    """Numba's context of a CPU, for functions that count no references."""

    helpers: ClassVar[dict[Any, Any]] = {}  # what Numba compiles on the way

    @property
    def nrt(self) -> NRTContext:
        return _NoCounts(self, True)

    @classmethod
    def like(cls, context: CPUContext) -> _Uncounted:
        """The one that stands in for a context."""
        found = copy.copy(context)
        found.__class__ = cls
        found.cached_internal_func = cls.helpers
        return found


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerPart(LoweringPass):
    """Numba's lowering, into a part.

    It leaves the flags alone: by these Numba knows a function, and would compile it again for every
    caller that was compiled with others.
    """

    _name = "lower_part"
    inlined = False

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        context, flags = state.targetctx, state.flags
        if _owns_nothing(state):
            context = _Uncounted.like(context)
        part = state.library = _Part(context.codegen(), state.func_id.func_qualname)
        part.enable_object_caching()
        part._reload_init.update(state.reload_init)
        described = PythonFunctionDescriptor.from_specialized_function(
            state.func_ir,
            state.typemap,
            state.return_type,
            state.calltypes,
            mangler=context.mangler,
            inline=self.inlined,
            noalias=flags.noalias,
            abi_tags=[flags.get_mangle_string()],
        )
        with context.push_code_library(part):
            lower = Lower(context, part, described, state.func_ir, metadata=state.metadata)
            lower.lower()
        name: Any = [].append  # a builtin like no other, which is what callers find the code by
        context.insert_user_function(name, described, [part])
        state.reload_init.extend(part._reload_init)
        state["cr"] = _LowerResult(described, lower.call_helper, cfunc=name, env=lower.env)
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerInlined(_LowerPart):
    """Into a part whose body callers take in place of a call."""

    _name = "lower_inlined"
    inlined = True


class _PartCompiler(CompilerBase):
    """Numba's own passes, with a part's lowering."""

    lowering: type[_LowerPart] = _LowerPart

    def define_pipelines(self) -> list[PassManager]:
        passes = PassManager("part")
        for step, words in DefaultPassBuilder.define_nopython_pipeline(self.state).passes:
            passes.add_pass(self.lowering if step is NativeLowering else step, words)
        passes.finalize()
        return [passes]


class _InlinedCompiler(_PartCompiler):
    lowering = _LowerInlined


JIT_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
    "no_cpython_wrapper": False,
}
PART_OPTIONS: dict[str, Any] = JIT_OPTIONS | {"pipeline_class": _PartCompiler}
INLINED_OPTIONS: dict[str, Any] = JIT_OPTIONS | {"pipeline_class": _InlinedCompiler}


def _unequal(source: tuple, target: tuple) -> None:
    """Stand-in for Numba's sentence on slices of unequal shapes, which takes 2 s to compile."""


if not numba.config.DISABLE_JIT:

    @overload(_unequal, strict=False)
    def _unequal_shapes(source: Any, target: Any) -> Callable:
        def fail(source: tuple, target: tuple) -> None:
            raise ValueError("a slice is given an array of another shape")

        return fail

    arrayobj.raise_with_shape_context = _unequal
