"""What a message says that its user may be remembered by."""
