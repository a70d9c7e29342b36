"""The catalog's answers, as real kernels gave them."""

from __future__ import annotations

import pytest

from kerasmagic.catalog import releases, targets
from kerasmagic.catalog.history import equivalents, history
from kerasmagic.catalog.store import CatalogError, connect
from kerasmagic.catalog.target import Found, Missing, Target


@pytest.mark.parametrize(
    ("target", "statement", "message"),
    [
        ("tensorflow==2.4.4", ("keras", "layers"), "ModuleNotFoundError: No module named 'keras'"),
        ("tensorflow==2.10", ("keras.layers.convolutional", "Conv2D"), ""),
        (
            "tensorflow==2.15",
            ("keras.layers.core", "Dense"),
            "ModuleNotFoundError: No module named 'keras.layers.core'",
        ),
        (
            "tensorflow==2.12.1",
            ("keras.layers.normalization", "BatchNormalization"),
            "ImportError: cannot import name 'BatchNormalization' from 'keras.layers.normalization'",
        ),
        ("colab", ("keras.preprocessing.image", "ImageDataGenerator"), "ImportError: cannot import name"),
        ("colab", ("tensorflow.keras.preprocessing.image", "ImageDataGenerator"), ""),
        ("tensorflow==2.21.0", ("tensorflow.python.client", "device_lib"), ""),
    ],
)
def test_from_import(target: str, statement: tuple[str, str], message: str) -> None:
    answer = Target.parse(target).import_from(*statement)
    if message:
        assert isinstance(answer, Missing) and answer.message.startswith(message)
    else:
        assert isinstance(answer, Found)


def test_a_member_that_raises_says_what_the_kernel_says() -> None:
    answer = Target.parse("tensorflow==2.16.2").attribute("tensorflow.compat.v1.layers.Dense")
    assert isinstance(answer, Missing)
    assert answer.message == "AttributeError: `Dense` is not available with Keras 3."


@pytest.mark.parametrize(("release", "found"), [("2.4.4", True), ("2.6.5", True), ("2.16.2", False)])
def test_keras_of_compat_v1_can_be_imported_wherever_it_is_an_attribute(release: str, found: bool) -> None:
    answer = Target.parse(f"tensorflow=={release}").import_from("tensorflow.compat.v1.keras.layers", "CuDNNLSTM")
    assert isinstance(answer, Found if found else Missing)


def test_a_module_that_forwards_to_another_has_what_that_one_has() -> None:
    target = Target.parse("tensorflow==2.10.1")
    module = "tensorflow.python.training.tracking.data_structures"
    assert isinstance(target.import_from(module, "NoDependency"), Found)
    assert isinstance(target.import_from(module, "Nothing"), Missing)


def test_legacy_keras_is_another_tree() -> None:
    name = "tensorflow.keras.layers.Dense"
    usual = Target.parse("tensorflow==2.19.1,tf_keras==2.19.0").attribute(name)
    legacy = Target.parse("tensorflow==2.19.1,tf_keras==2.19.0,legacy").attribute(name)
    assert isinstance(usual, Found) and usual.home.startswith("keras.")
    assert isinstance(legacy, Found) and legacy.home.startswith("tf_keras.")


@pytest.mark.parametrize(
    ("target", "name", "answer"),
    [
        # Keras 3 over an older TensorFlow: tf.keras follows it from 2.15 on.
        ("tensorflow==2.15,keras==3.5", "tensorflow.keras.layers.Dense", "keras.src.layers.core.dense.Dense"),
        ("tensorflow==2.15,keras==3.5", "tensorflow.compat.v1.keras.layers.Dense", "keras.src.layers.core.dense.Dense"),
        ("tensorflow==2.15,keras==3.5", "tensorflow.keras.backend.int_shape", "keras.src.legacy.backend.int_shape"),
        ("tensorflow==2.15,keras==3.5", "keras.ops.add", "keras.src.ops.numpy.add"),
        (
            "tensorflow==2.13,keras==3.5",
            "tensorflow.keras.layers.Dense",
            "ModuleNotFoundError: No module named 'keras.api._v2'",
        ),
        (
            "tensorflow==2.13,keras==3.5",
            "tensorflow.compat.v1.keras.layers.Dense",
            "ModuleNotFoundError: No module named 'keras.api._v1'",
        ),
        ("tensorflow==2.13,keras==3.5", "keras.layers.Dense", "keras.src.layers.core.dense.Dense"),
        (
            "tensorflow==2.18,keras==3.5",
            "tensorflow.losses.MeanSquaredError",
            "keras.src.losses.losses.MeanSquaredError",
        ),
        (
            "tensorflow==2.18,keras==3.5",
            "tensorflow.keras.layers.Nothing",
            "AttributeError: module 'keras._tf_keras.keras.layers' has no attribute 'Nothing'",
        ),
        # TF_USE_LEGACY_KERAS=1 without tf_keras; up to TensorFlow 2.14 the setting does nothing.
        (
            "tensorflow==2.15,legacy",
            "tensorflow.keras.layers.Dense",
            "ImportError: Keras cannot be imported. Check that it is installed.",
        ),
        ("tensorflow==2.15,legacy", "keras.layers.Dense", "keras.src.layers.core.dense.Dense"),
        ("tensorflow==2.14,legacy", "tensorflow.keras.layers.Dense", "keras.src.layers.core.dense.Dense"),
    ],
)
def test_pairs_that_nobody_recorded_are_what_kernels_made_of_them(target: str, name: str, answer: str) -> None:
    found = Target.parse(target).attribute(name)
    assert (found.home if isinstance(found, Found) else isinstance(found, Missing) and found.message) == answer


def test_a_submodule_is_an_attribute_once_it_is_imported() -> None:
    target = Target.parse("tensorflow==2.12.1")
    name = "tensorflow.python.client.device_lib"
    assert isinstance(target.import_module(name), Found)
    assert target.import_module("numpy") is None


@pytest.mark.parametrize(
    ("target", "name", "imported", "answer"),
    [
        # As in the kernels: import keras loads 277 modules of keras 2.10, and using tf.keras loads 195 more.
        ("tensorflow==2.10", "keras.engine.training.Model", {"keras"}, Found),
        ("tensorflow==2.10", "keras.datasets.mnist.load_data", {"keras"}, Missing),
        ("tensorflow==2.10", "keras.datasets.mnist.load_data", {"keras", "tensorflow.keras"}, Found),
        ("tensorflow==2.10", "keras.datasets.mnist.load_data", {"keras", "keras.datasets.mnist"}, Found),
        ("tensorflow==2.10", "keras.datasets.mnist.load_data", set(), Found),
        ("tensorflow==2.15", "keras.datasets.mnist.load_data", {"keras"}, Found),
        ("tensorflow==2.15", "keras.api._v2.keras", {"keras"}, Missing),
        ("tensorflow==2.15", "keras.api._v2.keras", {"keras", "tensorflow.keras"}, Found),
        # Under legacy Keras, tf.keras is another package, and leaves this one as it is.
        ("tensorflow==2.15,tf_keras==2.15,legacy", "keras.api._v2.keras", {"keras", "tensorflow.keras"}, Missing),
        ("tensorflow==2.16,keras==3.5", "keras._tf_keras", {"keras"}, Missing),
        ("tensorflow==2.16,keras==3.5", "keras._tf_keras", {"keras", "tensorflow.keras"}, Found),
        # What else this module loads is not recorded.
        ("tensorflow==2.10", "keras.datasets", {"keras", "keras.wrappers.scikit_learn"}, type(None)),
        ("tensorflow==2.10", "tensorflow.keras.engine", {"tensorflow"}, Missing),
    ],
)
def test_a_submodule_is_visible_when_something_loads_it(target: str, name: str, imported: set[str], answer) -> None:
    assert isinstance(Target.parse(target).attribute(name, frozenset(imported)), answer)


def test_what_tensorflow_takes_from_tensorboard_is_its_own() -> None:
    for target in targets():
        for name in ("tensorflow.summary.create_file_writer", "tensorflow.summary.scalar", "tensorflow.losses.mse"):
            assert isinstance(target.attribute(name), Found), (target.name, name)
        assert isinstance(target.attribute("tensorflow.summary.FileWriter"), Missing)


def test_signatures_and_what_they_refuse() -> None:
    target = Target.parse("tensorflow==2.16.2")
    function = "tensorflow.keras.utils.image_dataset_from_directory"
    assert target.accepts(function, 1, ("smart_resize",)) == ("smart_resize",)
    assert target.accepts("keras.optimizers.Adam", 0, ("learning_rate", "beta_1")) == ()
    signature = target.parameters("tensorflow.matmul")
    assert signature is not None and [p.name for p in signature.parameters][:2] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "target", "best"),
    [
        ("keras.preprocessing.text.Tokenizer", "tensorflow==2.16", "tensorflow.keras.preprocessing.text.Tokenizer"),
        ("keras.layers.Dense", "tensorflow==2.4.4", "tensorflow.keras.layers.Dense"),
        ("tensorflow.python.keras.utils.to_categorical", "tensorflow==2.21", "tensorflow.keras.utils.to_categorical"),
        ("tensorflow.log", "tensorflow==2.15", "tensorflow.math.log"),
        ("tensorflow.placeholder", "tensorflow==2.15", "tensorflow.compat.v1.placeholder"),
        ("keras.layers.convolutional.MaxPooling2D", "colab", "keras.layers.MaxPooling2D"),
        ("keras.engine.topology.Layer", "colab", "keras.layers.Layer"),
    ],
)
def test_the_same_object_elsewhere(name: str, target: str, best: str) -> None:
    assert equivalents(name, Target.parse(target))[0].name == best


def test_history_knows_the_last_release() -> None:
    found = history("keras.layers.LocallyConnected1D")
    assert [(span.product, span.last, span.current) for span in found.spans] == [("keras", "2.15.0", False)]
    assert history("keras.nothing.of_that_kind").spans == ()


def test_targets_are_read_or_refused_with_what_there_is() -> None:
    assert Target.parse("2.15").releases["tensorflow"] == "2.15.1"
    assert "keras" not in Target.parse("tensorflow==2.4.4").releases
    assert Target.parse("colab").releases["keras"] == "3.13.2"
    with pytest.raises(CatalogError, match=r"9\.9.*2\.15\.1"):
        Target.parse("tensorflow==9.9")
    near = Target.from_installed({"tensorflow": "2.15.0", "keras": "2.15.0"})
    assert near.releases["tensorflow"] == "2.15.1" and near.notes and not near.exact("tensorflow")
    assert Target.from_installed({"tensorflow": None, "keras": None}).releases == {}
    assert len(targets("1.0")) == len(releases()["tensorflow"]) >= 23
    assert targets()[0].releases["tensorflow"].startswith("2.0.")
    with pytest.raises(CatalogError, match="from 99 on"):
        targets("99")


@pytest.mark.parametrize("content", [None, b"", b"SQLite format 3\0 and then nothing of the kind"])
def test_a_missing_or_damaged_file_is_one_sentence(tmp_path, content) -> None:
    path = tmp_path / "catalog.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CatalogError, match="install"):
        connect(path)


@pytest.mark.parametrize("release", ["tensorflow==2.4.4", "tensorflow==2.15.1", "tensorflow==2.16.2"])
def test_what_a_decorated_method_sets_on_a_model_is_there(release):
    target = Target.parse(release)
    for name in ("optimizer", "stop_training", "history", "loss"):
        assert isinstance(target.method("tensorflow.keras.Sequential", name), Found), name
    assert isinstance(target.method("tensorflow.keras.Sequential", "sumary"), Missing)


def test_keywords_that_a_method_picks_out_of_the_rest_are_taken() -> None:
    old = ["write_grads", "batch_size", "embeddings_data", "embeddings_layer_names"]
    for release in ("2.4.4", "2.15.1"):
        assert not Target.parse(f"tensorflow=={release}").accepts("tensorflow.keras.callbacks.TensorBoard", 0, old)
    assert Target.parse("tensorflow==2.16.2").accepts("tensorflow.keras.callbacks.TensorBoard", 0, old[:1])
