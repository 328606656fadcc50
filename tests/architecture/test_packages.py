"""The rooms of the house: their names belong to us alone, and the arrows between them are held."""

import sys
import tomllib
from importlib.metadata import packages_distributions

from importlinter.cli import lint_imports

from settings import CHECKOUT

ROOMS = {module.parent.name for module in CHECKOUT.glob("[!.]*/*.py")} - {"tests"}
SCRIPTS = {"examples"}  # they are run, and nobody imports them by name


def test_no_installed_package_bears_the_name_of_a_room():
    assert (ROOMS - SCRIPTS | {"app", "settings"}).isdisjoint(packages_distributions())
    assert (ROOMS | {"app", "settings"}).isdisjoint(sys.stdlib_module_names)


def test_every_room_is_held_by_the_arrows():
    configuration = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]

    assert set(configuration["root_packages"]) == ROOMS
    (order,) = (contract["layers"] for contract in configuration["contracts"] if contract["type"] == "layers")
    assert {room.strip(" ()") for layer in order for room in layer.split("|")} >= ROOMS


def test_the_arrows_hold():
    assert lint_imports(is_debug_mode=False, show_timings=False, cache_dir=None) == 0
