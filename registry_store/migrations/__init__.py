"""How the tables came to be, step by step. A new step: python -m registry_store.migrations "what and why"."""
