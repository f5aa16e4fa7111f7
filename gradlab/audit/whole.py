"""The audit of whole notebooks: leaks in the release, verdicts with several seeds, and times."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gradlab.audit.cache import digest, engine, given_files, libraries
from gradlab.audit.exercises import by_hand, cells_of, is_judged, languages_of
from gradlab.audit.findings import Finding, NotebookReport, Rule
from gradlab.audit.judge import SLOW_S
from gradlab.audit.leaks import Leak, build_release, leaks_in, stubs_of
from gradlab.audit.rerun import N_SEEDS, Rerun, examine_again, timed
from gradlab.audit.seeded import seeded_process
from gradlab.audit.trials import Verdict, source_at
from gradlab.examinee.zygote import Warmth
from gradlab.examiner.ways import BY_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from gradlab.audit.cache import Cache
    from gradlab.examiner.notebook import Settings
    from gradlab.examiner.ways import Ways

N_SLOWEST = 3
N_LEAKS = 5  # shown per notebook and language


@dataclass(frozen=True)
class _Run:
    """The reference or the release in one language, to examine with each seed."""

    language: str
    is_release: bool


@dataclass
class Whole:
    """One notebook as a whole.

    Args:
        path: the path of its source.
        cache: its cached results.
        settings: how the course wants its submissions examined.
        asked: how test cells are asked that are not plainly asked by value, by their names.
        stubs: the solution cells of the release, by language.
        leaks: the leaks in the release, by language.
        verdicts: the verdicts of each run, by seed and run.
        times: (cell, seconds) for one submission.
    """

    path: Path
    cache: Cache
    settings: Settings
    asked: Ways = field(default_factory=dict)
    stubs: dict[str, dict[str, str]] = field(default_factory=dict)
    leaks: dict[str, list[Leak]] = field(default_factory=dict)
    verdicts: dict[tuple[int, _Run], tuple[Verdict, ...]] = field(default_factory=dict)
    times: list[tuple[str, float]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Assignment and notebook."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def languages(self) -> list[str]:
        """Its languages."""
        return languages_of(self.path, self.settings.language)

    def release(self, root: Path, folder: Path) -> None:
        """Build the release in each language, and note its stubs and leaks."""
        for language in self.languages:
            built = folder / language / self.path.parent.name
            if not built.is_dir():
                build_release(root, self.path.parent.name, language, folder / language)
            self.stubs[language] = stubs_of(built / self.path.name)
            self.leaks[language] = leaks_in(self.path, built / self.path.name)

    def reruns(self) -> dict[_Run, Rerun]:
        """Return the runs for one seed: the reference and the release, in each language."""
        references = {
            _Run(language, is_release=False): Rerun(self.path, language, asked=self.asked)
            for language in self.languages
        }
        releases = {
            _Run(language, is_release=True): Rerun(self.path, language, self.stubs[language], self.asked)
            for language in self.languages
        }
        return references | releases

    def key(self, *parts: object) -> str:
        """Return the cache key of a result that depends on the whole notebook."""
        limits = repr((self.settings.limits, self.settings.sandbox))
        notebook = self.path.read_text(encoding="utf-8")
        known = (engine(), libraries(source_at(self.path).modules), limits, notebook)
        return digest(*known, given_files(self.path), repr(parts))

    def report(self) -> NotebookReport:
        """Return the report on the notebook."""
        slowest = sorted(self.times, key=lambda time: -time[1])[:N_SLOWEST]
        return NotebookReport(
            self.name,
            sum(seconds for _, seconds in self.times),
            tuple(slowest),
            tuple(by_hand(self.path)),
            tuple(self._findings()),
        )

    def _findings(self) -> Iterator[Finding]:
        for language, leaks in self.leaks.items():
            for leak in leaks[:N_LEAKS]:
                text = f"is in the release ({language})"
                yield Finding(Rule.LEAKS, f"{self.name}: {leak.cell}", text, leak.line)
            if len(leaks) > N_LEAKS:
                yield Finding(Rule.LEAKS, self.name, f"{len(leaks) - N_LEAKS} more lines ({language})")
        yield from self._on_verdicts()
        tests = {cell.name for cell in cells_of(self.path, self.settings.language) if cell.is_test}
        for cell, seconds in self.times:
            if seconds > SLOW_S and cell not in tests:  # the reports on exercises cover test cells
                yield Finding(Rule.TIME, f"{self.name}: {cell}", f"takes {seconds:.1f} s")

    def _on_verdicts(self) -> Iterator[Finding]:
        """Yield what is wrong with verdicts, once for all languages in which it is the same."""
        of_cell: dict[tuple[bool, str], dict[str, list[Verdict]]] = defaultdict(lambda: defaultdict(list))
        for (_, run), verdicts in self.verdicts.items():
            for verdict in verdicts:
                of_cell[run.is_release, verdict.cell][run.language].append(verdict)
        for (is_release, cell), by_language in of_cell.items():
            if is_release and self.asked.get(cell, BY_VALUE).why:
                continue  # the release passes it, as calibration has found out
            found = {language: self._wrong(cell, runs, is_release) for language, runs in by_language.items()}
            if not is_judged(self.asked.get(cell, BY_VALUE)):  # calibration has told that the reference fails
                found = {language: told for language, told in found.items() if told and told.is_flaky}
            what = "the release" if is_release else "the reference"
            for language, finding in found.items():
                if finding is None:
                    continue
                if all(other == finding for other in found.values()):
                    yield replace(finding, text=f"{what}: {finding.text}")
                    break
                yield replace(finding, text=f"{what} ({language}): {finding.text}")

    def _wrong(self, cell: str, runs: Sequence[Verdict], is_release: bool) -> Finding | None:  # noqa: FBT001  # private
        """Return what is wrong with the verdicts on a cell in one language."""
        where = f"{self.name}: {cell}"
        wrong = [verdict for verdict in runs if (verdict.is_won if is_release else not verdict.has_passed)]
        outcomes = [verdict.told for verdict in runs]
        if len(set(outcomes)) > 1:
            return Finding(Rule.DETERMINISTIC, where, ", ".join(outcomes), wrong[0].message if wrong else "")
        if not wrong:
            return None
        return Finding(Rule.RELEASE if is_release else Rule.REFERENCE, where, outcomes[0], wrong[0].message)


def audit_notebooks(
    wholes: Sequence[Whole], root: Path, folder: Path, executor: Executor, tell: Callable[[], None]
) -> list[NotebookReport]:
    """Audit notebooks as wholes.

    Args:
        wholes: the notebooks.
        root: the root of the course.
        folder: the folder to build releases in.
        executor: runs the examinations.
        tell: called for each seed with which all has been examined.
    """
    timing = {}
    for whole in wholes:
        known = whole.cache.get(whole.key("times"))
        whole.times = [(cell, seconds) for cell, seconds in known or ()]
        if known is None:
            timing[whole.name] = executor.submit(timed, whole.path, whole.settings)
    for whole in wholes:
        whole.release(root, folder)
    for whole in wholes:
        if whole.name in timing:
            whole.times = timing[whole.name].result()
            whole.cache.put(whole.key("times"), whole.times)
    _run_with_seeds(wholes, tell)
    return [whole.report() for whole in wholes]


def _run_with_seeds(wholes: Sequence[Whole], tell: Callable[[], None]) -> None:
    """Examine everything that is not in the cache, with all seeds in parallel."""
    running = []
    for seed in range(N_SEEDS):
        new: list[tuple[Whole, _Run, str, Rerun]] = []
        for whole in wholes:
            for run, rerun in whole.reruns().items():
                key = whole.key(seed, rerun.language, rerun.stubs, rerun.asked)
                known = whole.cache.get(key)
                if known is None:
                    new.append((whole, run, key, rerun))
                else:
                    whole.verdicts[seed, run] = tuple(Verdict(**fields) for fields in known)
        if new:
            reruns = [rerun for *_, rerun in new]
            modules = (source_at(whole.path).modules for whole in wholes)
            warmth = Warmth(frozenset().union(*modules), wholes[0].settings.warm_up)
            executor = seeded_process(seed, warmth)
            future = executor.submit(examine_again, seed, reruns, wholes[0].settings)
            running.append((seed, new, executor, future))
        else:
            tell()
    try:
        for seed, new, _, future in running:
            for (whole, run, key, _), verdicts in zip(new, future.result(), strict=True):
                whole.verdicts[seed, run] = verdicts
                whole.cache.put(key, [dataclasses.asdict(verdict) for verdict in verdicts])
            tell()
    finally:
        for _, _, executor, _ in running:
            executor.shutdown(wait=False, cancel_futures=True)
