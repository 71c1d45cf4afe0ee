"""The .qidi file itself: bag, zip, signature, encryption, journal lines."""
