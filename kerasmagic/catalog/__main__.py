"""``python -m kerasmagic.catalog``: see :mod:`kerasmagic.catalog.recording.command`."""

from .recording.command import main

raise SystemExit(main())
