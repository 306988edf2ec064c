"""Scenarios: golden cases that an official can read, told on any rung (kernel, use cases, HTTP).

``runner`` says what a rung must be able to do, ``rehearsal`` is the kernel alone, ``telling`` compares.
"""
