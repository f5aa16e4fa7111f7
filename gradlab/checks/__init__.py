"""The names that hidden tests import.

A hidden test reads like a table::

    from gradlab.checks import case, check

    check(
        "numerical_diff",
        [case(np.exp, 1.0, h=0.5), case(np.exp, -2, h=1)],
        oracle=lambda f, x, h: np.exp(x) * np.sinh(h) / h,
    )

`check` calls the student's function on each case and compares the results with the reference
solution, which it compares with the oracle. If the student's values are those of a known
misconception, it names that misconception. If a plain call can't ask the question, use a
*scenario*: a function of the hidden test that uses the exercise's names. A scenario marked
`probe` runs beside the student's code. A function marked `here` stays in the examiner although an answer
calls it. What a test asks is varied from submission to submission by `near` and `pick`.
"""

from gradlab.checks._chance import seed_everything
from gradlab.checks._check import case, check
from gradlab.checks._comparisons import Comparison, noted_comparisons
from gradlab.checks._course import reference, use_notebook
from gradlab.checks._here import Here, here
from gradlab.checks._messages import CheckFailed, Remark, not_attempted, translated
from gradlab.checks._scenario import Elsewhere, blame_answer, is_stubs, probe
from gradlab.checks._values import agree, as_float64
from gradlab.checks._variants import N_VARIANTS, near, pick, use_variant
from gradlab.checks.oracles import central_quotient, least_squares, torch_derivative, torch_gradient

__all__ = [
    "N_VARIANTS",
    "CheckFailed",
    "Comparison",
    "Elsewhere",
    "Here",
    "Remark",
    "agree",
    "as_float64",
    "blame_answer",
    "case",
    "central_quotient",
    "check",
    "here",
    "is_stubs",
    "least_squares",
    "near",
    "not_attempted",
    "noted_comparisons",
    "pick",
    "probe",
    "reference",
    "seed_everything",
    "torch_derivative",
    "torch_gradient",
    "translated",
    "use_notebook",
    "use_variant",
]
