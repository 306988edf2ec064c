// Pictures on top of the tables. The drawing program is fetched when the first chart comes into sight;
// nothing moves, everything can be read in the table below, and paper gets black on white.
(function () {
  "use strict";

  var draws = document.currentScript.dataset.draws, fetching = null, drawn = [];
  var SYMBOLS = ["circle", "triangle", "rect", "diamond", "arrow", "roundRect"];
  var DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 2], [10, 4]];
  var PAPER = { ink: "#000", soft: "#333", rule: "#bbb", strong: "#777", wash: "#f2f2f2", sheet: "#fff", accent: "#222",
    lines: ["#000", "#555", "#888", "#333", "#666", "#999"] };
  // A picture that is kept goes into other people's pages: light, whatever the reader's own are.
  var KEPT = { ink: "#1c1b19", soft: "#5c5850", rule: "#e0dbd0", strong: "#bdb6a6", wash: "#f4f1ea", sheet: "#fff", accent: "#0d5c63",
    lines: ["#0d5c63", "#a4500a", "#62479a", "#5c5850", "#2a6438", "#a61b1b"] };

  function colours() {
    var style = getComputedStyle(document.documentElement);
    function of(name) { return style.getPropertyValue("--" + name).trim(); }
    return { ink: of("ink"), soft: of("soft"), rule: of("rule"), strong: of("rule-strong"), wash: of("wash"), sheet: of("sheet"),
      accent: of("accent"), lines: [0, 1, 2, 3, 4, 5].map(function (n) { return of("s" + n); }) };
  }

  function fetchProgram() {
    fetching = fetching || new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = draws; script.onload = done; script.onerror = failed;
      document.head.append(script);
    });
    return fetching;
  }

  // One step of colour between two, as hex or rgb().
  function parts(colour) {
    var hex = /^#(..)(..)(..)$/.exec(colour.length === 4 ? colour.replace(/[^#]/g, "$&$&") : colour);
    return hex ? hex.slice(1).map(function (two) { return parseInt(two, 16); }) : [0, 0, 0];
  }
  function between(from, to, share) {
    var a = parts(from), b = parts(to);
    return "rgb(" + a.map(function (n, i) { return Math.round(n + (b[i] - n) * share); }).join(",") + ")";
  }

  function Picture(figure) {
    this.figure = figure;
    this.box = figure.querySelector(".picture");
    this.data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    this.nothing = figure.dataset.nothing;
  }

  Picture.prototype.said = function (value) {
    if (value === null || value === undefined) return this.nothing;
    return value.toFixed(this.data.decimals) + (this.data.unit ? " " + this.data.unit : "");
  };
  Picture.prototype.ranged = function (series, n) {
    var low = series.low[n], high = series.high[n], told = this.said(series.values[n]);
    return low === undefined || low === null ? told : told + "  (" + this.said(low) + " – " + this.said(high) + ")";
  };
  var HEAD = 110; // pixels for the heads of a heat map, turned where they are wider than its cells
  Picture.prototype.all = function () {
    return [].concat.apply([], this.data.series.map(function (s) { return s.values.concat(s.low, s.high); }))
      .filter(function (value) { return value !== null && value !== undefined; });
  };
  Picture.prototype.lines = function () {
    var kind = this.data.kind, labels = this.data.labels.length, wide = this.width;
    if (kind === "lines") return wide < 480 ? 220 : 300;
    if (kind === "heat") return 40 + this.data.series.length * 34 + HEAD;
    if (kind === "funnel") return 40 + labels * 48;
    if (kind === "map") return this.data.outlines ? Math.min(wide, 560) : this.rows() * 58 + 10;
    return 44 + labels * (kind === "bars" ? Math.max(26, this.data.series.length * 20 + 8) : 30);
  };
  Picture.prototype.rows = function () {
    var rows = this.data.places.map(function (place) { return place[1]; });
    return rows.length ? Math.max.apply(null, rows) + 1 : Math.ceil(this.data.labels.length / this.columns());
  };
  Picture.prototype.columns = function () {
    var columns = this.data.places.map(function (place) { return place[0]; });
    return columns.length ? Math.max.apply(null, columns) + 1 : Math.max(1, Math.ceil(Math.sqrt(this.data.labels.length * 1.6)));
  };

  // What all kinds share: a face, no motion, a quiet box of words that is drawn and not written into the page.
  Picture.prototype.ground = function (c) {
    return {
      animation: false, backgroundColor: "transparent",
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: c.ink, fontSize: this.font },
      tooltip: { renderMode: "richText", confine: true, transitionDuration: 0, backgroundColor: c.sheet, borderColor: c.strong,
        borderWidth: 1, shadowBlur: 0, shadowOffsetX: 0, shadowOffsetY: 0, padding: [6, 10],
        textStyle: { color: c.ink, fontSize: this.font, fontFamily: getComputedStyle(document.body).fontFamily } }
    };
  };
  Picture.prototype.valueAxis = function (c) {
    var data = this.data, self = this, all = this.all(), top = data.top;
    return { type: "value", max: top === null ? undefined : top, min: data.floor !== null && all.length && Math.min.apply(null, all) >= data.floor ? data.floor : undefined, scale: data.floor === null,
      axisLabel: { color: c.soft, fontSize: this.font, hideOverlap: true, formatter: function (v) { return String(+v.toFixed(4)) + (data.unit && data.unit.length < 3 ? " " + data.unit : ""); } },
      splitNumber: self.width < 480 ? 3 : 5, interval: top !== null && data.floor === 0 ? top / (self.width < 480 ? 2 : 5) : undefined, splitLine: { lineStyle: { color: c.rule, width: 1 } }, axisLine: { show: false }, axisTick: { show: false } };
  };
  // How wide words are, near enough: a Chinese sign is as wide as its height, a Latin one a little over half.
  Picture.prototype.breadth = function (words) {
    var font = this.font;
    return words.reduce(function (most, each) { return Math.max(most, Array.from(each).reduce(function (sum, sign) { return sum + font * (sign > "\u2e7f" ? 1 : 0.62); }, 0)); }, 0);
  };
  Picture.prototype.labelAxis = function (c, lying) {
    var room = Math.min(this.width * 0.4, 360);
    return { type: "category", data: this.data.labels, inverse: lying, axisTick: { show: false },
      axisLine: { lineStyle: { color: c.strong } },
      axisLabel: { color: c.ink, fontSize: this.font, hideOverlap: !lying, interval: lying ? 0 : "auto",
        width: lying ? room : undefined, overflow: lying ? "truncate" : "none" } };
  };
  Picture.prototype.grid = function (right) {
    return { left: 4, right: right || 24, top: this.data.rule && this.data.kind !== "lines" ? 26 : 14, bottom: 4, containLabel: true };
  };
  Picture.prototype.rule = function (c, lying) {
    var rule = this.data.rule;
    if (!rule) return undefined;
    var line = lying ? { xAxis: rule.value } : { yAxis: rule.value };
    line.name = rule.name;
    return { silent: true, symbol: "none", animation: false, data: [line],
      lineStyle: { color: c.ink, type: [4, 3], width: 1 }, label: { show: true, position: lying ? "start" : "insideStartTop", distance: lying ? 2 : 4, color: c.soft, fontSize: this.font, formatter: rule.name } };
  };

  // A whisker lying across the bar of a label.
  function whisker(series) {
    return function (params, api) {
      var n = api.value(0);
      if (series.low[n] === null || series.low[n] === undefined) return null;
      var a = api.coord([series.low[n], n]), b = api.coord([series.high[n], n]);
      function line(x1, y1, x2, y2) { return { type: "line", shape: { x1: x1, y1: y1, x2: x2, y2: y2 }, style: { stroke: api.visual("color"), lineWidth: 1.5 } }; }
      return { type: "group", children: [line(a[0], a[1], b[0], b[1]), line(a[0], a[1] - 4, a[0], a[1] + 4), line(b[0], b[1] - 4, b[0], b[1] + 4)] };
    };
  }
  // What a shape of our own reaches from and to, so that the axis has room for it.
  function reach(picture) {
    var ends = picture.all(), least = ends.length ? Math.min.apply(null, ends) : 0, most = ends.length ? Math.max.apply(null, ends) : 1;
    return { data: picture.data.labels.map(function (_, n) { return [n, least, most]; }), encode: { x: [1, 2], y: 0 } };
  }
  function marked(value, n, labels, provisional, colour, fill) {
    return n >= labels - provisional ? { value: value, itemStyle: { color: fill, borderColor: colour, borderWidth: 1.5, borderType: "dashed" } } : { value: value };
  }

  var KINDS = {
    bars: function (picture, c) {
      var data = picture.data, labels = data.labels.length, series = [];
      data.series.forEach(function (s, n) {
        series.push({ type: "bar", name: s.name, barMaxWidth: 16, itemStyle: { color: c.lines[n % 6], opacity: 0.85 },
          data: s.values.map(function (v, i) { return marked(v, i, labels, data.provisional, c.lines[n % 6], c.sheet); }),
          markLine: n === 0 ? picture.rule(c, true) : undefined,
          label: { show: data.series.length === 1 && !s.low.length, position: "right", color: c.ink, fontSize: picture.font,
            formatter: function (p) { return p.value === null || p.value === undefined ? "" : picture.said(p.value); } } });
        if (s.low.length && data.series.length === 1) series.push(Object.assign({ type: "custom", silent: true, z: 5, itemStyle: { color: c.ink }, renderItem: whisker(s) }, reach(picture)));
      });
      var ends = data.series[0].values.map(function (v) { return v === null ? "" : picture.said(v); });
      return { grid: picture.grid(data.series.length === 1 ? Math.max(24, Math.min(picture.breadth(ends) + 12, picture.width * 0.35)) : 24), xAxis: picture.valueAxis(c), yAxis: picture.labelAxis(c, true), series: series,
        tooltip: { trigger: "axis", axisPointer: { type: "none" } } };
    },
    lines: function (picture, c) {
      var data = picture.data, labels = data.labels.length, series = [], many = data.series.length > 1;
      data.series.forEach(function (s, n) {
        var colour = c.lines[n % 6];
        if (s.low.length) {
          var band = { type: "line", stack: "band" + n, stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
          series.push(Object.assign({ name: "", data: s.low }, band));
          series.push(Object.assign({ name: "", data: s.high.map(function (h, i) { return h === null || s.low[i] === null ? null : h - s.low[i]; }),
            areaStyle: { color: colour, opacity: 0.16 } }, band));
        }
        series.push({ type: "line", name: s.name, symbol: SYMBOLS[n % 6], symbolSize: 6, showSymbol: true, z: 4, connectNulls: false,
          itemStyle: { color: colour }, lineStyle: { color: colour, width: 2, type: many ? DASHES[n % 6] : "solid" },
          data: s.values.map(function (v, i) { return marked(v, i, labels, data.provisional, colour, c.sheet); }),
          markLine: n === 0 ? picture.rule(c, false) : undefined });
      });
      return { grid: picture.grid(), xAxis: Object.assign(picture.labelAxis(c, false), { boundaryGap: true }), yAxis: picture.valueAxis(c), series: series,
        tooltip: { trigger: "axis", axisPointer: { type: "line", lineStyle: { color: c.strong, type: "solid" }, label: { show: false } } } };
    },
    spread: function (picture, c) {
      var data = picture.data, five = data.series.length === 5, first = data.series[0];
      function shape(params, api) {
        var n = api.value(0), y = api.coord([0, n])[1], parts = [];
        function x(value) { return api.coord([value, n])[0]; }
        function line(from, to, ink, width, dy) { return { type: "line", shape: { x1: from, y1: y - (dy || 0), x2: to, y2: y + (dy || 0) }, style: { stroke: ink, lineWidth: width } }; }
        if (first.values[n] === null && !five) return null;
        if (five) {
          var q = data.series.map(function (s) { return s.values[n]; });
          if (q.some(function (v) { return v === null; })) return null;
          q = q.map(x);
          parts.push(line(q[0], q[4], c.lines[0], 1.5));
          parts.push({ type: "rect", shape: { x: q[1], y: y - 6, width: Math.max(q[3] - q[1], 1), height: 12 }, style: { fill: c.lines[0], opacity: 0.3 } });
          parts.push(line(q[2], q[2], c.ink, 2.5, 8));
        } else {
          if (first.low[n] !== null && first.low[n] !== undefined) parts.push(line(x(first.low[n]), x(first.high[n]), c.lines[0], 3));
          parts.push({ type: "circle", shape: { cx: x(first.values[n]), cy: y, r: 5 }, style: { fill: c.sheet, stroke: c.lines[0], lineWidth: 2.5 } });
        }
        return { type: "group", children: parts };
      }
      return { grid: picture.grid(), yAxis: picture.labelAxis(c, true),
        xAxis: picture.valueAxis(c),
        series: [Object.assign({ type: "custom", renderItem: shape, itemStyle: { color: c.lines[0] }, markLine: picture.rule(c, true) }, reach(picture))],
        tooltip: { trigger: "axis", axisPointer: { type: "none" } } };
    },
    heat: function (picture, c) {
      var data = picture.data, all = picture.all(), most = all.length ? Math.max.apply(null, all) : 1, cells = [];
      data.series.forEach(function (s, row) {
        s.values.forEach(function (value, column) {
          if (value === null) return;
          var share = most > 0 ? Math.max(value, 0) / most : 0;
          cells.push({ value: [column, row, value], itemStyle: { color: between(c.wash, c.accent, share * 0.9), borderColor: c.sheet, borderWidth: 1 },
            label: { color: share > 0.5 ? c.sheet : c.ink } });
        });
      });
      var side = Math.min(picture.width * 0.32, 240), cell = (picture.width - side) / Math.max(data.labels.length, 1), narrow = cell < picture.breadth(data.labels) + 8;
      return { grid: picture.grid(8),
        xAxis: { type: "category", data: data.labels, position: "top", axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: c.ink, fontSize: picture.font, interval: 0, rotate: narrow ? (cell < 60 ? 90 : 40) : 0, width: narrow ? HEAD : undefined, overflow: narrow ? "truncate" : "none" } },
        yAxis: { type: "category", data: data.series.map(function (s) { return s.name; }), inverse: true, axisTick: { show: false }, axisLine: { show: false },
          axisLabel: { color: c.ink, fontSize: picture.font, width: side, overflow: "truncate" } },
        series: [{ type: "heatmap", data: cells, label: { show: cell > 18, fontSize: cell < 34 ? 9 : picture.font - 1, formatter: function (p) { return p.value[2].toFixed(data.decimals); } }, emphasis: { disabled: true } }],
        tooltip: { trigger: "item" } };
    },
    funnel: function (picture, c) { // bars, each from nought: a phase that cases reach without the one before it may be longer than that
      var data = picture.data, values = data.series[0].values.map(Number), most = Math.max.apply(null, values.concat([1]));
      return { grid: { left: 4, right: Math.min(120, picture.width * 0.3), top: 4, bottom: 4, containLabel: true },
        xAxis: { type: "value", show: false, min: 0, max: most },
        yAxis: { type: "category", data: data.labels, inverse: true, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: c.ink, fontSize: picture.font, width: picture.width * 0.34, overflow: "break" } },
        series: [{ type: "bar", barMaxWidth: 28, itemStyle: { color: c.lines[0] }, emphasis: { disabled: true },
          data: values.map(function (value, n) { return { value: value, name: data.labels[n] }; }),
          label: { show: true, position: "right", color: c.ink, fontSize: picture.font, formatter: function (p) { return picture.said(p.value) + "  (" + Math.round(p.value * 100 / most) + " %)"; } } }],
        tooltip: { trigger: "item" } };
    },
    map: function (picture, c) {
      var data = picture.data, values = data.series[0].values, all = picture.all(), most = all.length ? Math.max.apply(null, all) : 1;
      function tint(n) { return values[n] === null ? c.sheet : between(c.wash, c.accent, most > 0 ? 0.9 * Math.max(values[n], 0) / most : 0); }
      function words(n) { return values[n] !== null && most > 0 && values[n] / most > 0.5 ? c.sheet : c.ink; }
      if (data.outlines) return { series: [{ type: "map", map: data.outlines, nameProperty: "name", roam: false, selectedMode: false, emphasis: { disabled: true },
        label: { show: picture.width > 480, color: c.ink, fontSize: picture.font - 1 }, itemStyle: { borderColor: c.strong, areaColor: c.wash },
        data: data.labels.map(function (label, n) { return { name: label, value: values[n], itemStyle: { areaColor: tint(n), borderColor: c.strong }, label: { color: words(n) } }; }) }], tooltip: { trigger: "item" } };
      var columns = picture.columns(), wide = Math.min(150, (picture.width - 4) / columns), height = 58;
      function at(n) { return data.places.length ? data.places[n] : [n % columns, Math.floor(n / columns)]; }
      return { grid: { left: 0, right: 0, top: 0, bottom: 0 }, xAxis: { show: false, type: "value", min: 0, max: 1 }, yAxis: { show: false, type: "value", min: 0, max: 1 },
        series: [{ type: "custom", coordinateSystem: "cartesian2d", data: data.labels.map(function (_, n) { return [0, 0, n]; }), renderItem: function (params) {
          var n = params.dataIndex, place = at(n), x = place[0] * wide + 2, y = place[1] * height + 2, w = wide - 4, h = height - 4;
          return { type: "group", children: [
            { type: "rect", shape: { x: x, y: y, width: w, height: h, r: 2 }, style: { fill: tint(n), stroke: c.strong, lineWidth: 1 } },
            { type: "text", style: { x: x + w / 2, y: y + 18, text: data.labels[n], fill: words(n), align: "center", verticalAlign: "middle", fontSize: picture.font, width: w - 6, overflow: "truncate" } },
            { type: "text", style: { x: x + w / 2, y: y + 38, text: picture.said(values[n]), fill: words(n), align: "center", verticalAlign: "middle", fontSize: picture.font, fontWeight: 600 } }] };
        } }], tooltip: { trigger: "item" } };
    }
  };

  // What the box of words says: the label, then a line a series.
  Picture.prototype.tells = function (params) {
    var data = this.data, self = this, one = Array.isArray(params) ? params[0] : params;
    if (!one) return "";
    if (data.kind === "heat") return data.series[one.value[1]].name + " · " + data.labels[one.value[0]] + "\n" + this.said(one.value[2]);
    var n = one.dataIndex;
    if (data.labels[n] === undefined) return one.name + "\n" + this.nothing; // a place on the map of which nothing is known
    return [data.labels[n]].concat(data.series.map(function (s) {
      return (data.series.length > 1 || data.kind === "spread" ? s.name + "  " : "") + self.ranged(s, n);
    })).join("\n");
  };

  Picture.prototype.option = function (c) {
    var option = this.ground(c), own = KINDS[this.data.kind](this, c), self = this;
    var tooltip = Object.assign(option.tooltip, own.tooltip, { formatter: function (params) { return self.tells(params); } });
    return Object.assign(option, own, { tooltip: tooltip });
  };

  Picture.prototype.draw = function (c, width) {
    if (!this.data.labels.length || !this.all().length) { this.box.classList.add("none"); return; }
    this.width = width || this.box.clientWidth || 640;
    this.font = this.width < 480 ? 12 : 13;
    if (this.chart) this.chart.dispose();
    // Its size is given in numbers: a page that allows no inline style has no other place for it.
    this.box.style.height = this.lines() + "px";
    this.chart = window.echarts.init(this.box, null, { renderer: "svg", width: this.width, height: this.lines() });
    this.chart.setOption(this.option(c));
    var self = this;
    this.chart.on("click", function (p) {
      var data = self.data, heat = data.kind === "heat", series = heat ? data.series[p.value[1]] : data.series[Math.min(p.seriesIndex || 0, data.series.length - 1)];
      var href = series && series.links[heat ? p.value[0] : p.dataIndex];
      if (href) window.location.assign(href);
    });
  };

  // The outlines of a map are fetched once, from this site.
  Picture.prototype.ready = function () {
    var at = this.data.outlines;
    if (!at) return Promise.resolve();
    return fetch(at).then(function (answer) { return answer.json(); }).then(function (found) { window.echarts.registerMap(at, found); });
  };

  function show(figure) {
    var picture = new Picture(figure);
    fetchProgram().then(function () { return picture.ready(); }).then(function () {
      if ("drawn" in figure.dataset) return;
      picture.draw(colours());
      drawn.push(picture);
      figure.dataset.drawn = "";
    }).catch(function () { picture.box.classList.add("none"); });
    var save = figure.querySelector("[data-save]"), print = figure.querySelector("[data-print]");
    if (save) save.addEventListener("click", function () { if (picture.chart) keep(picture); });
    if (print) print.addEventListener("click", function () { window.print(); });
  }

  // A picture to take along: title above, source below, on white, at twice its size.
  function keep(picture) {
    var wide = 960, head = 56, foot = picture.data.source ? 40 : 12, before = picture.width, names = picture.figure.querySelectorAll(".legend li");
    picture.draw(KEPT, wide);
    var svg = picture.box.querySelector("svg").cloneNode(true), tall = picture.lines(), image = new Image();
    picture.draw(colours(), before);
    svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    image.onload = function () {
      var canvas = document.createElement("canvas"), pen = canvas.getContext("2d"), c = KEPT, face = getComputedStyle(document.body).fontFamily;
      var above = head + (names.length ? 24 : 0), edge = 24;
      canvas.width = 2 * (wide + 2 * edge); canvas.height = 2 * (above + tall + foot + edge);
      pen.scale(2, 2);
      pen.fillStyle = c.sheet; pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.fillStyle = c.ink; pen.font = "600 20px " + face; pen.fillText(picture.data.title, edge, 36, wide);
      pen.font = "14px " + face;
      var x = edge;
      names.forEach(function (li, n) {
        var words = ["●", "▲", "■", "◆", "▼", "✚"][n % 6] + " " + li.textContent;
        pen.fillStyle = c.lines[n % 6]; pen.fillText(words, x, head + 8); x += pen.measureText(words).width + 24;
      });
      pen.drawImage(image, edge, above, wide, tall);
      pen.fillStyle = c.soft; pen.font = "12px " + face; pen.fillText(picture.data.source, edge, above + tall + 28, wide);
      var link = document.createElement("a");
      link.download = picture.figure.id + ".png"; link.href = canvas.toDataURL("image/png");
      link.click();
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(svg));
  }

  function again() { drawn.forEach(function (picture) { picture.draw(colours()); }); }
  var width = window.innerWidth, waiting = 0;
  window.addEventListener("resize", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () { if (window.innerWidth !== width) { width = window.innerWidth; again(); } }, 150);
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  // What was never in sight is drawn for paper too, if the program is there by now.
  window.addEventListener("beforeprint", function () {
    if (window.echarts) document.querySelectorAll("figure.chart:not([data-drawn])").forEach(function (figure) {
      var picture = new Picture(figure);
      if (picture.data.outlines) return;
      drawn.push(picture); figure.dataset.drawn = "";
    });
    drawn.forEach(function (picture) { picture.draw(PAPER, 640); });
  });
  window.addEventListener("afterprint", again);

  // Also those that come with a part of a page.
  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) { if (entry.isIntersecting) { seen.unobserve(entry.target); show(entry.target); } });
  }, { rootMargin: "400px" });
  function watch() {
    document.querySelectorAll("figure.chart:not([data-watched])").forEach(function (figure) { figure.dataset.watched = ""; seen.observe(figure); });
  }
  watch();
  document.addEventListener("htmx:load", watch);
})();
