"""KO103: legacy and new optimizers mixed."""

from __future__ import annotations

from optimizers import LEGACY, NEW, look, stand_in

from kerasmagic.rules.optimizers import ko103_legacy_and_new


def test_legacy_and_new_mixed() -> None:
    new, legacy = stand_in("Adam", "keras.src.optimizers.adam", NEW), stand_in("Adam", "keras.x", LEGACY)
    assert look(ko103_legacy_and_new, new, None, opt=new, old=legacy) == ["warning"]
    assert look(ko103_legacy_and_new, new, None, opt=new, other=stand_in("SGD", "keras.y", NEW)) == []
    assert look(ko103_legacy_and_new, new, None, _old=legacy) == []
