"""Knowledge Graph Tuning: what happens to one piece of feedback. Pure Python."""
