"""keras_contrib, keras_applications, keras_preprocessing, tensorflow_addons: packages around Keras that ended."""

from __future__ import annotations

from ...diagnosis.model.move import Move
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.repair.names import fixes
from ...diagnosis.resolve.missing import finder
from . import sisters

_CONTRIB = (
    "keras-contrib ended in 2019, is not on PyPI, and works with Keras 2.2 to 2.3 only. Take what you need from its "
    "repository into your own code, or use what Keras has today (GroupNormalization, AdamW, Lion...)."
)
_CRF = (
    "Keras has no CRF layer, and that of keras-contrib works with Keras 2.2 to 2.3 only. End the model with "
    "Dense(tags, activation='softmax') and the loss categorical_crossentropy instead, or write the layer yourself."
)
_ADDONS = (
    "TensorFlow Addons ended with TensorFlow 2.15 and does not work with Keras 3. Keras itself has F1Score, "
    "GroupNormalization, SpectralNormalization, AdamW, Lion and more; the rest must be copied or replaced."
)
_FORESTS = (
    "Each release of TensorFlow Decision Forests is for one TensorFlow; the last, 1.12, is for 2.19 and "
    "Python up to 3.12. Use its successor: %pip install ydf, and ydf.RandomForestLearner(label='…').train(frame)."
)
_INSTANCE = (
    "Use keras.layers.GroupNormalization(groups=-1): a group for each channel normalizes as InstanceNormalization did."
)
_EFFICIENT = (
    "The package efficientnet was written for Keras 2. Keras has its models, EfficientNetB0 to B7 in "
    "keras.applications: they take images from 0 to 255 and scale them themselves, so leave the scaling out."
)

MOVES = (
    *sisters.MOVES,
    Move("keras_applications", ("keras.applications",)),
    Move("keras_preprocessing", ("keras.preprocessing",)),
    Move("keras_applications.imagenet_utils._obtain_input_shape", advice="It was private: check input_shape yourself."),
    Move("keras_core", ("keras",)),
    Move("tensorflow_addons.metrics.F1Score", ("keras.metrics.F1Score",)),
    Move("tensorflow_addons.metrics.FBetaScore", ("keras.metrics.FBetaScore",)),
    Move("tensorflow_addons.layers.GroupNormalization", ("keras.layers.GroupNormalization",)),
    Move("tensorflow_addons.layers.SpectralNormalization", ("keras.layers.SpectralNormalization",)),
    Move("tensorflow_addons.optimizers.AdamW", ("keras.optimizers.AdamW",)),
    Move("tensorflow_addons.optimizers.LAMB", ("keras.optimizers.Lamb",)),
    Move("tensorflow_addons", advice=_ADDONS, commands=("tensorflow-addons",)),
    Move("keras_contrib.layers.InstanceNormalization", advice=_INSTANCE),
    Move("keras_contrib.layers.normalization.InstanceNormalization", advice=_INSTANCE),
    Move("keras_contrib.layers.normalization.instancenormalization", advice=_INSTANCE),
    Move("tensorflow_addons.layers.InstanceNormalization", advice=_INSTANCE),
    Move("keras.layers.InstanceNormalization", advice=_INSTANCE),
    Move("efficientnet", advice=_EFFICIENT),
    Move("tensorflow_decision_forests", advice=_FORESTS),
    Move("keras_contrib.layers.CRF", advice=_CRF),
    Move("keras_contrib", advice=_CONTRIB),
    Move("kerastuner", ("keras_tuner",), advice="The package is called keras_tuner now.", commands=("keras-tuner",)),
    Move(
        "tensorflow_probability",
        commands=("tensorflow-probability",),
        advice="TensorFlow Probability is a package of its own: its release must fit this TensorFlow, and from 2.16 on "
        "it needs tf_keras besides.",
    ),
    Move("scikeras", commands=("scikeras",), advice="SciKeras brings KerasClassifier and KerasRegressor."),
    Move("tensorflow_hub", commands=("tensorflow-hub",), advice="TensorFlow Hub is a package of its own."),
    Move(
        "tensorflow_datasets", commands=("tensorflow-datasets",), advice="TensorFlow Datasets is a package of its own."
    ),
    Move(
        "tensorflow_text",
        commands=("tensorflow-text=={tensorflow}.*",),
        advice="Its release must be that of TensorFlow.",
    ),
    Move("tf_slim", commands=("tf-slim",), advice="TF-Slim is a package of its own."),
    Move("keras_tuner", commands=("keras-tuner",), advice="KerasTuner is a package of its own."),
    Move("keras_hub", commands=("keras-hub",), advice="KerasHub is a package of its own, and needs Keras 3."),
    Move("keras_cv", commands=("keras-cv",), advice="KerasCV is a package of its own."),
    Move("keras_nlp", commands=("keras-nlp",), advice="KerasNLP is a package of its own."),
)

RULE = Rule(
    code="KI117",
    name="package around Keras",
    lesson=Lesson(
        what="`import keras_contrib`, `keras_applications`, `keras_preprocessing` or `tensorflow_addons` fails.",
        why="These were packages next to Keras. The contents of keras_applications and keras_preprocessing are in "
        "Keras now; the other two have ended, and you need to replace what you use of them.",
        before="from keras_applications import imagenet_utils",
        after="from keras.applications import imagenet_utils",
        target="tensorflow==2.15.1",
        related=("KI105",),
    ),
    moves=MOVES,
    on_cell=finder("KI117"),
    fixes=fixes,
)
