"""Commands of the marketplace, the highest app: the story that crosses all of them is told here."""
