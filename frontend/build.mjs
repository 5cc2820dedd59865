// Two bundles: yinling.js on every page, chart.js (ECharts) only where a chart is.
import { build, context } from "esbuild";

const options = {
  entryPoints: ["src/yinling.ts", "src/chart.ts"],
  outdir: "../yinling/shell/static/dist",
  bundle: true,
  format: "esm",
  target: ["es2022", "chrome109", "firefox115", "safari16"],
  minify: true,
  sourcemap: false,
  legalComments: "linked",
  logLevel: "warning",
};

if (process.argv.includes("--watch")) {
  await (await context(options)).watch();
} else {
  await build(options);
}
