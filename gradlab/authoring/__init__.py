"""What authors write: source notebooks, and answer books that prove them."""
