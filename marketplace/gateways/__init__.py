"""Ways to be paid by card, behind one Protocol."""
