"""What a template says, as frozen words; the words of the program."""
