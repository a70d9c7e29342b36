"""What kerasmagic speaks of: problems, fixes, rules, and moves of names."""
