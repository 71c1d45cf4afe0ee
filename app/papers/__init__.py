"""Notices, bulletins, samples: papers made from the data."""
