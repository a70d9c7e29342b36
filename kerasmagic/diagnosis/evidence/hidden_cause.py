"""What a function of the user's raised when Keras tried it out, and told otherwise."""

from __future__ import annotations

from typing import Iterator

LAMBDA = "We could not automatically infer the shape of the Lambda's output"


def hidden_cause(error: BaseException) -> BaseException | None:
    """Why the function of a Lambda layer failed, of which Keras 3 says only that it cannot tell the shape.

    Keras runs it with a stand-in for the data. None for every other error, and where Keras's own code failed.
    """
    if not isinstance(error, NotImplementedError) or LAMBDA not in str(error):
        return None
    return next((each for each in _behind(error) if _ends_in_user_code(each)), None)


def _behind(error: BaseException) -> Iterator[BaseException]:
    """The errors that an error was raised in place of."""
    found = error.__context__
    for _ in range(5):
        if found is not None:
            yield found
            found = found.__context__


def _ends_in_user_code(error: BaseException) -> bool:
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    name = step.tb_frame.f_globals.get("__name__", "keras") if step is not None else "keras"
    return type(name) is str and name.partition(".")[0] not in ("keras", "tensorflow", "tf_keras")
