"""Finding listings: the question, the index, and the backend that answers."""
