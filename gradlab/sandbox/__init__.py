"""The sandbox: a warm process forks, and the child becomes an examinee that can do no harm.

Theory of operation. The zygote calls `spawn`, which forks an intermediate process. That process opens
a PID namespace (an ordinary user first enters a user namespace to gain the right to do so), forks the
examinee into it, and ends; the zygote adopts the examinee. So killing the examinee ends everything that
it started, and the zygote can read its exit code.

The examinee, still trusted, sets up its layers in this order: it closes inherited descriptors; enters
network, IPC, UTS and mount namespaces; replaces the host's file system with one that has a readable Python
installation and a writable scratch folder of limited size; switches to a uid of its own if root can give
it one; enters a user namespace in which its uid has no rights and no power over the other namespaces;
limits its resources; drops all capabilities; waits until it is the zygote's child, so that it dies with
the zygote; and adds Landlock and a system-call filter. Then it tells the zygote which layers are on and,
if these keep all required promises, runs `main`.

Each layer is attempted separately. If the kernel or a container forbids a layer, the others still
protect, and the report gives the reason. What counts is promises (`PROMISES`): each is kept by one of
several walls, and a wall is one or more layers. In a container that refuses namespaces, Landlock and the
system-call filter take their place, and the scratch folder is a folder of the host. The zygote's watchdog
measures it, and the zygote removes it.
"""

from gradlab.sandbox._layers import LAYERS, Layer
from gradlab.sandbox._limits import SandboxLimits
from gradlab.sandbox._promises import PROMISES, Promise
from gradlab.sandbox._scratch import sweep
from gradlab.sandbox._spawn import Ending, Spawned, inspect_layers, spawn
from gradlab.sandbox._watchdog import WATCH_S

__all__ = [
    "LAYERS",
    "PROMISES",
    "WATCH_S",
    "Ending",
    "Layer",
    "Promise",
    "SandboxLimits",
    "Spawned",
    "inspect_layers",
    "spawn",
    "sweep",
]
