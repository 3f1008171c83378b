"""The management API: for operators, and for programs in other languages than Python. See docs/api.md."""
