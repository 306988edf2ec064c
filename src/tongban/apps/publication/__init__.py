"""The public site of figures: what the county publishes, each figure with its course and definition, open data, feeds."""
