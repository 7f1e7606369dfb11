"""What every adapter of a port must pass: test classes for pytest, to be subclassed.

They need the extra `testing`. A contract is imported in a test module, subclassed under a name that
begins with `Test`, and given the adapter by a fixture.
"""

from __future__ import annotations

from pkgutil import iter_modules

import pytest

# So that a failing assertion of a contract shows the values it compared.
pytest.register_assert_rewrite(*(f"{__name__}.{module.name}" for module in iter_modules(__path__)))
