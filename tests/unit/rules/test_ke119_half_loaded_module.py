"""KE119: half-loaded module."""

from __future__ import annotations

from environments import module, only, put


def test_a_half_loaded_module(site):
    put(site, "tensorflow", "2.19.1")
    problem = only("KE119", site, modules={"tensorflow.python.framework": module("tensorflow.python.framework")})
    assert "failed" in problem.title
