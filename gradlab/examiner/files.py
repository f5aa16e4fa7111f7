"""Files that a notebook has written, and which of them are kept next to the graded notebook."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

MAX_NAME_BYTES = 200
MAX_FILES = 1000
Files = dict[str, bytes]


def harmless_files(value: object, max_bytes: int) -> Files:
    """Return the contents of files by name, as many as fit.

    Hidden files, notebooks, and names that lead elsewhere are left out.
    """
    files: Files = {}
    if not isinstance(value, dict):
        return files
    for name, data in value.items():
        if len(files) == MAX_FILES:
            break
        if isinstance(data, bytes) and len(data) <= max_bytes and _is_harmless(name):
            files[name] = data
            max_bytes -= len(data)
    return files


def _is_harmless(name: object) -> bool:
    if not isinstance(name, str) or not name.isprintable() or len(name.encode()) > MAX_NAME_BYTES:
        return False
    path = PurePosixPath(name)
    is_plain = str(path) == name and not path.is_absolute() and path.suffix.lower() != ".ipynb"
    return is_plain and bool(path.parts) and not any(part.startswith(".") for part in path.parts)


def write_beside(folder: Path, files: Files) -> None:
    """Write files into a folder, except over existing files and where feedback pages will be."""
    inside = folder.resolve()
    feedback = {f"{path.stem}.html" for path in inside.glob("*.ipynb")}
    for name, data in files.items():
        path = inside / name
        if (
            PurePosixPath(name).parts[0] in feedback
            or path.resolve() != path
            or any(parent.is_file() for parent in path.parents)
            or path.exists()
        ):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
