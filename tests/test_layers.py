"""The design's rules that can be read off the source: who imports whom, and sizes."""

import ast
import graphlib
from importlib.util import resolve_name
from pathlib import Path

import intensify

PACKAGE = Path(intensify.__file__).parent
LAYERS = [
    (
        "_jit",
        "_parts",
        "_samples",
        "_digest",
        "_models",
        "units",
        "errors",
        "validity",
        "store",
        "store_guard",
    ),
    ("numerics",),
    ("chemistry", "plasma", "sorption", "transport"),
    ("reactors",),
    (
        "specification",
        "kpis",
        "balances",
        "provenance",
        "result",
        "solve",
        "cycles",
        "many",
        "tables",
        "safety",
    ),
    (
        "deactivation",
        "design",
        "extrapolation",
        "reactive_separation",
        "scaleout",
        "campaigns",
        "estimation",
        "sides",
        "routes",
        "compare",
        "cases",
        "verify",
    ),
    ("files", "citation"),
    ("plot", "console", "report", "cli", "__main__"),
]
LAYER = {name: i for i, names in enumerate(LAYERS) for name in names}
FILES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


def imports(path):
    """(module, whether at the top of the file) of every import that runs."""
    tree = ast.parse(path.read_text())
    package = ".".join(("intensify", *path.relative_to(PACKAGE).parent.parts))
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        top = node in tree.body
        if isinstance(node, ast.Import):
            yield from ((alias.name, top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = resolve_name("." * node.level + (node.module or ""), package)
            names = [f"{home}.{alias.name}" for alias in node.names]
            inside = [name for name in names if is_module(name)]
            yield from ((name, top) for name in inside)
            if len(inside) < len(names):
                yield home, top


def is_module(name):
    """Whether a dotted name is a file or folder of the package."""
    place = PACKAGE.parent.joinpath(*name.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


def room(module):
    """The layer's file or folder that a module of the package belongs to, None for others."""
    parts = module.split(".")
    return parts[1] if parts[0] == "intensify" and len(parts) > 1 else None


def test_every_file_has_a_layer():
    rooms = {p.relative_to(PACKAGE).parts[0].removesuffix(".py") for p in FILES}
    assert rooms == set(LAYER)


def test_a_file_imports_only_from_layers_above():
    wrong = []
    for path in FILES:
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for module, _ in imports(path):
            other = room(module)
            if other in LAYER and LAYER[other] > LAYER[own]:
                wrong.append(f"{path.relative_to(PACKAGE)} imports {module}")
    assert not wrong


def test_no_import_goes_round_in_a_circle():
    modules = {}
    for path in FILES:
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        modules[".".join(("intensify", *parts)).removesuffix(".__init__")] = path
    edges = {
        name: {m for m, top in imports(path) if top and m in modules and m != name}
        for name, path in modules.items()
    }
    list(graphlib.TopologicalSorter(edges).static_order())  # CycleError names the circle


def test_only_the_kernel_file_imports_numba_and_only_plot_matplotlib():
    for path in FILES:
        heavy = {m.split(".")[0] for m, _ in imports(path)}
        assert "numba" not in heavy or path.name in ("_jit.py", "_parts.py", "_samples.py"), path
        assert "matplotlib" not in heavy or path.parent.name == "plot", path


def test_matplotlib_xarray_and_pint_wait_until_they_are_used():
    for path in FILES:
        at_once = {m.split(".")[0] for m, top in imports(path) if top}
        assert not at_once & {"matplotlib", "xarray", "pint", "scipy", "cantera", "ht", "fluids"}, (
            path
        )


def test_files_and_functions_stay_small():
    longer = {"march": 90, "march_multistep": 90}  # the loops that integrations run through
    for path in FILES:
        text = path.read_text()
        assert text.count("\n") <= 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                size = node.end_lineno - node.lineno - docstring_lines(node)
                assert size <= longer.get(node.name, 60), f"{path}: {node.name} has {size} lines"


def docstring_lines(node):
    """Lines that a function's docstring takes."""
    first = node.body[0]
    is_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return first.end_lineno - first.lineno + 1 if is_doc else 0
