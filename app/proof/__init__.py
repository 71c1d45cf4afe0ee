"""The journal replayed and held against what stands."""
