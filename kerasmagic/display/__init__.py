"""From plain data to text, html and widgets."""
