"""Imports and missing names."""
