"""What the sandbox promises: each promise kept in a real jail, by root and by an ordinary user."""
