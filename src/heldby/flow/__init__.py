"""The order of work, and nothing else: every function here draws its pipe and leaves each decision to the stage that makes it."""
