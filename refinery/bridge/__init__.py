"""Between rows and the engine: the only room that knows both."""

from refinery.bridge.questions import Question, Refused, freeze, recipe_names

__all__ = ["Question", "Refused", "freeze", "recipe_names"]
