"""Notebooks and scripts on disk: found, read, checked and edited without running them."""
