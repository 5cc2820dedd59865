// <yl-map>: the map itself is SVG from the server with a link in each area. The script adds a reading line
// that follows the pointer and the focus, and arrow keys that go to the nearest area in that direction.

type Area = SVGAElement;

const ARROWS: Record<string, [number, number]> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

class SchematicMap extends HTMLElement {
  private reading: HTMLElement | null = null;

  connectedCallback(): void {
    this.reading = this.querySelector(".map__reading");
    this.addEventListener("pointerover", this.read);
    this.addEventListener("focusin", this.read);
    this.addEventListener("keydown", this.move);
    // One stop for the Tab key; the arrows do the rest.
    this.areas().forEach((area, index) => area.setAttribute("tabindex", index === 0 ? "0" : "-1"));
  }

  private areas(): Area[] {
    return [...this.querySelectorAll<Area>("a.map__area")];
  }

  private readonly read = (event: Event): void => {
    const area = (event.target as Element).closest<Area>("a.map__area");
    if (!area || !this.reading) return;
    this.reading.textContent = area.querySelector("title")?.textContent ?? "";
    for (const other of this.areas()) other.classList.toggle("map__area--read", other === area);
  };

  private readonly move = (event: KeyboardEvent): void => {
    const way = ARROWS[event.key];
    const from = (event.target as Element).closest<Area>("a.map__area");
    if (!way || !from) return;
    event.preventDefault();
    const here = centre(from);
    let best: Area | undefined;
    let least = Infinity;
    for (const area of this.areas()) {
      if (area === from) continue;
      const there = centre(area);
      const [dx, dy] = [there[0] - here[0], there[1] - here[1]];
      const along = dx * way[0] + dy * way[1];
      const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
      if (along <= 0) continue;
      const cost = along + 2 * aside;
      if (cost < least) [least, best] = [cost, area];
    }
    if (!best) return;
    from.setAttribute("tabindex", "-1");
    best.setAttribute("tabindex", "0");
    best.focus();
  };
}

function centre(area: Area): [number, number] {
  const box = area.getBBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

export function defineMap(): void {
  customElements.define("yl-map", SchematicMap);
}
