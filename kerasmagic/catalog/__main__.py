"""``python -m kerasmagic.catalog``: see :func:`kerasmagic.catalog.recorder.main`."""

from .recorder import main

raise SystemExit(main())
