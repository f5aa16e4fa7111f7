"""Files that a notebook has written: of what an examinee sends, what may lie beside the graded notebook."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

MAX_NAME_BYTES = 200
Files = dict[str, bytes]


def harmless_files(value: object) -> Files:
    """Return contents of files by name, but for names that lead elsewhere, hide, or are notebooks'."""
    if not isinstance(value, dict):
        return {}
    return {name: data for name, data in value.items() if isinstance(data, bytes) and _is_harmless(name)}


def _is_harmless(name: object) -> bool:
    if not isinstance(name, str) or not name.isprintable() or len(name.encode()) > MAX_NAME_BYTES:
        return False
    path = PurePosixPath(name)
    is_plain = str(path) == name and not path.is_absolute() and path.suffix.lower() != ".ipynb"
    return is_plain and bool(path.parts) and not any(part.startswith(".") for part in path.parts)


def write_beside(folder: Path, files: Files) -> None:
    """Write files into a folder; what is there already stays as it is."""
    inside = folder.resolve()
    for name, data in files.items():
        path = inside / name
        if path.resolve() != path or any(one.is_file() for one in path.parents) or path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
