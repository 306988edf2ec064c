"""Indicators as values: what counts add up to, how far noise reaches, and a definition that can be hashed and published."""

from tongban.kernel.indicator.definition import Definition
from tongban.kernel.indicator.interval import Sums, Weighed, of_sums, total, wilson
from tongban.kernel.indicator.row import tally_of
from tongban.kernel.indicator.tally import Tally

__all__ = ["Definition", "Sums", "Tally", "Weighed", "of_sums", "tally_of", "total", "wilson"]
