"""Formats of others: procedures as BPMN, workflows of DIGIT, forms as JSON Schema, deadlines as calendars, registers as sheets."""
