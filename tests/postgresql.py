"""A private PostgreSQL server, which may be killed: from Debian's packages, run as an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import sqlalchemy

PATIENCE_S = 60


def programs() -> Path | None:
    """Return the folder with the newest server that is installed, None if there is none."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in found), key=lambda path: int(path.parent.name), default=None)


class Server:
    """A PostgreSQL server on a socket of its own; its order of texts is a language's, not that of SQLite."""

    def __init__(self) -> None:
        self._programs = programs()
        self._folder = Path(tempfile.mkdtemp(prefix="postgresql-", dir="/tmp"))  # short, for a socket
        self._folder.chmod(0o755)
        self._user: str | None = None
        if os.geteuid() == 0:  # which the server refuses
            self._user = "postgres"
            account = pwd.getpwnam(self._user)
            os.chown(self._folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", "gradlab", "-E", "UTF8", "--no-sync",
                  "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en")  # fmt: skip
        self._process = self._started()
        self._n_databases = 0

    def new_database(self) -> str:
        """Make an empty database; return its URL."""
        self._n_databases += 1
        name = f"gradlab{self._n_databases}"
        self._run("createdb", "-h", self._folder, "-U", "gradlab", name)
        return f"postgresql+psycopg://gradlab@/{name}?host={self._folder}"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *arguments: str | Path) -> None:
        assert self._programs is not None
        command = [self._programs / program, *arguments]
        subprocess.run(command, check=True, capture_output=True, user=self._user, cwd="/")

    def _started(self) -> subprocess.Popen[bytes]:
        assert self._programs is not None
        options = ("-c", "listen_addresses=", "-c", "fsync=off")
        command = [self._programs / "postgres", "-D", self._data, "-k", self._folder, *options]
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=self._user, cwd="/"
            )
            while process.poll() is None:  # processes of a server that was killed end a little later
                is_ready = [self._programs / "pg_isready", "-q", "-h", self._folder]
                if subprocess.run(is_ready, check=False).returncode == 0:
                    return process
                assert time.monotonic() < deadline_s
                time.sleep(0.05)
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server by force."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def start_again(self) -> None:
        """Start the server that was killed."""
        self._process = self._started()

    def close(self) -> None:
        """End the server, and remove its data."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        shutil.rmtree(self._folder)


def named_rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of a gradebook, sorted, with names instead of random ids."""
    engine = sqlalchemy.create_engine(url)
    schema = sqlalchemy.MetaData()
    schema.reflect(engine)
    with engine.connect() as connection:
        rows = {
            table.name: [dict(row._mapping) for row in connection.execute(table.select())]  # noqa: SLF001  # public
            for table in schema.sorted_tables
        }
    engine.dispose()
    names: dict[object, str] = {}
    for table in ("assignment", "notebook", "base_cell", "source_cell", "submitted_assignment",
                  "submitted_notebook", "grade", "comment"):  # fmt: skip
        for row in rows[table]:
            parents = [names[row[key]] for key in ("assignment_id", "notebook_id", "cell_id") if key in row]
            own = [str(row[key]) for key in ("name", "student_id") if key in row]
            names[row["id"]] = " ".join((table, *parents, *own))
    return {
        table: sorted((tuple(names.get(value, value) for value in row.values()) for row in found), key=repr)
        for table, found in rows.items()
    }
