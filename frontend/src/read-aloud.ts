// <yl-read-aloud target="#article">: reads a page's text with the device's own Chinese voice.

const BLOCKS = "h1, h2, h3, h4, p, li, dt, dd, caption, tr";
const READING = "reading-now";

/** The blocks of a text in order, each once: a block that holds other blocks is left to them. */
export function blocksOf(root: Element): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(BLOCKS)].filter(
    (block) =>
      !block.querySelector(BLOCKS) &&
      !block.closest("yl-read-aloud, [data-silent], .only-print") &&
      block.innerText.trim() !== "",
  );
}

function chineseVoice(): SpeechSynthesisVoice | undefined {
  const voices = window.speechSynthesis.getVoices().filter((voice) => /^(zh|cmn)/i.test(voice.lang));
  return voices.find((voice) => /^(zh|cmn)[-_]?(hans[-_]?)?cn/i.test(voice.lang)) ?? voices[0];
}

/** Voices arrive late in some browsers: wait for them, but not for ever. */
async function findVoice(): Promise<SpeechSynthesisVoice | undefined> {
  if (!("speechSynthesis" in window)) return undefined;
  const ready = chineseVoice();
  if (ready) return ready;
  return new Promise((resolve) => {
    const stop = window.setTimeout(() => resolve(chineseVoice()), 1500);
    window.speechSynthesis.addEventListener?.(
      "voiceschanged",
      () => {
        window.clearTimeout(stop);
        resolve(chineseVoice());
      },
      { once: true },
    );
  });
}

class ReadAloud extends HTMLElement {
  private blocks: HTMLElement[] = [];
  private position = 0;
  private voice: SpeechSynthesisVoice | undefined;
  private run = 0; // a new number for each start: endings of an older run are ignored

  connectedCallback(): void {
    this.hidden = false;
    this.show("idle");
    window.addEventListener("pagehide", this.halt);
  }

  disconnectedCallback(): void {
    this.halt();
    window.removeEventListener("pagehide", this.halt);
  }

  private readonly halt = (): void => {
    this.run += 1;
    if ("speechSynthesis" in window) window.speechSynthesis.cancel();
    this.mark(undefined);
  };

  private show(state: "idle" | "reading" | "paused" | "silent"): void {
    const had = this.contains(document.activeElement);
    this.replaceChildren();
    const say = document.createElement("span");
    say.setAttribute("role", "status");
    say.className = "read-aloud__status";
    if (state === "idle") this.button("朗读本页", () => void this.start());
    if (state === "reading") {
      this.button("暂停", () => this.pause());
      this.button("停止", () => this.stop(), true);
      say.textContent = "正在朗读";
    }
    if (state === "paused") {
      this.button("接着读", () => this.next(++this.run));
      this.button("停止", () => this.stop(), true);
      say.textContent = "已暂停";
    }
    if (state === "silent") {
      this.button("再试一次", () => void this.start(), true);
      say.textContent = "此设备没有中文语音，不能朗读。可以拨打服务电话，请工作人员读给您听。";
    }
    this.append(say);
    if (had) this.querySelector("button")?.focus();
  }

  private button(text: string, act: () => void, plain = false): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = plain ? "button button--plain" : "button";
    button.textContent = text;
    button.addEventListener("click", act);
    this.append(button);
  }

  private async start(): Promise<void> {
    this.voice = await findVoice();
    const root = document.querySelector(this.getAttribute("target") ?? "#main");
    this.blocks = root ? blocksOf(root) : [];
    if (!this.voice || this.blocks.length === 0) {
      this.show("silent");
      return;
    }
    this.position = 0;
    window.speechSynthesis.cancel();
    this.next(++this.run);
  }

  /** One utterance a block: long ones stop by themselves in some browsers. */
  private next(run: number): void {
    if (run !== this.run) return;
    const block = this.blocks[this.position];
    if (!block) {
      this.stop();
      return;
    }
    this.mark(block);
    if (this.querySelector("[role=status]")?.textContent !== "正在朗读") this.show("reading");
    const words = new SpeechSynthesisUtterance(block.innerText);
    words.lang = this.voice?.lang ?? "zh-CN";
    if (this.voice) words.voice = this.voice;
    words.rate = document.documentElement.hasAttribute("data-elder") ? 0.85 : 1;
    words.onend = () => {
      if (run !== this.run) return;
      this.position += 1;
      this.next(run);
    };
    words.onerror = () => {
      if (run === this.run) this.stop();
    };
    window.speechSynthesis.speak(words);
  }

  private pause(): void {
    // Cancelled, not paused: `pause()` is lost on Android. Going on starts this block again.
    this.run += 1;
    window.speechSynthesis.cancel();
    this.show("paused");
  }

  private stop(): void {
    this.halt();
    this.show("idle");
  }

  private mark(block: HTMLElement | undefined): void {
    for (const old of document.querySelectorAll(`.${READING}`)) old.classList.remove(READING);
    if (!block) return;
    block.classList.add(READING);
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    block.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  }
}

export function defineReadAloud(): void {
  customElements.define("yl-read-aloud", ReadAloud);
}
