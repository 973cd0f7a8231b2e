"""Rules that people can read, for oncology trial data.

>>> import oncorules as onc
>>> sorted(onc.__all__)
['__version__', 'derive', 'load_pack', 'read_export', 'validate', 'validate_each']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "derive",
    "load_pack",
    "read_export",
    "validate",
    "validate_each",
]

if TYPE_CHECKING:
    from oncorules.data.export import read_export
    from oncorules.report.each.run import validate_each
    from oncorules.rules.deriving.derive import derive
    from oncorules.rules.loading.loader import load_pack
    from oncorules.validation.run import validate
else:
    # Named here, imported on first use: `import oncorules` must not cost a second.
    _HOMES = {
        "derive": "oncorules.rules.deriving.derive",
        "load_pack": "oncorules.rules.loading.loader",
        "read_export": "oncorules.data.export",
        "validate": "oncorules.validation.run",
        "validate_each": "oncorules.report.each.run",
    }

    def __getattr__(name: str) -> object:
        """Return a public name of the package, importing its home on first use."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """Return the public names, those not imported yet among them."""
        return __all__
