"""What is known of a cell: its text, its exception, its traceback, its session."""
