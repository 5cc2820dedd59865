"""Assessment instruments as versioned data: one YAML file each. A third one is one more file, with the rules of its use
in the same file (read by `rulebook.assessing`)."""

from functools import lru_cache
from pathlib import Path

from yinling.kernel.instruments import Instrument
from yinling.rulebook.instruments.reading import read_instrument

FOLDER = Path(__file__).parent


def files() -> list[Path]:
    """One for each instrument, in the order of their names."""
    return sorted(FOLDER.glob("*.yaml"))


@lru_cache(maxsize=1)
def load() -> dict[str, Instrument]:
    """All instruments by id."""
    return {instrument.id: instrument for instrument in map(read_instrument, files())}
