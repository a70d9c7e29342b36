"""Names of classes in a sentence."""

from __future__ import annotations

import re


def with_article(name: str) -> str:
    """Such as "a DataFrame", "an ndarray", "an LSTM": of letters that are spelled out, as they are spoken."""
    spelled = re.match(r"[A-Z]{2}|nd|np", name)
    vowel = name[:1] in ("AEFHILMNORSXn" if spelled else "AEIOaeio")
    return f"{'an' if vowel else 'a'} {name}"
