"""Names that people ask Keras for, and that a package beside it has or had: they are no slips for what Keras has."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.model.move import Move

# TensorFlow Addons 0.13 to 0.23; what Keras never had itself, and what it got later.
_ADDONS_ONLY = {
    "optimizers": (
        "AdaBelief COCOB ConditionalGradient CyclicalLearningRate TriangularCyclicalLearningRate "
        "Triangular2CyclicalLearningRate ExponentialCyclicalLearningRate LazyAdam Lookahead MovingAverage NovoGrad "
        "ProximalAdagrad RectifiedAdam SGDW SWA Yogi"
    ),
    "layers": (
        "CRF CorrelationCost ESN EmbeddingBag FilterResponseNormalization MaxUnpooling2D Maxout NoisyDense "
        "PoincareNormalize PolynomialCrossing Snake Sparsemax SpatialPyramidPooling2D StochasticDepth TLU "
        "WeightNormalization"
    ),
    "activations": "lisht rrelu snake",
    "losses": (
        "ContrastiveLoss GIoULoss LiftedStructLoss NpairsLoss NpairsMultilabelLoss PinballLoss "
        "SigmoidFocalCrossEntropy SparsemaxLoss TripletHardLoss TripletSemiHardLoss WeightedKappaLoss"
    ),
    "metrics": (
        "CohenKappa GeometricMean HammingLoss HarmonicMean KendallsTauB KendallsTauC MatthewsCorrelationCoefficient "
        "MultiLabelConfusionMatrix PearsonsCorrelation RSquare SpearmansRank"
    ),
}
_ADDONS_FIRST = {
    "optimizers": "AdamW LAMB",
    "optimizers.experimental": "AdamW",
    "layers": "GELU GroupNormalization SpectralNormalization",
    "activations": "gelu hardshrink mish softshrink sparsemax tanhshrink",
    "metrics": "F1Score FBetaScore",
}
_CLOSEST = {
    "SGDW": "keras.optimizers.SGD(weight_decay=…) comes closest: it multiplies the decay by the learning rate.",
    "MovingAverage": "The optimizers of Keras average the weights themselves: use_ema=True.",
    "RSquare": "keras.metrics.R2Score is the same measure.",
    "SigmoidFocalCrossEntropy": "keras.losses.BinaryFocalCrossentropy comes closest.",
    "Snake": "It is x + sin(a·x)² / a, which a Lambda layer can compute.",
    "snake": "It is x + sin(a·x)² / a, which a function of yours can compute.",
}
_ONE = {
    "optimizers": "optimizer",
    "layers": "layer",
    "activations": "activation",
    "losses": "loss",
    "metrics": "metric",
}
_KERAS_HUB = "PositionEmbedding SinePositionEncoding TokenAndPositionEmbedding TransformerDecoder TransformerEncoder"
_RESNEXT = (
    "ResNeXt was never in Keras, only in the package keras-applications 1.0.7 and 1.0.8, for Keras 2.2. ResNet101 and "
    "ConvNeXtBase of keras.applications are other architectures: choose one of them, or write ResNeXt yourself with "
    "Conv2D(groups=32)."
)


def _of_addons() -> Iterator[Move]:
    for package, names in _ADDONS_ONLY.items():
        for name in names.split():
            told = f"{name} is in TensorFlow Addons only, which ended with TensorFlow 2.15."
            closest = _CLOSEST.get(name, f"Choose another {_ONE[package]}, or write it yourself.")
            yield _addon(package, name, f"{told} {closest}")
    for package, names in _ADDONS_FIRST.items():
        for name in names.split():
            yield _addon(package, name)


def _addon(package: str, name: str, advice: str = "") -> Move:
    written = f"tfa.{package.partition('.')[0]}.{name}"
    then = f"Then import tensorflow_addons as tfa, and write {written}."
    return Move(f"keras.{package}.{name}", advice=advice, commands=("tensorflow-addons",), then=then)


MOVES = (
    *_of_addons(),
    *(
        Move(
            f"keras.layers.{name}",
            advice=f"{name} is a layer of KerasHub, which needs Keras 3: keras_hub.layers.{name}.",
            commands=("keras-hub",),
            then=f"Then import keras_hub, and write keras_hub.layers.{name}.",
        )
        for name in _KERAS_HUB.split()
    ),
    *(Move(f"keras.applications.{name}", advice=_RESNEXT) for name in ("ResNeXt50", "ResNeXt101", "resnext")),
)
