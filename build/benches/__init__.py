"""The bench: what is measured, against whom, and the table it draws. The driver's side needs no more than Python."""
