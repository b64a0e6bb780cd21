"""How does a block know its file, its lines and its origin? Python-Markdown extensions."""
