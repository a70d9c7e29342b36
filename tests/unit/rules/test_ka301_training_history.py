"""KA301: key of the training history."""

from __future__ import annotations

from checked import failed


def test_the_key_of_a_history():
    (problem,) = failed(
        "tensorflow==2.16.2,keras==3.15.1", "plot(h.history['acc'], h.history['loss'])", KeyError("acc")
    )
    assert problem.fixes[0].source == "plot(h.history['accuracy'], h.history['loss'])"
