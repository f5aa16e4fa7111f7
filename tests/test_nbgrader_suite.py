"""nbgrader's own tests of autograding, with gradlab's preprocessors in the places of nbgrader's.

With `Execute` and `SaveAutoGrades` all pass that pass with nbgrader's own: in the sandbox, where files that
a student's code writes are kept, and with hidden tests in the student's namespace. With `RestoreCells` four
do not, since a submission is only answers: what it says of its kernel, its outputs and its cells is ignored,
also where nbgrader fails because of it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter

import pytest

SUITE = "nbgrader.tests.apps.test_nbgrader_autograde"
N_TESTS = 42
SKIPPED_BY_NBGRADER = {"test_many_students", "test_infinite_loop_with_output"}

EXECUTE = """
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, IgnorePattern, LimitOutput
from gradlab.preprocessors import Execute, RestoreCells, SaveAutoGrades

c = get_config()
c.Autograde.autograde_preprocessors = [
    Execute,
    IgnorePattern,
    ClearMetadataPreprocessor,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
"""
SHARED = f"{EXECUTE}c.Execute.share_namespace = True\n"
SANDBOX = f"{EXECUTE}c.Execute.keep_files = True\n"
RESTORE = f"{SANDBOX}c.Autograde.sanitize_preprocessors = [RestoreCells, CheckCellMetadata]\n"

# Unknown cells, kernels and outputs of a submission make no difference.
ONLY_ANSWERS = {
    "test_handle_failure",
    "test_handle_failure_single_notebook",
    "test_missing_source_kernelspec",
    "test_no_execute",
}


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        pytest.param(SHARED, set(), id="shared namespace"),
        pytest.param(SANDBOX, set(), id="sandbox"),
        pytest.param(RESTORE, ONLY_ANSWERS, id="sandbox and answers alone"),
    ],
)
def test_nbgraders_own_tests(tmp_path, configuration, expected):
    """All pass that pass with nbgrader's preprocessors, but for those named here."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "nbgrader_config.py").write_text(configuration)
    (tmp_path / "tmp").mkdir()
    environment = {
        **os.environ,
        "PATH": f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}",  # noqa: PTH120  # a link stays one
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path / "tmp"),
        "JUPYTER_CONFIG_PATH": str(tmp_path / "config"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", "--tb=short", "--pyargs", SUITE],
        cwd=tmp_path,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    outcomes = dict(re.findall(r"::(test_\w+(?:\[\w+\])?) (PASSED|FAILED|SKIPPED|ERROR)", done.stdout))
    assert {name for name, outcome in outcomes.items() if outcome == "FAILED"} == expected, done.stdout
    assert {name for name, outcome in outcomes.items() if outcome == "SKIPPED"} == SKIPPED_BY_NBGRADER
    assert Counter(outcomes.values()) == +Counter(
        PASSED=N_TESTS - len(SKIPPED_BY_NBGRADER | expected),
        SKIPPED=len(SKIPPED_BY_NBGRADER),
        FAILED=len(expected),
    )
