"""Who brings data, and under which rights."""
