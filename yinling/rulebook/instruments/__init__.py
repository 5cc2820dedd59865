"""Assessment instruments as versioned data: one YAML file each. A third one is one more file."""

from functools import lru_cache
from pathlib import Path

from yinling.kernel.instruments import Instrument
from yinling.rulebook.instruments.reading import read_instrument


@lru_cache(maxsize=1)
def load() -> dict[str, Instrument]:
    """All instruments by id."""
    files = sorted(Path(__file__).parent.glob("*.yaml"))
    return {instrument.id: instrument for instrument in map(read_instrument, files)}
