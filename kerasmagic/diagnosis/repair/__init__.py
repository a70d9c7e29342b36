"""Edits, installs and advice that get a person out, and their verification."""
