"""``TPUClusterResolver()`` in a kernel that has no TPU."""

from __future__ import annotations

from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.model.rule import Lesson, Rule

_REFUSALS = (
    Refusal(
        "Please provide a TPU Name to connect to",
        "This kernel has no TPU",
        "TPUClusterResolver looks for one in the settings that Colab, Kaggle and Google Cloud give a kernel.",
        "Choose a TPU for the notebook (Colab: Runtime > Change runtime type; Kaggle: Settings > Accelerator), and run "
        "it from the top. Without one: strategy = tf.distribute.get_strategy(), and the rest stays as it is.",
        "tf.distribute.cluster_resolver.TPUClusterResolver",
    ),
)

RULE = Rule(
    code="KE161",
    name="no TPU",
    lesson=Lesson(
        what="`TPUClusterResolver()` ends in ValueError: Please provide a TPU Name to connect to.",
        why="The program was written for a machine with a TPU, and this kernel runs on one without. The strategy that "
        "tf.distribute.get_strategy() gives runs the same program on the CPU or one GPU.",
        since="tensorflow 2.0",
        before="import tensorflow as tf\nresolver = tf.distribute.cluster_resolver.TPUClusterResolver()\n"
        "strategy = tf.distribute.TPUStrategy(resolver)",
        after="import tensorflow as tf\nstrategy = tf.distribute.get_strategy()",
        target="tensorflow==2.21.0",
    ),
    on_failure=when_refused("KE161", _REFUSALS),
)
