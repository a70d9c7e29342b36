"""KE126: compiled part that does not load."""

from __future__ import annotations

import pytest
from environments import fail, put


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "DLL load failed while importing _pywrap_tensorflow_internal: A dynamic link library (DLL) initialization "
            "routine failed.",
            "Redistributable",
        ),
        ("/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.27' not found (required by _pywrap_x.so)", "system"),
        ("dlopen(_pywrap_tensorflow_internal.so): incompatible architecture (have 'x86_64', need 'arm64')", "arm64"),
    ],
)
def test_the_compiled_part_does_not_load(kernel, message, said):
    put(kernel, "tensorflow", "2.18.0")
    (kernel / "tensorflow" / "__init__.py").write_text(f"raise ImportError({message!r})\n")
    (problem,) = fail("import tensorflow")
    assert problem.rule == "KE126" and said in problem.fixes[0].title
