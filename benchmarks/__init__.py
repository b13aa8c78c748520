"""Ratios against peers, run by hand: ``python -m benchmarks siting``."""
