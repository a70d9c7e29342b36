"""Data that the functions for images, sequences and folders do not take."""

from __future__ import annotations

from typing import Iterator

from ...diagnosis.contract.answer import Finding, problem
from ...diagnosis.contract.refusals import Refusal, when_refused
from ...diagnosis.evidence import failed_cell as failing
from ...diagnosis.evidence.failure import Failure
from ...diagnosis.model.problem import Problem
from ...diagnosis.model.rule import Lesson, Rule
from ...diagnosis.resolve.world import World
from .columns_of_a_frame import column_of_numbers
from .generator_itself import generator_itself

_REFUSALS = (
    Refusal(
        "<class 'PIL.",
        "A model gets an image of PIL, and takes arrays",
        "The array has an axis for the samples in front: one image is a batch of one.",
        "Write x = numpy.array(image)[None], with the size, the channels and the scale that the model learned from: "
        "image.convert('RGB').resize((width, height)) before, / 255. after.",
        "predict",
        r"Unrecognized data type: x=|Failed to find data adapter",
    ),
    Refusal(
        "could not correctly convert string",
        "A text is no number: {0!s}",
        "tf.strings.to_number takes texts of digits only.",
        "Look for the header, empty cells and commas in the data; categories go through keras.layers.StringLookup.",
        "tf.strings.to_number",
        r"convert string: ?(.{0,40}?)(?: \[Op|$)",
    ),
    Refusal(
        'Please specify the "origin" argument',
        "get_file needs to know where the file comes from",
        "Its first argument is the name under which the file is kept.",
        "Write keras.utils.get_file('name', origin='https://…').",
        "keras.utils.get_file",
    ),
    Refusal(
        "Paths are no longer accepted as the `fname` argument",
        "get_file takes a name, and no path: {0}",
        "The folder is another argument.",
        "Write keras.utils.get_file('name', origin='https://…', cache_dir='folder').",
        "keras.utils.get_file",
        r"fname=(\S+)",
    ),
    Refusal(
        "`decode_predictions` expects a batch of predictions",
        "decode_predictions knows the 1000 classes of ImageNet, and gets an array of shape {0}",
        "It looks names up for what a network with its own head predicts. A model trained for other classes has names "
        "of its own.",
        "Keep the names in a list, in the order of the classes: names[numpy.argmax(predictions[0])]. For one "
        "prediction "
        "of ImageNet give a batch: predictions[None].",
        "decode_predictions",
        r"array with shape: (\(.*?\))",
    ),
    Refusal(
        "Expected image array to have rank 3 (single image)",
        "array_to_img takes one image, and gets an array of shape {0}",
        "One image has the axes height, width and channels.",
        "Give one image of a batch: images[0]; a grey one without channels: image[..., None].",
        "keras.utils.array_to_img",
        r"array with shape: (\(.*?\))",
    ),
    Refusal(
        "Unsupported channel number",
        "An image has 1, 3 or 4 channels, and the array has {0}",
        "They are the last axis: grey, RGB or RGBA.",
        "Move the channels to the end, numpy.moveaxis(image, 0, -1), or show one of them: image[..., :1].",
        "keras.utils.array_to_img",
        r"Unsupported channel number: (\d+)",
    ),
    Refusal(
        "Unsupported image shape",
        "An array of shape {0} is no image",
        "An image has the axes height, width and channels.",
        "For one image of a batch take images[0]; a grey image needs no channels.",
        "keras.utils.img_to_array",
        r"Unsupported image shape: (\(.*?\))",
    ),
    Refusal(
        "Input data in `NumpyArrayIterator` should have rank 4",
        "flow takes images with four axes, and gets an array of shape {0}",
        "They are samples, height, width and channels.",
        "Grey images get an axis of one channel: x[..., None]; a single image becomes a batch: image[None].",
        "ImageDataGenerator.flow",
        r"array with shape'?,? (\(.*?\))",
    ),
    Refusal(
        "Input to `.fit()` should have rank 4",
        "ImageDataGenerator.fit takes images with four axes, and gets an array of shape {0}",
        "They are samples, height, width and channels.",
        "Grey images get an axis of one channel: x[..., None]; a single image becomes a batch: image[None].",
        "ImageDataGenerator.fit",
        r"array with shape: (\(.*?\))",
    ),
    Refusal(
        "`x` (images tensor) and `y` (labels) should have the same length",
        "flow gets another number of images than of labels: {0} and {1}",
        "The first axis of both counts the samples.",
        "Find where they part: the same train_test_split for both, nothing dropped from one only.",
        "ImageDataGenerator.flow",
        r"x\.shape = (\(.*?\)), y\.shape = (\(.*?\))",
    ),
    Refusal(
        "column values must be strings",
        "flow_from_dataframe takes class names, and the column {0} holds others than strings",
        "For class_mode 'binary' and 'categorical' it numbers the names itself.",
        "Make them strings: df[{0}] = df[{0}].astype(str). For numbers as targets class_mode='raw'.",
        "flow_from_dataframe",
        r"y_col=\"?(.*?)\"? column values",
    ),
    Refusal(
        "column values must be type string, list or tuple",
        "flow_from_dataframe takes class names, and the column {0} holds others than strings",
        "For class_mode='categorical' it numbers the names itself.",
        "Make them strings: df[{0}] = df[{0}].astype(str). For numbers as targets class_mode='raw'.",
        "flow_from_dataframe",
        r"y_col=\"?(.*?)\"? column values",
    ),
    Refusal(
        "All values in column x_col=",
        "flow_from_dataframe takes file names, and the column {0} holds others than strings",
        "Each row names a file, with its ending, below directory=.",
        "Make them names: df[{0}] = df[{0}].astype(str) + '.jpg'.",
        "flow_from_dataframe",
        r"x_col=(\S+?) must be strings",
    ),
    Refusal(
        "y_col must be a list",
        "class_mode={0} takes a list of columns as y_col",
        "It gives one target for each of them.",
        "Write y_col=['a', 'b']; for one column class_mode='raw'.",
        "flow_from_dataframe",
        r"class_mode=\"(\w+)\"",
    ),
    Refusal(
        'class_mode="binary" there must be 2 classes',
        "class_mode='binary' is for two classes, and there {0}",
        "It gives one number, 0 or 1, for each image.",
        "For more classes class_mode='categorical', or 'sparse'. With one class or none look at the folders: "
        "each class "
        "has its own below the directory.",
        "flow_from_directory",
        r"2 classes\. (.*?)\.?$",
    ),
    Refusal(
        "there must be exactly 2 class_names",
        "label_mode='binary' is for two classes, and there are others: {0}",
        "It gives one number, 0 or 1, for each file.",
        "For more classes label_mode='int' or 'categorical'. With one class or none look at the folders: each "
        "class has "
        "its own below the directory.",
        "image_dataset_from_directory",
        r"class_names=(.*)",
    ),
    Refusal(
        "images found in directory",
        "There are no images below {0}",
        "It looks into one folder for each class, for names that end in .jpg, .jpeg, .png, .gif or .bmp.",
        "Print os.listdir of it: mostly the images are one folder deeper, or right in it (labels=None takes those).",
        "image_dataset_from_directory",
        r"found in directory (.*?)\. Allowed",
    ),
    Refusal(
        "audio files found in directory",
        "There are no .wav files below {0}",
        "It looks into one folder for each class.",
        "Print os.listdir of it: mostly the files are one folder deeper, or right in it (labels=None takes those).",
        "audio_dataset_from_directory",
        r"found in directory (.*?)\. Allowed",
    ),
    Refusal(
        "text files found in directory",
        "There are no .txt files below {0}",
        "It looks into one folder for each class.",
        "Print os.listdir of it: mostly the files are one folder deeper, or right in it (labels=None takes those).",
        "text_dataset_from_directory",
        r"found in directory (.*?)\. Allowed",
    ),
    Refusal(
        "you must provide a `seed` argument",
        "validation_split with shuffling needs a seed",
        "Training and validation data come from two calls: with one seed they are two parts of one order, and share no "
        "file.",
        "Give both calls the same seed=123, validation_split and directory.",
        "image_dataset_from_directory",
    ),
    Refusal(
        "If `subset` is set, `validation_split` must be set",
        "subset and validation_split go together",
        "One says how much is kept for validation, the other which part this call gives.",
        "Write validation_split=0.2, subset='training', seed=123, and a second call with subset='validation'.",
        "image_dataset_from_directory",
    ),
    Refusal(
        "`class_names` passed did not match the names of the subdirectories",
        "class_names does not name the folders in the directory",
        "Keras says: {0}",
        "Leave class_names out: the folders' names in the order of the alphabet are taken. It only sets another order.",
        "image_dataset_from_directory",
        r"(Expected: .{0,120})",
    ),
    Refusal(
        "Expected the lengths of `labels` to match the number of files",
        "There are {0} labels for {1} files",
        "labels= holds one for each file, in the order of their names.",
        "With a folder for each class leave labels out: labels='inferred'.",
        "image_dataset_from_directory",
        r"len\(labels\) is (\d+) while we found (\d+)",
    ),
    Refusal(
        "`sequences` must be a list of iterables",
        "pad_sequences takes a list of sequences, and gets a single one: {0} is no list",
        "Each element is one text or row, a list of numbers.",
        "For one sequence give pad_sequences([sequence]).",
        "keras.utils.pad_sequences",
        r"non-iterable: (.{1,40})",
    ),
    Refusal(
        "`sequences` must be iterable",
        "pad_sequences takes a list of sequences",
        "Each element is one text or row, a list of numbers.",
        "Give a list of lists; for one sequence pad_sequences([sequence]).",
        "keras.utils.pad_sequences",
    ),
    Refusal(
        "of sequence at position",
        "The elements of the sequences have other shapes from sequence {1} on",
        "pad_sequences makes the sequences equally long; what is in them has to have one shape: {0} is not {2}.",
        "Bring the elements to one shape first: the same number of features in each step.",
        "keras.utils.pad_sequences",
        r"Shape of sample (.*?) of sequence at position (\d+) is different from expected shape (.*)",
    ),
    Refusal(
        'ing type "',
        "{0} is 'pre' or 'post', and not {1}",
        "It says at which end zeros are put, or numbers are cut off.",
        "Write 'post' for the end, 'pre' for the beginning.",
        "keras.utils.pad_sequences",
        r"^(Padding|Truncating) type \"(.*?)\" not understood",
    ),
    Refusal(
        "Fit the Tokenizer on some data",
        "The Tokenizer has not seen any texts, and mode='tfidf' needs their frequencies",
        "tfidf weighs each word by how many texts have it.",
        "Call tokenizer.fit_on_texts(texts) before.",
        "Tokenizer.texts_to_matrix",
    ),
    Refusal(
        "Specify a dimension (`num_words` argument)",
        "The Tokenizer does not know how many words there are",
        "A matrix has a column for each word.",
        "Call tokenizer.fit_on_texts(texts) before, or make it with Tokenizer(num_words=10000).",
        "Tokenizer.texts_to_matrix",
    ),
    Refusal(
        "is disallowed, as no part of the sequence would be left",
        "The series is shorter than one window: length={0}, and it ends at {1}",
        "Each sample of TimeseriesGenerator is a window of length steps, with a target behind it.",
        "Give it more data or a smaller length=.",
        "TimeseriesGenerator",
        r"start_index\+length=(\d+) > end_index=(\d+)",
    ),
    Refusal(
        "Data and targets have to be of same length",
        "TimeseriesGenerator gets {0} steps and {1} targets",
        "It takes the target that stands at the place behind each window.",
        "Give both the same length: for a forecast targets are the series itself, TimeseriesGenerator(x, x, length=…).",
        "TimeseriesGenerator",
        r"Data length is (\d+) while target length is (\d+)",
    ),
    Refusal(
        "path should be path-like or io.BytesIO",
        "load_img takes the name of a file, and gets another thing: {0}",
        "It opens the file itself.",
        "Give it the path. An array becomes an image by keras.utils.array_to_img.",
        "keras.utils.load_img",
        r"not (.*)",
    ),
)
_told = when_refused("KD125", _REFUSALS)


def on_failure(failure: Failure, world: World) -> Iterator[Problem]:
    if not isinstance(failure.exception, (ValueError, TypeError)):
        return
    end = failure.end
    if "invalid literal for int()" in failure.message and end is not None and "pad_sequences" in failure.source:
        yield problem(
            "KD125",
            Finding(
                "pad_sequences gets words, and makes whole numbers",
                f"Texts become numbers before they are padded. Python says: {failure.message[:80]}",
                advice=(
                    "Number the words first: keras.layers.TextVectorization(output_sequence_length=…) does both; "
                    "to pad "
                    "words as they are write dtype=object, value=''.",
                ),
                reference="keras.utils.pad_sequences",
            ),
            None,
        )
    elif (found := generator_itself(failure) or column_of_numbers(failure)) is not None:
        yield problem("KD125", found, failing.facts_of(failure))
    else:
        yield from _told(failure, world)


RULE = Rule(
    code="KD125",
    name="images, sequences, folders",
    lesson=Lesson(
        what="decode_predictions, array_to_img, ImageDataGenerator, pad_sequences or "
        "image_dataset_from_directory end in "
        "an error about ranks, classes, strings or files.",
        why="Each takes one form of data: a batch or a single image, names or numbers, a list of lists, one folder for "
        "each class.",
        since="keras 2.0",
        before="import keras\nkeras.utils.pad_sequences([1, 2, 3])",
        after="import keras\nkeras.utils.pad_sequences([[1, 2, 3]])",
        target="tensorflow==2.21.0",
        related=("KD101", "KD117"),
    ),
    on_failure=on_failure,
)
