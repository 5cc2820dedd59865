from yinling.residence.models.rooms import BedPlacement, Building, Room
from yinling.residence.models.stays import Absence, Occupancy, Stay

__all__ = ["Absence", "BedPlacement", "Building", "Occupancy", "Room", "Stay"]
