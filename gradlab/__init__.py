"""gradlab: an auto-graded course from derivatives to mini-batches, and what grades it."""

__version__ = "0.1.0"
