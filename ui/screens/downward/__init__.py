"""Parts of the page of what goes down, and of the templates at hand."""
