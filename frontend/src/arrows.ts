// A box with data-arrows="#list": ↓ goes from the box into the links of the list, ↑ and ↓ along them and back,
// Escape empties the list. Enter on a link follows it, Enter in the box asks as it does without a script.
// Going back and forth with the keys never leaves the page. "/" goes to the box that has data-key-focus="/".

export function arrowKeys(): void {
  document.addEventListener("keydown", (event) => {
    const at = event.target as HTMLElement;
    if (event.key === "/" && !at.closest("input, select, textarea, [contenteditable]") && !event.ctrlKey && !event.metaKey) {
      const box = document.querySelector<HTMLInputElement>('[data-key-focus="/"], [data-arrows]');
      if (!box) return;
      event.preventDefault();
      box.focus();
      return;
    }
    if (!["ArrowDown", "ArrowUp", "Escape"].includes(event.key) || event.isComposing) return;
    for (const box of document.querySelectorAll<HTMLInputElement>("input[data-arrows]")) {
      const list = document.querySelector<HTMLElement>(box.dataset["arrows"] ?? "");
      if (!list || (at !== box && !list.contains(at))) continue;
      if (event.key === "Escape") {
        if (at !== box) box.focus();
        else if (box.dataset["keyFocus"]) list.replaceChildren();
        return;
      }
      const links = [...list.querySelectorAll<HTMLAnchorElement>("a[href]")];
      const to = links.indexOf(at as HTMLAnchorElement) + (event.key === "ArrowDown" ? 1 : -1);
      if (at === box && event.key === "ArrowUp") return;
      event.preventDefault();
      (to < 0 ? box : links[Math.min(to, links.length - 1)])?.focus();
      return;
    }
  });
}
