"""The registers a county works with: divisions, units, duty lists, categories, calendars, and old cases.

``load_county``        reads a folder of county data into the registers
``Names``              what codes and ids are called, kept until a register changes
``import_calendars``   official calendars, and the due dates that move with them
``import_cases``       cases that were worked on before, walked through the same kernel with their real times
"""
