"""The sandbox: a warm process forks, and the child becomes an examinee that can do no harm.

Theory of operation. The zygote calls `spawn`, which forks an intermediate process. That one opens a
PID namespace (an ordinary user first enters a user namespace, which gives the right to do so),
forks the examinee into it, and ends; the zygote adopts the examinee. So killing one process ends
all that it started, and its exit code is the zygote's to read.

The examinee, still trusted, builds its walls in this order: it closes what it inherited; enters
network, IPC, UTS and mount namespaces; leaves the host's file system for one in which the Python
installation can be read and a bounded scratch folder can be written; becomes a user of its own
where root can give it one; enters a user namespace in which it has a uid without rights and no
power over the other namespaces; bounds its resources; drops all capabilities; waits until it is the
zygote's child, so that it dies with it; and closes the last doors with Landlock and a system-call
filter. Then it tells the zygote which walls stand, and, if those that are required do, runs `main`.

Each wall is tried alone. Where the kernel or a container forbids one, the others serve, and the
report says so with the reason.
"""

from gradlab.sandbox._layers import LAYERS, Layer, essential_layers
from gradlab.sandbox._limits import SandboxLimits
from gradlab.sandbox._spawn import Ending, Spawned, inspect_layers, spawn

__all__ = [
    "LAYERS",
    "Ending",
    "Layer",
    "SandboxLimits",
    "Spawned",
    "essential_layers",
    "inspect_layers",
    "spawn",
]
