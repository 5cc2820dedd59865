"""Schematic map 示意图: a cell around each place, from its point alone, with no surveyed border anywhere.

`draw` spreads crowded points, so that every cell can be seen and touched, and keeps who lies beside whom;
`outlines` reads a site's own GeoJSON into the same shapes. Plain geometry: no projection library, no random
start, the same points always give the same map.
"""

from yinling.engines.schematic.drawing import Cell, Drawing, Group, Place, draw
from yinling.engines.schematic.outlines import BadGeoJson, outlines

__all__ = ["BadGeoJson", "Cell", "Drawing", "Group", "Place", "draw", "outlines"]
