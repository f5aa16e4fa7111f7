"""Where submissions are examined: on this machine, or on a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.base.errors import CourseError
from gradlab.base.texts import without_control
from gradlab.cluster.settings import Pipeline
from gradlab.grading.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from gradlab.cluster.executor import Cluster
    from gradlab.course import Course
    from gradlab.examinee.zygote import Zygote


def workers_of(  # noqa: PLR0913  # two are options of the commands
    course: Course,
    assignments: Iterable[str],
    nursery: Zygote,
    console: Console,
    *,
    n_workers: int | None,
    dask: str | None,
) -> Workers | Cluster:
    """Return what examines submissions, as the course or the command line chooses it.

    Args:
        course: the course.
        assignments: what is examined.
        nursery: a zygote of this machine, which is ended if a cluster examines.
        console: shows lines about the cluster for a person.
        n_workers: submissions at once on this machine; by default, one for each core.
        dask: the address of a Dask scheduler, None if the course chooses.

    Raises:
        CourseError: if the cluster can't examine.
    """
    address = Pipeline(config=course.config).dask_scheduler if dask is None else dask
    warmth = course.warmth(assignments)
    if not address:
        return Workers(warmth, n_workers, nursery)
    nursery.close()
    if n_workers is not None:
        raise CourseError(f"--workers is for this machine: {address} has workers of its own.")
    try:
        from gradlab.cluster.executor import Cluster  # noqa: PLC0415  # distributed is an extra
    except ImportError as error:
        raise CourseError(f"Dask is not installed ({error}): run pip install 'gradlab[dask]'.") from None

    def tell(text: str) -> None:
        console.print(without_control(text), style="yellow", markup=False, soft_wrap=True)

    return Cluster(address, warmth, course.execute().settings(), tell)
