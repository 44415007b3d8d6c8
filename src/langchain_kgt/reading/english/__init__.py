"""English, read by a parse."""
