"""What all tests share: how Hypothesis runs."""

from hypothesis import settings

# No deadline: the first example that needs jieba or Sudachi loads a dictionary.
settings.register_profile("ci", deadline=None, print_blob=True)
settings.load_profile("ci")
