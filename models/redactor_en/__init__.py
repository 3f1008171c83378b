"""The shipped English model."""
