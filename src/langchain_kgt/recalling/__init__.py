"""From a question to the facts that answer it. Pure Python."""
