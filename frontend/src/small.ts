// Buttons that only a script can serve (`only-script` in CSS): print, copy a link; pop-ups that close.

export function smallThings(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    if (target.closest("[data-print]")) window.print();
    const copy = target.closest<HTMLElement>("[data-copy]");
    if (copy) void copyLink(copy);
    for (const popup of document.querySelectorAll<HTMLDetailsElement>("details[data-popup][open]")) {
      if (!popup.contains(target)) popup.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const popup of document.querySelectorAll<HTMLDetailsElement>("details[data-popup][open]")) {
      popup.open = false;
      popup.querySelector("summary")?.focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    // A link with data-key is followed by that key, unless someone is typing.
    const typing = (event.target as HTMLElement).closest("input, select, textarea, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !/^[a-z]$/.test(event.key)) return;
    document.querySelector<HTMLAnchorElement>(`a[data-key="${event.key}"]`)?.click();
  });
  // A box with data-follow scrolls to its child of that selector, on loading and after htmx changed the page.
  follow();
  document.addEventListener("htmx:afterSettle", follow);
  // Data tables are open for readers without a script; a drawn chart folds its own.
  window.addEventListener("beforeprint", () => {
    for (const data of document.querySelectorAll<HTMLDetailsElement>("details.chart__data")) data.open = true;
  });
}

function follow(): void {
  for (const box of document.querySelectorAll<HTMLElement>("[data-follow]")) {
    const child = box.querySelector<HTMLElement>(box.dataset["follow"] ?? "");
    if (child && box.scrollHeight > box.clientHeight) box.scrollTop = child.offsetTop - box.clientHeight / 5;
  }
}

async function copyLink(button: HTMLElement): Promise<void> {
  const text = button.dataset["copy"] || window.location.href;
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "已复制";
  } catch {
    button.textContent = "复制不了，请从地址栏复制";
  }
  window.setTimeout(() => (button.textContent = before), 2500);
}
