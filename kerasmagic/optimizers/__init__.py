"""Which class an optimizer identifier turns into, by every route."""
