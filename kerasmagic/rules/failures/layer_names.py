"""What layers were called by the Keras of before: names that it counted, and those of ResNet50."""

from __future__ import annotations

import re

COUNTED = re.compile(r"^([a-z][a-z0-9_]*?)_(\d+)$")
_BRANCH = re.compile(r"^(res|bn)([2-5])([a-f])_branch(1|2[abc])$")
OF_RESNET50 = re.compile(r"^(?:(?:res|bn)[2-5][a-f]_branch(?:1|2[abc])|activation_\d+|fc1000)$")
"""Old names that only layers of ResNet50 have, and its activations."""
_PARTS = {"1": "0", "2a": "1", "2b": "2", "2c": "3"}
_KINDS = {"res": "conv", "bn": "bn"}
_FIRST = {
    "conv1": "conv1_conv",
    "bn_conv1": "conv1_bn",
    "activation_1": "conv1_relu",
    "max_pooling2d_1": "pool1_pool",
    "fc1000": "predictions",
}
_BLOCKS = {2: 3, 3: 4, 4: 6, 5: 3}
"""The blocks in each stage of ResNet50; each has three activations."""


def is_resnet50(names: tuple[str, ...]) -> bool:
    """Whether these are the layers of ResNet50, and not of a longer one or of the second version."""
    return "conv4_block6_out" in names and "conv4_block7_out" not in names and "post_bn" not in names


def counted_from_one(name: str, names: tuple[str, ...]) -> str:
    """What a layer is called today whose kind was counted from 1: ``dense`` for ``dense_1``; "" where it is none."""
    found = COUNTED.match(name)
    if found is None or found.group(2) == "0":
        return ""
    kind, number = found.group(1), int(found.group(2)) - 1
    for each in (kind, "input_layer") if kind == "input" else (kind,):
        today = each if number == 0 else f"{each}_{number}"
        if today in names:
            return today
    return ""


def in_resnet50(name: str) -> str:
    """What a layer of ResNet50 is called today: ``conv5_block3_out`` for ``activation_49``."""
    branch = _BRANCH.match(name)
    if branch:
        kind, stage, block, part = branch.groups()
        return f"conv{stage}_block{ord(block) - ord('a') + 1}_{_PARTS[part]}_{_KINDS[kind]}"
    found = re.match(r"^activation_(\d+)$", name)
    if found is None or name in _FIRST:
        return _FIRST.get(name, "")
    index, place = divmod(int(found.group(1)) - 2, 3)
    for stage, blocks in _BLOCKS.items():
        if index < blocks:
            return f"conv{stage}_block{index + 1}_{('1_relu', '2_relu', 'out')[place]}"
        index -= blocks
    return ""
