"""What a cell does to its own session: settings, installs."""
