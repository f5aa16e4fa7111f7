"""Values that come from the examinee: a closed set, as bytes.

None, bool, int, float, complex, str, bytes, list, tuple, dict, set, NumPy arrays and scalars, tensors,
exceptions, and what has plain parts (`gradlab.wire._parts`: dates, fractions, paths, tables of pandas …)
travel as values. Anything else stays in the examinee, and a handle travels
instead. `encode` runs in the examinee. `decode` runs in the examiner and is the trust boundary: for
any bytes, it returns plain values or raises ProtocolError.
"""

from gradlab.wire._decoder import Value, decode
from gradlab.wire._encoder import encode
from gradlab.wire._format import DEFAULT_LIMITS, CodecLimits, HandleId, RaisedError

__all__ = ["DEFAULT_LIMITS", "CodecLimits", "HandleId", "RaisedError", "Value", "decode", "encode"]
