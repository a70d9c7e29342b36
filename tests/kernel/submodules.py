"""Prints which modules of a package are attributes, as ``python submodules.py PACKAGE``, in one line of JSON.

``[all, after importing the package alone, after using tf.keras, too]``: dotted names; all of them by their files, so
that nothing is loaded to know them.
"""

import importlib
import json
import sys
from pathlib import Path

package = importlib.import_module(sys.argv[1])
folder = Path(package.__file__).parent
files = (path.relative_to(folder.parent).with_suffix("") for path in folder.rglob("*.py"))
names = sorted({".".join(part for part in path.parts if part != "__init__") for path in files} - {package.__name__})


def visible():
    found = []
    for name in names:
        value = package
        for part in name.split(".")[1:]:
            value = getattr(value, part, None)
        if value is not None:
            found.append(name)
    return found


alone = visible()
import tensorflow  # noqa: E402

tensorflow.keras.layers  # noqa: B018
print(json.dumps([names, alone, visible()]))
