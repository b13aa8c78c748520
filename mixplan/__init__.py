"""mixplan: planning workbench for Beijing's 12th five-year plan (bulk cement, ready-mixed products, precast parts)."""

__version__ = "0.1.0"
