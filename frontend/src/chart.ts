// <yl-chart>: a small, closed set of charts from JSON, drawn by ECharts; the table beside it stays the truth.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, MarkLineComponent, AriaComponent, SVGRenderer]);

/** What a page writes into the element; `type` bar, bars (lying) or line; `target` draws a line across. */
interface Config {
  type: "bar" | "bars" | "line";
  x: string[];
  series: { name: string; data: (number | null)[]; stack?: string; line?: boolean }[];
  unit?: string;
  target?: number | null;
  target_name?: string;
  min?: number;
  max?: number;
}

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function options(config: Config): Record<string, unknown> {
  const elder = document.documentElement.hasAttribute("data-elder");
  const size = elder ? 20 : 13;
  const ink = token("--ink");
  const text = { color: ink, fontSize: size, fontFamily: getComputedStyle(document.body).fontFamily };
  const names = {
    type: "category",
    data: config.x,
    axisLabel: { ...text, hideOverlap: true, interval: config.type === "line" ? "auto" : 0, rotate: elder ? 45 : 0 },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: token("--line-strong") } },
    inverse: config.type === "bars",
  };
  const values = {
    type: "value",
    min: config.min,
    max: config.max,
    axisLabel: text,
    name: config.unit ? `单位：${config.unit}` : undefined,
    nameTextStyle: { ...text, align: "left" },
    nameLocation: "end",
    splitLine: { lineStyle: { color: token("--line") } },
  };
  const lying = config.type === "bars";
  const target = config.target ?? null;
  return {
    // Its label would be in English; the page names the chart and shows the table.
    aria: { enabled: true, label: { enabled: false }, decal: { show: elder || config.series.length > 1 } },
    animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    color: [1, 2, 3, 4, 5].map((n) => token(`--chart-${n}`)),
    textStyle: text,
    grid: { left: 8, right: 24, top: config.unit ? 44 : 24, bottom: config.series.length > 1 ? 44 : 8, containLabel: true },
    legend: config.series.length > 1 ? { bottom: 0, textStyle: text, itemGap: 20 } : undefined,
    tooltip: {
      trigger: "axis",
      confine: true,
      textStyle: text,
      valueFormatter: (value: unknown) =>
        value === null || value === undefined ? "—" : `${Number(value).toLocaleString("zh-CN")}${config.unit ? ` ${config.unit}` : ""}`,
    },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    series: config.series.map((one, index) => ({
      name: one.name,
      type: config.type === "line" || one.line ? "line" : "bar",
      stack: one.stack,
      data: one.data,
      barMaxWidth: 36,
      lineStyle: { width: 3 },
      symbol: ["circle", "rect", "triangle", "diamond"][index % 4],
      symbolSize: elder ? 12 : 8,
      markLine:
        index === 0 && target !== null
          ? {
              silent: true,
              symbol: "none",
              lineStyle: { color: token("--gold"), type: "dashed", width: 2 },
              label: { ...text, formatter: `${config.target_name ?? "目标"} ${target.toLocaleString("zh-CN")}`, position: "insideEndTop" },
              data: [lying ? { xAxis: target } : { yAxis: target }],
            }
          : undefined,
    })),
  };
}

class Chart extends HTMLElement {
  private chart: EChartsType | undefined;
  private watcher: ResizeObserver | undefined;

  connectedCallback(): void {
    const source = this.querySelector("script[type='application/json']");
    if (!source?.textContent || this.chart) return;
    const config = JSON.parse(source.textContent) as Config;
    const figure = this.closest("figure");
    this.toggleAttribute("ready", true);
    const canvas = document.createElement("div");
    canvas.style.blockSize = "100%";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${figure?.querySelector("figcaption")?.textContent ?? "图"}，数据见下方数据表`);
    this.append(canvas);
    this.chart = init(canvas, undefined, { renderer: "svg" });
    this.chart.setOption(options(config));
    this.watcher = new ResizeObserver(() => this.chart?.resize());
    this.watcher.observe(this);
    const table = figure?.querySelector<HTMLDetailsElement>("details.chart__data");
    if (table) table.open = false;
  }

  disconnectedCallback(): void {
    this.watcher?.disconnect();
    this.chart?.dispose();
    this.chart = undefined;
  }
}

if (!customElements.get("yl-chart")) customElements.define("yl-chart", Chart);
