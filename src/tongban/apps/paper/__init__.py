"""Documents for print: set by a layout from plain values, with the same font everywhere."""
