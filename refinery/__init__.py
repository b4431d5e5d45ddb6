"""Turns a dataset version into a reviewed package."""
