"""The whole way of one learning, step by step, each step through the step's own services."""
