"""A preprocessing layer that has not seen its data, or is given what its settings exclude."""

from __future__ import annotations

import re
from typing import Iterator

from ...diagnosis.contract.answer import Finding, problem
from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .labels_for_adapt import more_than_the_inputs

UNADAPTED = r"[/'](normalization(?:_\d+)?)/"
"""The scope of a Normalization whose mean and variance belong to a graph: it computed none by adapt."""
_REFUSALS = (
    Refusal(
        "Unsupported data type: <class 'str'>. `adapt` supports",
        "adapt gets a text, and takes an array of texts",
        "It goes through samples: many texts, in an array, a list of them made into one, or a dataset.",
        "Write layer.adapt(numpy.array(texts)), or layer.adapt(dataset) with the texts alone.",
        "adapt",
    ),
    Refusal(
        "Unsupported data type: <class 'function'>. `adapt` supports",
        "adapt gets a function, and takes the data",
        "It goes through samples: an array, a tensor, or a dataset.",
        "Call the function, layer.adapt(load()), if it gives the data; of a generator make a dataset first: "
        "tf.data.Dataset.from_generator(…).",
        "adapt",
    ),
    Refusal(
        "Unsupported data type: <class 'pandas.core.",
        "adapt gets a {0} of pandas, and takes an array",
        "It goes through samples: an array, a tensor, or a dataset.",
        "Write layer.adapt(df.to_numpy()), with the columns that the model gets, all of them numbers for "
        "Normalization; texts go to layers for texts.",
        "adapt",
        r"<class 'pandas\.core\.\w+\.(DataFrame|Series)'>\. `adapt` supports",
    ),
    Refusal(
        "is out of scope and cannot be used here",
        "The layer {0} has not learned the mean and the variance of the data",
        "Normalization computes them in adapt, before the model is trained.",
        "Call its adapt first, with the array that the model gets: layer.adapt(numpy.array(x)).",
        "Normalization.adapt",
        UNADAPTED,
    ),
    Refusal(
        "Vocabulary file",
        "vocabulary is taken for the name of a file, and there is no file {0}",
        "A list or an array is taken for the words; a single text for a file that has one in each line.",
        "Put the words into a list: vocabulary=['a', 'b'].",
        "keras.layers.StringLookup(vocabulary)",
        r"Vocabulary file (.{1,60}?) does not exist",
    ),
    Refusal(
        "Table not initialized",
        "The layer has no vocabulary yet",
        "TextVectorization, StringLookup and IntegerLookup number the words of their vocabulary.",
        "Call layer.adapt(texts) on the training data first, or give vocabulary=[…].",
        "TextVectorization.adapt",
        r"(?:TextVectorization|Lookup|text_vectorization|string_lookup|LookupTable)",
    ),
    Refusal(
        "you must set the layer's vocabulary before calling it",
        "The layer has no vocabulary yet, and output_mode={0} needs it",
        "Its output has a column for each word.",
        "Call layer.adapt(texts) on the training data first, or give vocabulary=[…].",
        "TextVectorization.adapt",
        r"`output_mode=(\w+)`",
    ),
    Refusal(
        "the vocabulary size cannot be changed after the layer is called",
        "adapt comes after the layer was called, and would change the size of its output",
        "With output_mode={0} its output has a column for each word.",
        "Call adapt before the layer is used in a model; or give max_tokens=… and pad_to_max_tokens=True.",
        "TextVectorization.adapt",
        r"`output_mode=(\w+)`",
    ),
    Refusal(
        "after setting a static vocabulary",
        "The layer was made with a vocabulary, and adapt would make another",
        "adapt is for layers that learn it from data.",
        "Leave adapt out, or vocabulary=.",
        "StringLookup.adapt",
    ),
    Refusal(
        "The passed vocabulary has at least one repeated term",
        "The vocabulary has words twice: {0}",
        "Each word has one number.",
        "Give each once, in the same order: list(dict.fromkeys(words)).",
        "StringLookup",
        r"repeated terms are:? (.{1,100})",
    ),
    Refusal(
        "reserved OOV token at unexpected location",
        "The vocabulary holds the token for unknown words, [UNK], in another place than the layer puts it",
        "The layer adds it, and the token for padding, itself.",
        "Take both out of the list; from get_vocabulary() of another layer take get_vocabulary(include_special_tokens="
        "False).",
        "StringLookup",
    ),
    Refusal(
        "reserved mask token at unexpected location",
        "The vocabulary holds the token for padding, '', in another place than the layer puts it",
        "The layer adds it, and [UNK], itself.",
        "Take both out of the list; from get_vocabulary() of another layer take get_vocabulary(include_special_tokens="
        "False).",
        "StringLookup",
    ),
    Refusal(
        "Attempted to set a vocabulary larger than the maximum vocab size",
        "The vocabulary is larger than max_tokens",
        "max_tokens counts the tokens for padding and for unknown words, too.",
        "Give max_tokens=len(vocabulary) + 2, or leave it out.",
        "TextVectorization",
    ),
    Refusal(
        "Cannot set an empty vocabulary",
        "The vocabulary is empty",
        "The list, or the data for adapt, holds no words.",
        "Look at it before: len(vocabulary); a dataset that was gone through once may be empty.",
        "StringLookup",
    ),
    Refusal(
        "`output_sequence_length` must not be set if `output_mode` is not 'int'",
        "output_sequence_length goes with output_mode='int' only",
        "The other modes give one row of the vocabulary's size for each text, whatever its length.",
        "Leave output_sequence_length out, or write output_mode='int'.",
        "TextVectorization",
    ),
    Refusal(
        "to tokenize strings, the input rank must be 1 or the last shape dimension must be 1",
        "TextVectorization takes one text for each sample, and gets an array of several: {0}",
        "Its input has the shape (samples,) or (samples, 1).",
        "Give one column at a time, or join the texts of a sample: tf.strings.reduce_join(x, axis=1, separator=' ').",
        "TextVectorization",
        r"(?:shape|with rank)[^(]*?(\(.*?\)|\d+)",
    ),
    Refusal(
        "`idf_weights` must be set if output_mode is",
        "output_mode='tf_idf' needs the weights of the words",
        "They come from adapt, or from idf_weights=.",
        "Call layer.adapt(texts) instead of giving a vocabulary, or give idf_weights=, one for each word.",
        "TextVectorization",
    ),
    Refusal(
        "TF-IDF output mode, the `idf_weights` argument must also be provided",
        "output_mode='tf_idf' needs the weights of the words",
        "They come from adapt, or from idf_weights=.",
        "Call layer.adapt(texts) instead of giving a vocabulary, or give idf_weights=, one for each word.",
        "TextVectorization",
    ),
    Refusal(
        "need to either pass the `bin_boundaries` argument at construction time or call `adapt",
        "Discretization does not know its bins yet",
        "They come from adapt, or from bin_boundaries=.",
        "Call layer.adapt(data) first.",
        "Discretization.adapt",
    ),
    Refusal(
        "`axis` values to be kept must have known shape",
        "Normalization keeps a mean for each feature, and does not know how many there are",
        "The axis of the features is None in the shape of its input.",
        "Give adapt an array with a column for each feature, x.reshape(-1, 1) for one; for one feature without such "
        "an axis write Normalization(axis=None).",
        "Normalization.adapt",
    ),
    Refusal(
        "`axis` values to be kept must have a known shape",
        "Normalization keeps a mean for each feature, and does not know how many there are",
        "The axis of the features is None in the shape of its input.",
        "Call normalization.adapt(data) before the layer is used, or begin with keras.Input(shape=(features,)).",
        "Normalization.adapt",
    ),
    Refusal(
        "but adapt() is being called with data with an incompatible shape",
        "adapt gets data of another shape than the layer was made for",
        "Its means have the shape of the first input it saw.",
        "Give adapt the data that goes into the layer in the model: the same columns.",
        "Normalization.adapt",
    ),
    Refusal(
        "You need to call `.adapt(dataset)` on the FeatureSpace",
        "The FeatureSpace has not seen its data yet",
        "It learns vocabularies, means and bins from them.",
        "Call feature_space.adapt(dataset) first, with a dataset of dictionaries without labels.",
        "FeatureSpace.adapt",
    ),
    Refusal(
        "num_tokens must be set to use this layer",
        "CategoryEncoding needs the number of categories",
        "Its output has a column for each.",
        "Write CategoryEncoding(num_tokens=…), one more than the greatest number; if it is not known, "
        "IntegerLookup with "
        "adapt.",
        "CategoryEncoding",
    ),
)
_told = when_refused("KD128", _REFUSALS)
_NUMBERS = re.compile(
    r"Unsupported object type (?:int|float)|object type float|Cast (?:u?int|float)\w* to string is not"
)
_TEXT = re.compile(
    r"dtype\('<U\d+'\).*not|not.*dtype\('<U\d+'\)|Cast string to float is not supported|convert string to float"
)
_OF_TEXTS = ("text_vectorization", "string_lookup")


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    pairs = next(more_than_the_inputs(failure), None)
    if pairs is not None:
        yield problem("KD128", pairs, failing.facts_of(failure))
        return
    numbers = _NUMBERS.search(failure.message) is not None
    of_texts = any(frame.module.endswith(_OF_TEXTS) for frame in failure.frames)
    named = f"{failure.said.calling} {failure.message}"
    if numbers and (of_texts or "StringLookup" in named or "TextVectorization" in named):
        yield problem(
            "KD128",
            Finding(
                "A layer for texts gets numbers",
                "TextVectorization and StringLookup learn words.",
                advice=("Make them texts, x.astype(str); for numbers there are IntegerLookup and Normalization.",),
                reference="TextVectorization.adapt",
            ),
            None,
        )
    elif _TEXT.search(failure.message) and any(frame.module.endswith(".normalization") for frame in failure.frames):
        yield problem(
            "KD128",
            Finding(
                "Normalization gets text, and learns the mean of numbers",
                "A column of words has none.",
                advice=(
                    "Give adapt the columns of numbers only, as one array: x.astype('float32'). Words go through "
                    "StringLookup or TextVectorization.",
                ),
                reference="Normalization.adapt",
            ),
            None,
        )
    else:
        yield from _told(failure, world)


RULE = Rule(
    code="KD128",
    name="layers that adapt to data",
    lesson=Lesson(
        what="TextVectorization, StringLookup, Normalization or CategoryEncoding end in an error about a vocabulary, "
        "adapt, or unknown sizes.",
        why="These layers learn from data before the model trains: adapt goes through the data once, and comes before "
        "the layer is called.",
        since="keras 2.6",
        before="import keras\nlayer = keras.layers.TextVectorization(output_mode='tf_idf')\nlayer(['a text'])",
        after="import keras\nlayer = keras.layers.TextVectorization(output_mode='tf_idf')\nlayer.adapt(['a text'])\n"
        "layer(['a text'])",
        target="tensorflow==2.21.0",
        related=("KD104", "KD105"),
    ),
    on_failure=on_failure,
)
