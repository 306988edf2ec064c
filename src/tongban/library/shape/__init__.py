"""What may stand in the files of a practice, as models: the shape, not yet the sense.

Each model is strict and refuses keys that it does not know; ``schemas`` gives the JSON Schemas of all
files, for editors. ``fitting`` turns what does not fit into faults with file and line.
"""
