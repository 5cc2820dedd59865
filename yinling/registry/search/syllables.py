"""Letters as syllables of pinyin: which ones they are, and which ones they may become."""

from functools import lru_cache

_BY_INITIAL = """
: a ai an ang ao e ei en eng er o ou
b: a ai an ang ao ei en eng i ian iao ie in ing o u
p: a ai an ang ao ei en eng i ian iao ie in ing o ou u
m: a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u
f: a an ang ei en eng o ou u
d: a ai an ang ao e ei en eng i ian iao ie ing iu ong ou u uan ui un uo
t: a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo
n: a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve
l: a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve
g: a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
k: a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo
h: a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
j: i ia ian iang iao ie in ing iong iu u uan ue un
q: i ia ian iang iao ie in ing iong iu u uan ue un
x: i ia ian iang iao ie in ing iong iu u uan ue un
zh: a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo
ch: a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo
sh: a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo
r: an ang ao e en eng i ong ou u ua uan ui un uo
z: a ai an ang ao e ei en eng i ong ou u uan ui un uo
c: a ai an ang ao e en eng i ong ou u uan ui un uo
s: a ai an ang ao e en eng i ong ou u uan ui un uo
y: a an ang ao e i in ing o ong ou u uan ue un
w: a ai an ang ei en eng o u
"""
SYLLABLES = frozenset(
    initial.strip() + final
    for line in _BY_INITIAL.strip("\n").splitlines()
    for initial, _, finals in [line.partition(":")]
    for final in finals.split()
)
_LONGEST = max(map(len, SYLLABLES))
_MOST_WAYS = 3


@lru_cache(maxsize=2_000)
def splits(letters: str) -> tuple[tuple[str, ...], ...]:
    """Ways to read letters as syllables and single initials, the one of fewest units first, at most three.

    `wangxm` → (`wang`, `x`, `m`); `xian` → (`xian`,), (`xi`, `an`). Where whole syllables do, no others are
    offered. Letters that begin no syllable (i, u, v) may leave no way at all.
    """
    ways: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(letters) + 1):
        found = []
        for length in range(1, min(_LONGEST, end) + 1):
            unit = letters[end - length : end]
            if unit in SYLLABLES or (length == 1 and unit not in "iuv"):
                found += [(*way, unit) for way in ways[end - length]]
        ways.append(sorted(found, key=_cost)[:_MOST_WAYS])
    best = ways[-1]
    whole = [way for way in best if all(unit in SYLLABLES for unit in way)]
    if whole:
        return tuple(way for way in whole if len(way) <= len(whole[0]) + 1)
    return tuple(way for way in best if _cost(way) == _cost(best[0]))


def _cost(way: tuple[str, ...]) -> tuple[int, int]:
    """Few units, and few of them mere initials."""
    return len(way), sum(unit not in SYLLABLES for unit in way)


@lru_cache(maxsize=500)
def completions(unit: str) -> tuple[str, ...]:
    """Syllables that begin with these letters, the shortest first: what somebody may be typing."""
    return tuple(sorted((s for s in SYLLABLES if s.startswith(unit)), key=lambda s: (len(s), s)))
