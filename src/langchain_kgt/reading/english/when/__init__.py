"""When something was, is or will be, told by the words of a message."""
