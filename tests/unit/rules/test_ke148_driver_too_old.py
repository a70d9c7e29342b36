"""KE148: the driver is older than CUDA asks for."""

from __future__ import annotations

import pytest
from machines import MadeUp


def machine(folder, driver, cuda, cudnn):
    made = MadeUp(folder).card().driver(driver).device_files().libcuda(driver).tensorflow(cuda=cuda, cudnn=cudnn)
    made.known_to_the_loader(
        "libcudart.so.11.0", "libcublas.so.11", "libcufft.so.10", "libcusparse.so.11", "libcudnn.so.8"
    )
    return made.libraries()


@pytest.mark.parametrize("driver, cuda, cudnn", [("525.60.13", "12.5.1", "9"), ("470.42.01", "11.8", "8")])
def test_silent_where_it_is_new_enough(tmp_path, driver, cuda, cudnn):
    assert machine(tmp_path, driver, cuda, cudnn).told() == []


def test_told_of_cuda_12_with_a_driver_of_cuda_11(tmp_path):
    problem = machine(tmp_path, "470.42.01", "12.5.1", "9").only("KE148")
    assert problem.title == "NVIDIA's driver 470.42.01 is too old for TensorFlow 2.19.1"
    assert "525.60.13 or newer" in problem.cause
