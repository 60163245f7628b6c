"""The package's face: its names, and how light it is to import."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import convcat

HEAVY = ("sklearn", "pandas", "polars", "spacy", "scipy", "pyarrow", "numpy", "pydantic", "typer")


LEAVES = {"exceptions", "safety", "privacy", "taxonomy", "frames", "tagged", "files", "parts"}
LEAVES |= {"part_files", "patterns", "tagged_files", "tagged_parts", "workers"}
ROOMS = {
    "exceptions": set(),
    "safety": set(),
    "privacy": set(),
    "patterns": set(),
    "files": {"exceptions"},
    "charts": {"exceptions", "files"},
    "taxonomy": {"exceptions"},
    "frames": {"exceptions"},
    "part_files": set(),
    "parts": {"exceptions", "files", "part_files"},
    "workers": {"exceptions"},
    "tagged_files": {"exceptions", "frames", "safety"},
    "tagged_parts": {"exceptions", "frames", "part_files", "tagged", "tagged_files", "workers"},
    "tagged": {"exceptions", "frames", "tagged_files", "taxonomy"},
    "conversations": LEAVES,
    "orders": LEAVES | {"conversations"},
    "classifier": LEAVES,
    "insight": LEAVES | {"charts"},
    "labelling": LEAVES | {"classifier", "conversations"},
    "label_folders": LEAVES | {"classifier", "conversations", "labelling"},
    "label_files": LEAVES | {"classifier", "conversations", "labelling", "label_folders"},
    "training": LEAVES | {"classifier", "insight"},
    "reporting": LEAVES | {"charts", "classifier", "insight"},
}
"""What each room may import (docs/architecture.md); the others stand above all of them."""


def in_a_fresh_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


class TestNames:
    @pytest.mark.parametrize("name", convcat.__all__)
    def test_every_exported_name_is_there(self, name):
        """And says what it is."""
        value = getattr(convcat, name)
        if name == "__version__":
            assert value.count(".") >= 1
        else:
            assert callable(value)
            assert inspect.getdoc(value)
            assert not inspect.ismodule(value)

    def test_every_lazy_name_is_exported(self):
        """The three lists in the module are one list."""
        assert {*convcat._HOMES, "__version__"} == set(convcat.__all__)
        assert dir(convcat) == sorted(convcat.__all__)
        assert len(set(convcat.__all__)) == len(convcat.__all__)

    def test_the_reading_order_names_them(self):
        """What stands at the top of the module exists."""
        for line in convcat.__doc__.splitlines():
            word = line.strip().split(" ")[0]
            if line.startswith("    ") and word.isidentifier():
                assert word in convcat.__all__

    def test_a_name_that_is_not_there(self):
        """The usual error."""
        with pytest.raises(AttributeError, match="no attribute 'lable'"):
            convcat.lable  # noqa: B018
        with pytest.raises(ImportError):
            from convcat import lable  # noqa: F401

    def test_functions_win_over_modules_of_the_same_name(self):
        """Whatever was imported first."""
        code = (
            "import convcat.insight.distribution, convcat.insight.failures;"
            "import convcat;"
            "print(callable(convcat.distribution) and callable(convcat.failures))"
        )
        assert in_a_fresh_python(code) == "True"

    def test_the_classifier_s_names(self):
        """`__all__` holds, the lazy one included."""
        from convcat import classifier

        assert all(getattr(classifier, name) for name in classifier.__all__)
        with pytest.raises(AttributeError, match="no attribute"):
            classifier.NeedClasifier  # noqa: B018


class TestWeight:
    def test_importing_it_imports_nothing_heavy(self):
        """Nor does looking at what it offers."""
        code = f"import sys, convcat; dir(convcat); print([m for m in {HEAVY} if m in sys.modules])"
        assert in_a_fresh_python(code) == "[]"

    def test_errors_and_taxonomy_stay_light(self):
        """A script that catches an error need not load scipy."""
        code = (
            "import sys, convcat; convcat.ConvcatError; convcat.Taxonomy.load();"
            "print([m for m in ('sklearn', 'pandas', 'scipy', 'pyarrow', 'numpy') if m in sys.modules])"
        )
        assert in_a_fresh_python(code) == "[]"

    def test_leaves_never_import_branches(self):
        """Data goes one way: texts, frames and errors know nothing of findings and pages."""
        code = (
            "import sys, convcat.labelling, convcat.classifier.storage, convcat.classifier.evidence;"
            "print([m for m in sys.modules if m.startswith(('convcat.insight', 'convcat.reporting',"
            " 'convcat.charts', 'convcat.cli', 'convcat.training'))])"
        )
        assert in_a_fresh_python(code) == "[]"


class TestRooms:
    @pytest.mark.parametrize("room", ROOMS)
    def test_data_goes_one_way(self, room):
        """A room imports what stands below it, and nothing else of the package."""
        home = Path(convcat.__file__).parent
        files = sorted((home / room).rglob("*.py")) or [home / f"{room}.py"]
        names = set()
        for node in (n for file in files for n in ast.walk(ast.parse(file.read_bytes()))):
            if isinstance(node, ast.ImportFrom) and node.module == "convcat":
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("convcat."):
                names.add(node.module.split(".")[1])
        assert names - {room} <= ROOMS[room]


def test_every_module_says_what_it_is():
    """One sentence at its top."""
    for module in pkgutil.walk_packages(convcat.__path__, "convcat."):
        if not module.name.endswith("__main__"):
            loaded = __import__(module.name, fromlist=["_"])
            assert (loaded.__doc__ or "").strip(), module.name
