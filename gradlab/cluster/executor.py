"""An executor whose workers are those of a Dask cluster."""

from __future__ import annotations

import contextlib
import pickle
import time
import uuid
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from typing import TYPE_CHECKING, Any

from distributed import Client, KilledWorker

from gradlab.authoring.hidden_marks import marks_in_use
from gradlab.base.errors import CourseError
from gradlab.cluster.parcels import Sender
from gradlab.cluster.plugins import Demands, Departure, Examiners, Kept, examined, kept_name, refusal_of
from gradlab.cluster.program import Beginning
from gradlab.cluster.versions import differences, packages_of, versions_here, versions_in

if TYPE_CHECKING:
    from collections.abc import Callable

    import distributed

    from gradlab.cluster.parcels import Parcel
    from gradlab.examinee.zygote import Warmth
    from gradlab.examiner.notebook import Settings

LOOK_S = 1.0  # between two looks at the size of the cluster


class Cluster(Executor):
    """Examines on the workers of a Dask cluster; those that join late get work, too.

    Args:
        address: of the scheduler.
        warmth: what the workers' zygotes import and run before the first exam.
        settings: what the workers' sandboxes must promise.
        tell: called, in a thread of Dask's, with a line about a worker that joins late and can't examine.

    Raises:
        CourseError: if the scheduler can't be reached or has no workers, or if one of them has other versions
            or can't keep the sandbox's promises.
    """

    def __init__(self, address: str, warmth: Warmth, settings: Settings, tell: Callable[[str], None]) -> None:
        try:
            self._client = Client(address, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:  # the last if TLS has no certificates
            raise CourseError(f"The Dask scheduler {address} can't be reached: {error}") from None
        self._address = address
        self._name = f"gradlab-{uuid.uuid4().hex}"
        self._sender = Sender()
        self._kept: set[str] = set()
        self._n_threads, self._looked_at = 0, -LOOK_S
        self._has_gone = False
        try:
            self._prepare(Beginning(warmth, marks_in_use(), settings), tell)
        except BaseException:
            self._client.close()
            raise

    def n_at_once(self) -> int:
        """Return how many calls run at once now."""
        if time.monotonic() >= self._looked_at + LOOK_S:
            self._looked_at = time.monotonic()
            with contextlib.suppress(OSError):  # the next call tells
                self._n_threads = sum(self._client.nthreads().values())
        return max(1, self._n_threads)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Let a worker call a function.

        Raises:
            CourseError: if the scheduler has gone.
        """
        answer: Future[Any] = Future()
        try:
            parcel = self._sender.parcel(fn, *args, **kwargs)
        except (CourseError, OSError) as error:  # of a single submission
            answer.set_exception(error)
            return answer
        try:
            task = self._submitted(parcel)
        except OSError:
            raise CourseError(
                f"The Dask scheduler {self._address} has gone. Start again for the rest."
            ) from None
        task.add_done_callback(lambda done: self._settle(answer, done))
        answer.add_done_callback(lambda settled: task.cancel() if settled.cancelled() else task.release())
        return answer

    def _submitted(self, parcel: Parcel) -> distributed.Future[bytes]:
        """Send a parcel as a new task.

        Raises:
            OSError: if the scheduler has gone; after it has come back, it knows nothing of this grader.
        """
        if self._has_gone or self._client.status != "running":
            raise OSError
        for digest in parcel.kept.keys() - self._kept:
            self._client.register_plugin(Kept(kept_name(self._name, digest), parcel.kept[digest]))
            self._kept.add(digest)
        return self._client.submit(examined, self._name, parcel.call, list(parcel.kept), pure=False)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave the cluster."""
        self.shutdown()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # as inherited
        """Leave the cluster: the scheduler lets the workers forget everything, and ends what still runs."""
        self._client.close()

    def _prepare(self, beginning: Beginning, tell: Callable[[str], None]) -> None:
        """Let all workers get ready, those that join late, too.

        Raises:
            CourseError: if one can't.
        """
        packages = packages_of(beginning.warmth.modules)
        ours = versions_here(packages)
        found = self._client.get_versions(packages=packages)
        here = {f"worker {address}": there for address, there in found["workers"].items()}
        for what, there in {"scheduler": found["scheduler"], **here}.items():
            different = differences(ours, versions_in(there, packages))
            if different:
                raise CourseError(f"The Dask {what} {different}")
        if not here:
            raise CourseError(
                f"The Dask scheduler {self._address} has no workers: run 'dask worker {self._address}'."
            )
        self._client.subscribe_topic(self._name, lambda event: tell(event[1]))
        self._client.register_plugin(Departure(self._name, self._client.id))
        demands = Demands(pickle.dumps(beginning), ours, frozenset(found["workers"]))
        self._client.register_plugin(Examiners(self._name, demands))
        refusals = self._client.run(refusal_of, self._name)
        refused = [f"The Dask worker {address} {why}" for address, why in refusals.items() if why]
        if refused:
            raise CourseError(" ".join(refused))

    def _settle(self, answer: Future[Any], done: distributed.Future[Any]) -> None:
        """Pass on what has become of a task."""
        if not answer.set_running_or_notify_cancel():
            return
        try:
            error, result = pickle.loads(done.result())  # noqa: S301  # from our own program on a worker
        except KilledWorker as killed:
            answer.set_exception(BrokenExecutor(str(killed)))
        except CancelledError:
            self._has_gone = True
            answer.set_exception(BrokenExecutor("The Dask scheduler has lost a task."))
        except BaseException as failure:  # noqa: BLE001  # passed on
            answer.set_exception(failure)
        else:
            answer.set_result(result) if error is None else answer.set_exception(error)
