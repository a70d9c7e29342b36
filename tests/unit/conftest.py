"""How many cells and files nobody wrote are tried: 300 a test; 10,000 with ``--hypothesis-profile=thorough``."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

for name, examples in (("quick", 300), ("thorough", 10_000)):
    settings.register_profile(name, max_examples=examples, deadline=5_000, suppress_health_check=list(HealthCheck))
settings.load_profile("quick")
