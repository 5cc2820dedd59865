// Forms: ask before a typed page is left, ask before an act that cannot be undone, send once, keep what was typed
// when there is no network.

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
    if (event.defaultPrevented) return;
    if (form.method === "post" && !navigator.onLine) {
      event.preventDefault();
      sayOffline(form);
      return;
    }
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

/** Nothing was sent and nothing is lost; the words go when the network is back. */
function sayOffline(form: HTMLFormElement): void {
  form.querySelector(".offline")?.remove();
  const said = document.createElement("p");
  said.className = "notice notice--warn offline";
  said.setAttribute("role", "alert");
  said.textContent = "现在没有网络，还没有提交。填写的内容都在，请到有信号的地方再点一次。";
  form.append(said);
  window.addEventListener("online", () => said.remove(), { once: true });
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
