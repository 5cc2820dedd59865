// <yl-sheet>: the assessment sheet on a tablet. One item at a time; each answer is kept on the device first and sent
// then, so that it works without network. The form inside is the whole sheet and works without this script.

type Value = number | number[] | string | null;
type Pending = Record<string, { value: Value; revision: number }>;
type Clash = { code: string; name: string; mine: string; theirs: string; by: string; at: string };
type Told = {
  revision: number;
  answers: Record<string, Value>;
  done: number;
  wanted: number;
  message?: string;
  code?: string;
  conflicts?: Clash[];
};

const RETRY = 8000; // ms between attempts while something waits
const SOON = 150; // ms after an answer, so that quick taps go out together

class Sheet extends HTMLElement {
  private form!: HTMLFormElement;
  private items: HTMLFieldSetElement[] = [];
  private now = 0;
  private revision = 0;
  private pending: Pending = {};
  private clashes: Record<string, { clash: Clash; value: Value }> = {};
  private sending = false;
  private timer = 0;
  private done = 0;
  private wanted = 0;
  private state = document.createElement("p");
  private clashBox = document.createElement("div");
  private jump = document.createElement("select");

  connectedCallback(): void {
    const form = this.querySelector("form");
    if (!form) return;
    this.form = form;
    this.items = [...form.querySelectorAll<HTMLFieldSetElement>("fieldset[data-code]")];
    this.revision = Number(this.dataset["revision"] ?? 0);
    this.done = Number(this.dataset["done"] ?? 0);
    this.wanted = Number(this.dataset["wanted"] ?? 0);
    form.classList.add("sheet--one");
    this.build();
    this.recall();
    form.addEventListener("change", (event) => this.answered(event));
    form.addEventListener("input", (event) => {
      if (event.target instanceof HTMLTextAreaElement) this.answered(event);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("online", () => void this.send());
    window.addEventListener("offline", () => this.say());
    // Without network the page cannot be opened again: nothing personal is kept on the device (shell/headers.py).
    window.addEventListener("beforeunload", (event) => {
      if (!navigator.onLine) event.preventDefault();
    });
    document.addEventListener("click", (event) => this.guardReview(event));
    window.setInterval(() => void this.send(), RETRY);
    const named = this.items.findIndex((item) => item.dataset["code"] === decodeURIComponent(location.hash.slice(1)));
    const open = this.items.findIndex((item) => "required" in item.dataset && this.read(item) === null);
    this.show(named >= 0 ? named : Math.max(open, 0), false);
    this.say();
    void this.send();
  }

  private build(): void {
    const bar = document.createElement("div");
    bar.className = "sheet__bar";
    this.state.setAttribute("role", "status");
    this.jump.className = "input sheet__jump";
    this.jump.setAttribute("aria-label", "跳到条目");
    this.jump.addEventListener("change", () => this.show(Number(this.jump.value)));
    bar.append(this.state, this.jump);
    this.clashBox.setAttribute("role", "alert");
    const moves = document.createElement("div");
    moves.className = "sheet__moves";
    moves.append(
      this.button("上一项", "button button--plain", () => this.show(this.now - 1)),
      this.button("下一项", "button", () => this.show(this.now + 1)),
    );
    this.form.before(bar, this.clashBox);
    this.form.append(moves);
  }

  private button(text: string, look: string, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = look;
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  private show(index: number, focus = true): void {
    if (index >= this.items.length) {
      void this.send();
      const review = document.querySelector<HTMLAnchorElement>(`a[href="${this.dataset["review"]}"]`);
      review?.focus();
      review?.scrollIntoView({ block: "center" });
      return;
    }
    this.now = Math.max(0, index);
    this.items.forEach((item, i) => item.classList.toggle("is-now", i === this.now));
    this.list();
    if (!focus) return;
    const item = this.items[this.now];
    window.scrollTo({ top: 0 });
    item?.querySelector<HTMLElement>("input:checked, input, textarea")?.focus({ preventScroll: true });
  }

  /** The list of items, each with whether it is answered. */
  private list(): void {
    const options = this.items.map((item, i) => {
      const option = document.createElement("option");
      const mark = this.read(item) !== null ? "✓" : "required" in item.dataset ? "○" : "　";
      option.value = String(i);
      option.textContent = `${mark} ${i + 1} ${item.dataset["name"] ?? ""}`;
      option.selected = i === this.now;
      return option;
    });
    this.jump.replaceChildren(...options);
  }

  private read(item: HTMLFieldSetElement): Value {
    if (item.dataset["kind"] === "text") return item.querySelector("textarea")?.value.trim() || null;
    const chosen = [...item.querySelectorAll<HTMLInputElement>("input:checked")].map((input) => Number(input.value));
    if (item.dataset["kind"] === "many") return chosen.length ? chosen.sort((a, b) => a - b) : null;
    return chosen[0] ?? null;
  }

  private write(item: HTMLFieldSetElement, value: Value): void {
    const text = item.querySelector("textarea");
    if (text) {
      if (text !== document.activeElement) text.value = typeof value === "string" ? value : "";
      return;
    }
    const chosen = Array.isArray(value) ? value : value === null ? [] : [value];
    for (const input of item.querySelectorAll<HTMLInputElement>("input")) {
      input.checked = chosen.includes(Number(input.value));
    }
  }

  private item(code: string): HTMLFieldSetElement | undefined {
    return this.items.find((item) => item.dataset["code"] === code);
  }

  private answered(event: Event): void {
    const item = (event.target as HTMLElement).closest<HTMLFieldSetElement>("fieldset[data-code]");
    const code = item?.dataset["code"];
    if (!item || !code) return;
    this.pending[code] = { value: this.read(item), revision: this.pending[code]?.revision ?? this.revision };
    this.keep();
    this.list();
    this.say();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.send(), SOON);
  }

  // On the device: codes and scores only, no name; gone as soon as the server has them.
  private get place(): string {
    return `yl-sheet-${this.dataset["key"] ?? ""}`;
  }

  private keep(): void {
    try {
      if (Object.keys(this.pending).length) localStorage.setItem(this.place, JSON.stringify(this.pending));
      else localStorage.removeItem(this.place);
    } catch {
      // A browser that keeps nothing still sends; the state line says what waits.
    }
  }

  private recall(): void {
    try {
      this.pending = JSON.parse(localStorage.getItem(this.place) ?? "{}") as Pending;
    } catch {
      this.pending = {};
    }
    for (const [code, kept] of Object.entries(this.pending)) {
      const item = this.item(code);
      if (item) this.write(item, kept.value);
      else delete this.pending[code];
    }
  }

  /** Send what waits, oldest revision first. A failure of the network leaves everything as it is. */
  private async send(): Promise<void> {
    const waiting = Object.entries(this.pending).filter(([code]) => !(code in this.clashes));
    if (this.sending || waiting.length === 0) return;
    const revision = Math.min(...waiting.map(([, kept]) => kept.revision));
    const batch = waiting.filter(([, kept]) => kept.revision === revision);
    const changes = Object.fromEntries(batch.map(([code, kept]) => [code, kept.value]));
    this.sending = true;
    this.say("saving");
    try {
      const response = await fetch(this.dataset["save"] ?? "", {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": this.form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "",
        },
        body: JSON.stringify({ revision, changes }),
        credentials: "same-origin",
      });
      this.sending = false;
      await this.answeredBy(response, batch);
    } catch {
      this.sending = false;
      this.say("offline");
    }
  }

  private async answeredBy(response: Response, batch: [string, { value: Value; revision: number }][]): Promise<void> {
    if (response.redirected || !response.headers.get("Content-Type")?.includes("application/json")) {
      const busy = response.status >= 500 || response.status === 429;
      const why = response.status === 404 ? "这次评估已不再派给您" : "登录已失效，请在新窗口重新登录";
      this.say("refused", busy ? "系统正忙，填写的内容记在本机，稍后自动再传。" : `${why}。填写的内容还记在本机。`);
      return;
    }
    const told = (await response.json()) as Told;
    if (response.ok) {
      for (const [code, sent] of batch) {
        if (same(this.pending[code]?.value, sent.value)) delete this.pending[code];
        else if (this.pending[code]) this.pending[code].revision = told.revision;
      }
      this.take(told);
      this.keep();
      this.say();
      void this.send();
      return;
    }
    if (told.conflicts?.length) {
      for (const clash of told.conflicts) {
        const mine = this.pending[clash.code];
        if (mine) this.clashes[clash.code] = { clash, value: mine.value };
      }
      this.take(told);
      this.showClashes();
      this.say();
      void this.send();
      return;
    }
    this.say("refused", told.message);
  }

  /** What the server holds now, shown wherever nothing of one's own waits. */
  private take(told: Told): void {
    this.revision = told.revision;
    this.done = told.done;
    this.wanted = told.wanted;
    for (const item of this.items) {
      const code = item.dataset["code"] ?? "";
      if (!(code in this.pending)) this.write(item, told.answers[code] ?? null);
    }
    this.list();
    if (told.code) this.theirs = told.answers;
  }
  private theirs: Record<string, Value> = {};

  private showClashes(): void {
    this.clashBox.replaceChildren();
    const open = Object.values(this.clashes);
    this.clashBox.className = open.length ? "sheet__clash" : "";
    for (const { clash } of open) {
      const text = document.createElement("p");
      text.textContent = `“${clash.name}”已由${clash.by}在 ${clash.at} 填为“${clash.theirs}”，您填的是“${clash.mine}”。请两人商量，保留哪一个？`;
      const choose = document.createElement("div");
      choose.className = "actions";
      choose.append(
        this.button("用对方的", "button button--plain", () => this.settle(clash.code, false)),
        this.button("用我的", "button", () => this.settle(clash.code, true)),
      );
      this.clashBox.append(text, choose);
    }
  }

  private settle(code: string, mine: boolean): void {
    const held = this.clashes[code];
    delete this.clashes[code];
    if (mine && held) this.pending[code] = { value: held.value, revision: this.revision };
    else {
      delete this.pending[code];
      const item = this.item(code);
      if (item) this.write(item, this.theirs[code] ?? null);
    }
    this.keep();
    this.showClashes();
    this.list();
    this.say();
    void this.send();
  }

  private say(state?: "saving" | "offline" | "refused", words = ""): void {
    const waiting = Object.keys(this.pending).length;
    const look = state ?? (waiting && !navigator.onLine ? "offline" : waiting ? "saving" : "saved");
    const text = {
      saved: `已保存（已填 ${this.done}/${this.wanted} 项）`,
      saving: "正在保存…",
      offline: `未联网，已记在本机（${waiting} 项），联网后自动上传`,
      refused: words,
    }[look];
    this.state.className = `sheet__state sheet__state--${look}`;
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  /** Signing needs everything on the server. */
  private guardReview(event: MouseEvent): void {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>(`a[href="${this.dataset["review"]}"]`);
    const waiting = Object.keys(this.pending).length;
    if (!link || waiting === 0) return;
    event.preventDefault();
    this.say("offline");
    void this.send();
  }
}

function same(a: Value | undefined, b: Value): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function defineSheet(): void {
  customElements.define("yl-sheet", Sheet);
}
