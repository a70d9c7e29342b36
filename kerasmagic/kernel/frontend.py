"""The front-end that shows this kernel's output, as far as the kernel can know."""

from __future__ import annotations

import os
import sys
from typing import Any, Mapping, NamedTuple

from .distributions import Installed

# The hosted services first: they run Jupyter or VS Code underneath.
_BY_ENVIRONMENT = (
    ("COLAB_RELEASE_TAG", "Colab"),
    ("KAGGLE_KERNEL_RUN_TYPE", "Kaggle"),
    ("DATABRICKS_RUNTIME_VERSION", "Databricks"),
    ("VSCODE_PID", "VS Code"),
    ("PYCHARM_HOSTED", "PyCharm"),
)


class Frontend(NamedTuple):
    name: str
    """``Colab``, ``Kaggle``, ``Databricks``, ``VS Code``, ``PyCharm``, ``JupyterLite``, ``Jupyter``, ``IPython`` or
    ``none`` (plain Python)."""
    ipython: str
    ipykernel: str
    ipywidgets: str

    def to_dict(self) -> dict[str, Any]:
        return self._asdict()


def read_frontend(
    installed: Installed,
    modules: Mapping[Any, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Frontend:
    return Frontend(
        name=_name(sys.modules if modules is None else modules, os.environ if environment is None else environment),
        ipython=installed.version("ipython") or "",
        ipykernel=installed.version("ipykernel") or "",
        ipywidgets=installed.version("ipywidgets") or "",
    )


def _name(modules: Mapping[Any, Any], environment: Mapping[str, str]) -> str:
    kernel = any(name in modules for name in ("ipykernel.kernelapp", "ipykernel.zmqshell"))
    if "google.colab" in modules:
        return "Colab"
    if sys.platform == "emscripten":
        return "JupyterLite"
    if kernel:
        named = (name for variable, name in _BY_ENVIRONMENT if environment.get(variable))
        return next(named, "Jupyter")
    return "IPython" if "IPython.terminal.interactiveshell" in modules else "none"
