"""The engine as the preprocessor that nbgrader expects: examine a submission."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.manager import KernelManager
from nbgrader import preprocessors
from nbgrader.coursedir import CourseDirectory
from traitlets import Bool, Enum, Integer, List, Unicode

from gradlab.authoring.folders import files_beside
from gradlab.authoring.hidden_marks import use_marks
from gradlab.base.errors import CourseError
from gradlab.examiner.exam import ExamLimits
from gradlab.examiner.files import write_beside
from gradlab.examiner.notebook import Settings, examine
from gradlab.preprocessors.marks_of import marks_of
from gradlab.preprocessors.select_language import SelectLanguage
from gradlab.preprocessors.source_of import source_of
from gradlab.preprocessors.ways_of import ways_of
from gradlab.sandbox import PROMISES, SandboxLimits
from gradlab.submission.own_files import Limits, OwnFiles

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from gradlab.authoring.source import SourceNotebook

MIB = 2**20
UNLIMITED_S = 1e6
KERNELS_MARGIN_S = 60  # added to the kernel's own time limit, which kills what the exam's clock has missed
BESIDE = "gradlab-beside"
"""The key of nbconvert's resources for the folder of a submission in which its notebook was found."""

N_FULL_OUTPUTS = 5  # the outputs of all cells, in full outputs of one cell


class Execute(preprocessors.Execute):  # type: ignore[misc]  # nbgrader is untyped
    """Run the student's cells in a sandbox, and the hidden tests in a process that they can't reach.

    Two traits are nbclient's. `timeout` is the seconds that one cell may run; its hidden test may take as
    many again. `skip_cells_with_tag` names a tag: given cells that have it in the source are not run, and
    keep the pictures that the student submitted. Tags in a submission mean nothing.
    """

    exam_timeout = Integer(
        600, min=0, help="Seconds that all cells of a notebook may take together; no limit if 0."
    ).tag(config=True)
    memory_mib = Integer(
        2048, min=1, help="Memory of a submission in MiB, on top of Python and preloaded modules."
    ).tag(config=True)
    output_bytes = Integer(
        1_000_000,
        min=0,
        help="Bytes that one cell may print and display; all cells of a notebook, five times as many.",
    ).tag(config=True)
    file_mib = Integer(128, min=0, help="The largest file that a submission may write, in MiB.").tag(
        config=True
    )
    n_threads = Integer(64, min=1, help="Threads that a submission may have at once.").tag(config=True)
    keep_files = Bool(
        default_value=False,
        help="Keep the files that a notebook writes next to the graded notebook, as nbgrader does; together "
        "they may be as large as the outputs of all cells.",
    ).tag(config=True)
    require_promises = List(
        Enum(tuple(PROMISES)),
        default_value=list(PROMISES),
        help="What the sandbox must promise before anything is graded; `gradlab doctor` shows what keeps "
        "each promise here.",
    ).tag(config=True)
    warm_up = Unicode(
        "",
        help="Python code to run once before submissions are examined, for what a library does only the "
        "first time. Modules that the source imports are imported anyway. It must not start threads, and "
        "students can find what it leaves in memory.",
    ).tag(config=True)

    def preprocess(
        self,
        nb: NotebookNode,
        resources: dict[str, Any],
        km: Any = None,  # noqa: ARG002  # nbconvert's signature
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook with the outputs of its cells and the verdicts on its test cells."""
        check_kernel(nb.metadata.get("kernelspec", {}))
        use_marks(marks_of(self.config))
        source, settings = source_of(self, resources), self.settings()
        ways, own_files = ways_of(source, resources, settings), self._own_files(source, resources)
        files = examine(nb, source, settings, ways=ways, own_files=own_files)
        write_beside(Path(resources["metadata"]["path"]), files)
        return nb, resources

    def _own_files(self, source: SourceNotebook | None, resources: dict[str, Any]) -> dict[str, Path]:
        """Return the student's own files, from the folder into which nbgrader has copied them."""
        converter = getattr(self.parent, "parent", None)
        directory = getattr(converter, "coursedir", None) or CourseDirectory(config=self.config)
        kept = getattr(converter, "exclude_overwriting", {}).get(resources["nbgrader"]["assignment"], ())
        given = frozenset(() if source is None else files_beside(source.path)).difference(kept)
        limits = Limits(tuple(directory.ignore), 1000 * directory.max_file_size)
        folder, beside = Path(resources["metadata"]["path"]), resources.get(BESIDE, "")
        files, left_out = OwnFiles(given, limits).of(folder, beside)
        if left_out:
            self.log.warning("Files that are too many or too large are not found: %s", ", ".join(left_out))
        return files

    def settings(self) -> Settings:
        """Return the traits as settings of the examiner."""
        return Settings(
            limits=ExamLimits(
                cell_s=float(self.timeout or UNLIMITED_S),
                output_bytes=self.output_bytes,
                exam_s=float(self.exam_timeout or UNLIMITED_S),
                exam_output_bytes=N_FULL_OUTPUTS * self.output_bytes,
                kept_bytes=N_FULL_OUTPUTS * self.output_bytes * self.keep_files,
            ),
            sandbox=SandboxLimits(
                memory_bytes=self.memory_mib * MIB,
                file_bytes=self.file_mib * MIB,
                n_threads=self.n_threads,
                cpu_s=int(self.exam_timeout or UNLIMITED_S) + KERNELS_MARGIN_S,
            ),
            require=frozenset(self.require_promises),
            language=SelectLanguage(parent=self.parent, config=self.config).language or "",
            skip_tag=self.skip_cells_with_tag,
            warm_up=self.warm_up,
        )


def check_kernel(kernelspec: dict[str, Any]) -> None:
    """Raise `CourseError` if a kernel is not Python's; Jupyter's own error if it is not installed."""
    name = kernelspec.get("name", "python3")
    spec = KernelManager(kernel_name=name).kernel_spec
    if spec is None or spec.language != "python":
        raise CourseError(f"Notebooks are examined in Python, not in the kernel {name!r}.")
