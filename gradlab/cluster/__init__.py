"""Exams on a Dask cluster: an executor that takes the place of this machine's workers.

Theory of operation. `Cluster`, in the grader, packs each call into a parcel: the folders that it reads travel
with it. A plugin on each Dask worker owns an exam program, with warm processes, zygotes and a folder of its
own, which ends with the worker. The worker's threads only hand parcels to it, so an exam runs as on one
machine: in the main thread of a process, one at a time for each zygote. What all exams of an assignment have
in common is kept by the workers; a plugin brings it to those that join late, too.
"""
