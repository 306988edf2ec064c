"""The map of a work and its course, drawn as SVG on the server: ready strings, because a template costs several times as much."""

from tongban.web.maps.blocks import drawn_blocks, drawn_symbols
from tongban.web.maps.course import drawn_course
from tongban.web.maps.wall import drawn_wall

__all__ = ["drawn_blocks", "drawn_course", "drawn_symbols", "drawn_wall"]
