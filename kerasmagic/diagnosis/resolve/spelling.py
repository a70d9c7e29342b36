"""Which name was meant by one that is nearly it."""

from __future__ import annotations

import unicodedata


def near_names(name: str, names: tuple[str, ...]) -> list[str]:
    """The names that were probably meant, likeliest first: the same letters in another case, or a slip of the
    finger."""
    plain = _letters(name)
    same = [other for other in names if _letters(other) == plain and not _other_kind(name, other)]
    allowed = _allowed(plain)
    digits = _digits(plain)
    swapped = [other for other in names if len(plain) == 3 and sorted(_letters(other)) == sorted(plain)]
    close = [
        (distance, other)
        for other in names
        if allowed
        and abs(len(other) - len(name)) <= allowed + 2
        and _digits(other) == digits
        and not _other_kind(name, other)
        for distance in (_distance(plain, _letters(other)),)
        if 0 < distance <= allowed
    ]
    begun = [other for other in names if _is_cut(name, plain, other)]
    if not same and not close and len(begun) == 1 and _digits(begun[0]) == digits:
        return begun  # cut short: BatchNorm, F1
    if not same and not close and (verb := next((other for other in names if plain in _nouns(other)), "")):
        return [verb]
    # "dense" is the class Dense rather than a module: a name with capitals is the usual one in Keras.
    same.sort(key=lambda other: (other.lower() == other, other))
    close.sort(key=lambda pair: (pair[0], pair[1][:1].isupper() != name[:1].isupper(), pair[1]))
    if len({_letters(other) for distance, other in close if distance == close[0][0]}) > 1:
        close = []  # several names are as near as each other: a guess would mostly be wrong
    return [*same, *(other for _, other in close), *(swapped if len(swapped) == 1 and not same else ())]


def same_letters(name: str, other: str) -> bool:
    """Whether two names differ in case and underscores only, or in characters that look alike."""
    return _letters(name) == _letters(other)


def is_slip(name: str, meant: str) -> bool:
    """Whether one name is another as fingers slip: letters in another case, swapped, left out or doubled, an s too
    many, in a long word another vowel; or a long word cut short, as ``BatchNorm``.

    Any other letter may name another thing: ``ResNeXt101`` is not ``ResNet101``, and ``SGDW`` is not ``SGD``.
    """
    plain, wanted = _letters(name), _letters(meant)
    if plain == wanted:
        return True
    if wanted.startswith(plain) and len(wanted) > len(plain) + 1:
        return not meant[len(name) :][:1].isupper()
    if wanted in (plain[:-3], plain[:-4]):  # prediction: what a person calls predict
        return True
    return plain[:1] == wanted[:1] and _distance(plain, wanted, slips=True) <= max(1, _allowed(plain))


def doubt(name: str, meant: str) -> str:
    """What to say of a name that is only written nearly like another one; "" where fingers slip so."""
    return "" if is_slip(name, meant) else two_things(name, meant)


def two_things(name: str, other: str) -> str:
    return f"{other} may be another thing than {name}: use it only if it is what you meant."


def _is_cut(name: str, plain: str, other: str) -> bool:
    """Whether a class's name is the beginning of another; a short one has to end where a word does, with a digit."""
    if not name[:1].isupper() or not _letters(other).startswith(plain):
        return False
    return len(plain) > 5 or (name[-1:].isdigit() and other[len(name) :][:1].isupper())


def _nouns(name: str) -> tuple[str, ...]:
    """What a person may call a method by: ``prediction`` for ``predict``."""
    plain = _letters(name)
    return (f"{plain}ion", f"{plain}ions", f"{plain}ing") if len(plain) > 4 else ()


def near_name(name: str, names: tuple[str, ...]) -> str | None:
    """The one name that was most likely meant; None if none is near."""
    return next(iter(near_names(name, names)), None)


def whole_name(name: str, names: tuple[str, ...]) -> str | None:
    """The one name of which the given one is the first word: ``update_state`` of ``update``. A release may have it in
    the plural, too, as ``reset_states`` beside ``reset_state``."""
    begun = sorted(other for other in names if other.startswith(f"{name}_"))
    return begun[0] if begun and all(other in (begun[0], f"{begun[0]}s") for other in begun) else None


def _other_kind(name: str, other: str) -> bool:
    """``mean_squared_error`` is a function, ``MeanSquaredError`` a class: one is not the other misspelled; and
    ``get_shape`` neither does what ``set_shape`` does, nor ``reshape``."""
    if (name[:4] in ("get_", "set_")) and other[:3] != name[:3]:
        return True
    return "_" in name.strip("_") and name == name.lower() and "_" not in other and other != other.lower()


def _allowed(plain: str) -> int:
    """How many letters of a name may be wrong."""
    return 0 if len(plain) < 4 else 1 if len(plain) < 8 else 2 if len(plain) < 16 else 3


def _digits(name: str) -> str:
    return "".join(character for character in name if character.isdigit())


def _distance(one: str, other: str, slips: bool = False) -> int:
    """How many letters must be put in, left out, changed, or swapped with the next one.

    Arguments:
        slips: count only what fingers do by mistake, and every other change as more than any word has.
    """
    never = len(one) + len(other) if slips else 0
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        twice, before, row = before, row, [i]
        too_many = 1 + never * (not _is_extra(one, i - 1))
        for j, wanted in enumerate(other, 1):
            changed = (letter != wanted) * (1 + never * (not _sounds_alike(letter, wanted, len(one))))
            cost = min(before[j] + too_many, row[j - 1] + 1, before[j - 1] + changed)
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, twice[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _is_extra(word: str, place: int) -> bool:
    """Whether a letter may stand there because a key was pressed twice, or as the s of the plural."""
    return word[place] == word[place - 1 : place] or (place == len(word) - 1 and word[place] == "s")


def _sounds_alike(letter: str, other: str, length: int) -> bool:
    """Whether a letter of a long word may be written for another: Bidirectionel, LayerNormalisation."""
    return length > 7 and any(letter in group and other in group for group in ("aeiouy", "sz", "ck"))


def _letters(name: str) -> str:
    """A name without case and underscores, and with characters that only look like Latin letters made so."""
    folded = unicodedata.normalize("NFKD", name).translate(_LOOKALIKES)
    return folded.lower().replace("_", "")


# Cyrillic and Greek letters that look like Latin ones: they come in by copying from web pages and by keyboard layout.
_LOOKALIKES = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445"
    "\u0456\u0455\u0458\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7\u03bf\u03bd",
    "ABEKMHOPCTXaeopcyxisjABEHIKMNOPTXov",
)
