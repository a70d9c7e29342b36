"""What a piece of code refers to, with positions, and exact edits to it."""
