"""nbgrader's own tests of autograding, with gradlab's preprocessors instead of nbgrader's.

The same tests pass as with nbgrader's own `Execute` and `SaveAutoGrades`. Files that a student's code
writes are kept, as nbgrader keeps them.
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

CONFIGURATION = """
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, IgnorePattern, LimitOutput
from gradlab.preprocessors import ClearMetadata, Execute, SaveAutoGrades

c = get_config()
c.Execute.keep_files = True
c.Autograde.autograde_preprocessors = [
    Execute,
    IgnorePattern,
    ClearMetadata,
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
"""


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_nbgraders_own_tests(tmp_path):
    """Each test passes or is skipped, as with nbgrader's own preprocessors."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "nbgrader_config.py").write_text(CONFIGURATION)
    (tmp_path / "tmp").mkdir()
    environment = {
        **os.environ,
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
    assert {name for name, outcome in outcomes.items() if outcome == "SKIPPED"} == SKIPPED_BY_NBGRADER
    n_skipped = len(SKIPPED_BY_NBGRADER)
    assert Counter(outcomes.values()) == Counter(PASSED=N_TESTS - n_skipped, SKIPPED=n_skipped), done.stdout
