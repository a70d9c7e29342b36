"""Programs that once ran, run again: corrected, run in a real kernel, corrected where they fail, and reported on."""
