// Forms: ask before a typed page is left, ask before an act that cannot be undone, send once.

/** Warn when a form marked `data-watch` was changed and the page is left without sending it. */
export function watchForms(): void {
  const changed = new Set<HTMLFormElement>();
  document.addEventListener("input", (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-watch]");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const button = (event as SubmitEvent).submitter;
    const question = button?.dataset["confirm"];
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    changed.delete(form);
    if (form.method === "post") sendOnce(event as SubmitEvent, form);
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) event.preventDefault();
  });
}

/** A second click on the same button while the first is on its way sends nothing. */
function sendOnce(event: SubmitEvent, form: HTMLFormElement): void {
  if (form.dataset["sent"]) {
    event.preventDefault();
    return;
  }
  form.dataset["sent"] = "1";
  window.setTimeout(() => delete form.dataset["sent"], 4000);
}

// A page that comes back from the history cache is fresh again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset["sent"];
});
