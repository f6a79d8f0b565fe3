/* Draws every canvas[data-chart] with Chart.js: axes shown, colours from the theme, both modes.
 * A dataset without a label stays out of legend and tooltip (the lower edge of a band). */
(function () {
  "use strict";

  const drawn = [];

  /* Any CSS colour, var() and color-mix() included, as rgba(), which the canvas understands. */
  function painted(name) {
    const isDark = document.documentElement.classList.contains("dark");
    const colour = isDark ? name.replace(/-(50|100|200)\)/, "-800)") : name; // pale on paper
    const probe = document.createElement("span");
    probe.style.color = colour;
    document.body.appendChild(probe);
    const computed = getComputedStyle(probe).color;
    probe.remove();
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = computed;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return `rgba(${red}, ${green}, ${blue}, ${(alpha / 255).toFixed(3)})`;
  }

  function withColours(dataset, chartType) {
    const kind = dataset.type || chartType;
    const copy = { ...dataset };
    for (const [key, value] of Object.entries(dataset)) {
      if (!key.toLowerCase().endsWith("color")) continue;
      copy[key] = Array.isArray(value) ? value.map(painted) : painted(value);
    }
    copy.borderColor = copy.borderColor || painted("var(--color-primary-600)");
    copy.backgroundColor = copy.backgroundColor || copy.borderColor;
    const isBand = dataset.fill !== undefined && dataset.borderColor === "transparent";
    if (copy.pointStyle === undefined && !dataset.pointRadius) {
      copy.pointStyle = isBand || kind === "bar" ? "rect" : "line";
    }
    if (typeof dataset.fill === "number" || /^[+-]\d+$/.test(dataset.fill)) {
      copy.backgroundColor = copy.backgroundColor.replace(/, 1(\.0+)?\)$/, ", 0.3)");
    }
    copy.hoverBackgroundColor = copy.backgroundColor;
    copy.hoverBorderColor = copy.borderColor;
    return copy;
  }

  function options(type, datasets, spec) {
    const ink = painted("var(--zg-ink-soft)");
    const rule = painted("var(--zg-rule)");
    const named = datasets.filter((dataset) => dataset.label);
    const axis = { ticks: { color: ink, maxRotation: 0, autoSkipPadding: 18 }, border: { display: false } };
    const second = {};
    for (const { yAxisID } of datasets) {
      if (!yAxisID || yAxisID === "y") continue;
      second[yAxisID] = { ...axis, position: "right", grid: { display: false } };
    }
    const language = document.documentElement.lang;
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      locale: language.startsWith("zh") ? "zh-CN" : "en-GB",
      interaction: { mode: "index", intersect: false },
      datasets: {
        line: { borderWidth: 2, pointRadius: 0, pointHitRadius: 8, tension: 0.2 },
        bar: { borderRadius: 4, maxBarThickness: 36, borderWidth: 0 },
      },
      plugins: {
        legend: {
          display: named.length > 1,
          position: "bottom",
          align: "start",
          labels: {
            color: ink, usePointStyle: true, pointStyleWidth: 22, padding: 14,
            filter: (item) => Boolean(item.text),
            generateLabels: (chart) => marks(chart, type),
          },
        },
        tooltip: { filter: (item) => Boolean(item.dataset.label) },
      },
      scales: {
        x: { ...axis, grid: { display: false }, offset: type === "bar" || spec.labels.length === 1, title: titled(spec.x_title, ink) },
        y: {
          ...axis,
          beginAtZero: type === "bar" || spec.from_zero === true,
          grid: { color: rule, drawTicks: false },
          title: titled(spec.y_title, ink),
        },
        ...second,
      },
    };
  }

  /* Lines are lines in the legend too, also where each point is a dot. */
  function marks(chart, type) {
    const items = Chart.defaults.plugins.legend.labels.generateLabels(chart);
    for (const item of items) {
      const dataset = chart.data.datasets[item.datasetIndex];
      if ((dataset.type || type) === "line" && !dataset.fill) item.pointStyle = "line";
    }
    return items;
  }

  function titled(text, color) {
    return { display: Boolean(text), text: text || "", color };
  }

  function draw(canvas) {
    const spec = JSON.parse(canvas.dataset.chart);
    const datasets = spec.datasets.map((dataset) => withColours(dataset, spec.type));
    const dense = spec.labels.length;
    for (const dataset of datasets) {
      const kind = dataset.type || spec.type;
      if (kind === "line" && dense === 1 && dataset.pointRadius === undefined) dataset.pointRadius = 4;
    }
    return new Chart(canvas.getContext("2d"), {
      type: spec.type,
      data: { labels: spec.labels, datasets },
      options: options(spec.type, datasets, spec),
    });
  }

  function drawAll(root) {
    for (const canvas of root.querySelectorAll("canvas[data-chart]")) {
      if (canvas.dataset.drawn) continue;
      canvas.dataset.drawn = "1";
      drawn.push({ canvas, chart: draw(canvas) });
    }
  }

  function redraw() {
    for (const entry of drawn) {
      entry.chart.destroy();
      entry.chart = draw(entry.canvas);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    drawAll(document);
    new MutationObserver(redraw).observe(document.documentElement, {
      attributes: true,
      attributeFilter: ["class"],
    });
  });
  document.addEventListener("htmx:afterSwap", (event) => drawAll(event.target));
})();
