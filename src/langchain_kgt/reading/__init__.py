"""From words to values: what a question asks for, and what a reply to it says."""
