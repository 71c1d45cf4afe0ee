"""The dialogs of 回头看, 投诉, 督办 and of the papers made from a row."""
