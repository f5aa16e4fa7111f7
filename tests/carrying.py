"""Values carried from an examinee to an examiner, for the tests of the codec."""

from __future__ import annotations

import numpy as np
import torch

from gradlab.wire.codec import DEFAULT_LIMITS, CodecLimits, HandleId, RaisedError, decode, encode

SMALL = CodecLimits(max_bytes=2**20, max_depth=5, max_items=1000, max_int_bits=100, max_text_bytes=2**17)

PLAIN = (type(None), bool, int, float, complex, str, bytes, np.ndarray, torch.Tensor, HandleId, RaisedError)


class Kept(list):
    """The values that stay in the examinee; a value's id is its index."""

    def __call__(self, value):
        """Keep a value."""
        self.append(value)
        return len(self) - 1


def carried(value, limits=DEFAULT_LIMITS):
    """Return a value as it arrives in the examiner."""
    return decode(encode(value, Kept(), limits), limits)


def is_of_the_closed_set(value):
    """Tell whether a value contains only types that may arrive, and no subclasses of them."""
    if type(value) in (list, tuple):
        return all(map(is_of_the_closed_set, value))
    if type(value) is dict:
        return is_of_the_closed_set(list(value.items()))
    return type(value) in PLAIN or (isinstance(value, np.generic) and type(value).__module__ == "numpy")
