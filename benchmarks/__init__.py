"""Benchmarks of langchain-kgt: `python -m benchmarks.NAME --data FILE --out report.json`."""
