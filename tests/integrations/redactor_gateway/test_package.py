"""Importing the package, as the command line does to name it, loads none of what it needs."""

import subprocess
import sys

import pytest

import redactor_gateway


def test_importing_the_package_loads_no_third_party() -> None:
    code = "import sys, redactor_gateway; print({'jsonpath', 'jwt', 'starlette'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"


def test_what_it_names_is_there() -> None:
    assert all(getattr(redactor_gateway, name) is not None for name in redactor_gateway.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = redactor_gateway.nothing
