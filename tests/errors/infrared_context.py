"""An infrared decoder is given a number behind a pointer, and reads it only."""
from pybpfc import Ptr, lirc_mode2, u32

LICENSE = "GPL"


@lirc_mode2
def by_value(sample: u32) -> int:
    return 0


@lirc_mode2
def written(sample: Ptr[u32]) -> int:
    sample.value = 3
    return 0
