"""The record of optimizer routes, the timeline, and their drawing: without TensorFlow."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from kerasmagic.display.optimizer import headline, history_html, optimizer_result
from kerasmagic.display.plot import line_plot, paths_plot, timeline_plot
from kerasmagic.optimizers.examination import Examination, UnknownOptimizer, examine
from kerasmagic.optimizers.history import find_release, releases, timeline
from kerasmagic.optimizers.landscapes import LANDSCAPES
from kerasmagic.optimizers.routes import Route, Routes


def outcome(target: str, code: str) -> str:
    routes = find_release(target).routes("Adam")
    return next(route.result for route in routes.routes if route.code == code and not route.condition)


def test_every_minor_release_is_recorded() -> None:
    assert [release.minor for release in releases() if not release.legacy] == [(2, minor) for minor in range(4, 22)]
    assert [release.minor for release in releases() if release.legacy] == [(2, minor) for minor in range(14, 22)]


@pytest.mark.parametrize("target", ["tensorflow==2.11.1", "tensorflow==2.12.1"])
def test_keras_and_tf_keras_differ_in_one_process(target: str) -> None:
    classes = find_release(target).routes("Adam").classes
    assert classes[outcome(target, "keras.optimizers.Adam()")].family == "legacy"
    assert classes[outcome(target, "tf.keras.optimizers.Adam()")].family == "Keras 2 new"
    assert classes[outcome(target, 'keras.optimizers.get("adam")')].family == "Keras 2 new"


def test_deserialize_gives_a_class_of_the_other_package() -> None:
    code = 'tf.keras.optimizers.deserialize({"class_name": "adam", "config": {}})'
    assert outcome("tensorflow==2.15.1,legacy", code) == "keras.src.optimizers.adam.Adam"
    assert outcome("tensorflow==2.15.1,legacy", "tf.keras.optimizers.Adam()") == "tf_keras.src.optimizers.adam.Adam"


def test_legacy_imports_in_keras_3_and_raises_when_called() -> None:
    routes = find_release("tensorflow==2.21.0").routes("Adam")
    (route,) = [route for route in routes.failures if route.code == "tf.keras.optimizers.legacy.Adam()"]
    assert route.found == "keras.src.optimizers.LegacyOptimizerWarning"
    assert route.error.startswith("ImportError: `keras.optimizers.legacy` is not supported in Keras 3")


def test_apple_silicon_has_its_own_answer_only_where_the_code_says_so() -> None:
    with_branch = [r.minor[1] for r in releases() if any(route.condition for route in r.routes("Adam").routes)]
    assert set(with_branch) >= {12, 13, 14, 15}
    assert not set(with_branch) & {4, 5, 6, 7, 8, 9, 10}


def test_timeline() -> None:
    spans = timeline("Adam")['tf.keras.optimizers.get("adam")']
    assert [(span.first, span.last, span.outcome) for span in spans] == [
        ((2, 4), (2, 10), "legacy"),
        ((2, 11), (2, 15), "Keras 2 new"),
        ((2, 16), (2, 21), "Keras 3"),
    ]


def test_routes_stand_in_the_order_in_which_they_are_taken() -> None:
    codes = [route.code for route in find_release("tensorflow==2.15.1").routes("Adam").routes]
    assert codes[:3] == [
        "keras.optimizers.Adam()",
        "keras.optimizers.legacy.Adam()",
        "keras.optimizers.experimental.Adam()",
    ]
    assert codes[-1] == "tf.compat.v1.train.AdamOptimizer()"


def test_an_optimizer_that_a_release_lacks_is_no_answer() -> None:
    with pytest.raises(KeyError):
        find_release("tensorflow==2.4.4").routes("AdamW")


def test_another_release_answers_without_tensorflow() -> None:
    examination = examine("adam", target="tensorflow==2.11.1")
    assert not examination.measured
    result = optimizer_result(examination)
    assert result.text.startswith('What "adam" gives, TensorFlow release by release')
    assert "Keras has 2 different Adams in tensorflow 2.11.1" in result.text
    assert result.to_dict()["kind"] == "optimizer"
    json.dumps(result.to_dict())


def test_unknown_names_and_targets_are_told_what_there_is() -> None:
    with pytest.raises(UnknownOptimizer, match="Adam, "):
        examine("adamm", target="tensorflow==2.11.1")
    with pytest.raises(ValueError, match="tensorflow==2\\.21\\.0"):
        examine("adam", target="tensorflow==1.15.0")
    with pytest.raises(ValueError, match="not an optimizer"):
        examine(42)


def test_a_config_dict_as_text() -> None:
    examination = examine('{"class_name": "SGD", "config": {}}', target="2.15")
    assert [routes.name for routes in examination.optimizers] == ["SGD"]
    with pytest.raises(ValueError, match="plain values"):
        examine("{open('x'): 1}")


def test_groups_keep_routes_that_raise_or_are_not_taken_here_apart() -> None:
    record = find_release("2.15").routes("Adam")
    cls = next(iter(record.classes))
    routes = (
        Route("keras", "class", "a", cls),
        Route("keras", "get", "b", "", "ValueError: no"),
        Route("keras", "apple silicon", "c", cls, condition="on a Mac"),
    )
    measured = Routes("Adam", routes, record.classes)
    assert [[route.code for route in group.routes] for group in measured.groups] == [["a"]]
    assert [route.code for route in measured.failures] == ["b"]
    assert headline(measured, "this kernel").startswith("All Keras routes give one Adam here")


def test_text_from_outside_is_escaped() -> None:
    route = Route("keras", "get", 'get("<b>")', "", "ValueError: <script>alert(1)</script>\x1b[31m")
    result = optimizer_result(Examination("<here>", (Routes("Adam<i>", (route,), {}),), True))
    assert "<script" not in result.html and "<here>" not in result.html and "<i>" not in result.html
    assert "\x1b" not in result.text


def test_pictures_are_plain_svg() -> None:
    first = [(0.0, 0.0), (0.01, 0.02)]
    pictures = [
        paths_plot(first, first, LANDSCAPES[1].value, ("<one>", "two")),
        line_plot([(0, 0.1), (1, 0.1)], "flat & level"),
        timeline_plot({"<route>": [(0, 1, "legacy")]}, ["2.4", "2.5"], 1, {}, "a <label>"),
        history_html("Adam", (2, 15)).partition("<p")[0],
    ]
    for picture in pictures:
        found = re.fullmatch('<img src="data:image/svg[^,]*,([^"]*)" alt="([^"]+)" style="[^"]*">', picture)
        assert found, "inline svg does not survive in an untrusted notebook"
        svg = unquote(found[1])
        assert ElementTree.fromstring(svg).tag.endswith("svg")
        assert not re.search(r"\b(id|onclick|href)=|<script|<style|currentColor|inherit", svg)


@pytest.mark.parametrize("landscape", LANDSCAPES, ids=["convex", "non-convex"])
def test_gradients_belong_to_their_functions(landscape) -> None:  # type: ignore[no-untyped-def]
    x, y = landscape.start
    step = 1e-6
    slope_x = (landscape.value(x + step, y) - landscape.value(x - step, y)) / (2 * step)
    slope_y = (landscape.value(x, y + step) - landscape.value(x, y - step)) / (2 * step)
    assert landscape.gradient(x, y) == pytest.approx((slope_x, slope_y), rel=1e-4)
