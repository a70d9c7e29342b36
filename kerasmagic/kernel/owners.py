"""Which installed distributions bring a module, whether they belong to the stack or not."""

from __future__ import annotations


def distributions_of(module: str) -> list[str]:
    """The installed distributions that bring a top-level module, by their own lists of files."""
    from importlib.metadata import distributions  # slow to import, and seldom needed

    found = []
    for entry in distributions():
        try:
            brings = (entry.read_text("top_level.txt") or "").split()
            files = () if brings else (str(path) for path in entry.files or ())
            name = entry.metadata["Name"]
        except Exception:  # damaged metadata is not what this is about
            continue
        if name and (module in brings or any(path.partition("/")[0] in (module, f"{module}.py") for path in files)):
            found.append(str(name))
    return sorted(set(found))
