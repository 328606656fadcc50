"""The packages of the portal: their names do not clash with others, and import-linter checks their dependencies."""

import sys
import tomllib
from importlib.metadata import packages_distributions

from importlinter.cli import lint_imports

from settings import CHECKOUT

PACKAGES = {module.parent.name for module in CHECKOUT.glob("[!.]*/*.py")} - {"tests"}
SCRIPTS = {"examples"}  # run as scripts and never imported, so their name may be taken


def test_no_installed_distribution_has_the_name_of_a_package():
    assert (PACKAGES - SCRIPTS | {"app", "settings"}).isdisjoint(packages_distributions())
    assert (PACKAGES | {"app", "settings"}).isdisjoint(sys.stdlib_module_names)


def test_import_linter_knows_every_package():
    configuration = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]

    assert set(configuration["root_packages"]) == PACKAGES
    (layers,) = (contract["layers"] for contract in configuration["contracts"] if contract["type"] == "layers")
    assert {package.strip(" ()") for layer in layers for package in layer.split("|")} >= PACKAGES


def test_the_packages_import_only_what_they_may():
    assert lint_imports(is_debug_mode=False, show_timings=False, cache_dir=None) == 0
