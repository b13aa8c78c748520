"""Builds the files under data/ from tools/inputs and two registry packages; see docs/method.md."""
