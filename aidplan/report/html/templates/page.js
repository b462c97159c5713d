(function () {
  "use strict";
  var figures = JSON.parse(document.getElementById("figures").textContent);
  var settings = { responsive: true, displayModeBar: false, scrollZoom: false, doubleClick: false, typesetMath: false };

  // On a narrow screen the names beside a chart give way to the chart; the table below it has them whole.
  var NARROW = 640, LONGEST = 20;
  function shortened(name) { return name.length > LONGEST + 2 ? name.slice(0, LONGEST).trimEnd() + "…" : name; }
  function inTwoLines(name) {
    var at = name.length > LONGEST ? name.lastIndexOf(" ", LONGEST) : -1;
    return at < 0 ? shortened(name) : name.slice(0, at) + "<br>" + shortened(name.slice(at + 1));
  }
  function giveWay(figure) {
    var axis = figure.layout.yaxis;
    if (window.innerWidth <= NARROW && axis && axis.ticktext) {
      axis.ticktext = axis.ticktext.map(inTwoLines);
      axis.tickfont = { size: 10 };
    }
  }

  function draw() { Object.keys(figures).forEach(function (id) {
    var figure = figures[id];
    giveWay(figure);
    Plotly.newPlot(id, figure.data, figure.layout, settings);
    // The chart is one picture with a name; a screen reader finds its figures in the table below it.
    document.getElementById(id).firstElementChild.setAttribute("aria-hidden", "true");
  });
  var tester = document.getElementById("js-plotly-tester");
  if (tester) { tester.setAttribute("aria-hidden", "true"); }
  }

  // The chart library is packed; unpacked, it runs because the page's policy names its hash.
  function unpacked(text) {
    var bytes = Uint8Array.from(atob(text), function (one) { return one.charCodeAt(0); });
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }
  function cannotDraw() {
    document.querySelectorAll(".plot").forEach(function (one) {
      one.textContent = "This browser cannot draw the chart; its figures are in the table below.";
      one.style.minHeight = "0";
    });
  }
  var packed = document.getElementById("packed");
  if (packed && typeof DecompressionStream === "undefined") { cannotDraw(); }
  else if (packed) {
    unpacked(packed.textContent).then(function (text) {
      var script = document.createElement("script");
      script.textContent = text;
      document.head.appendChild(script);
      draw();
      document.querySelectorAll("[data-slides]").forEach(function (one) {
        if (one.value !== "0") { one.dispatchEvent(new Event("input")); }
      });
      document.dispatchEvent(new Event("drawn"));
    }).catch(cannotDraw);
  }

  document.querySelectorAll("[data-slides]").forEach(function (slider) {
    var id = slider.getAttribute("data-slides");
    slider.addEventListener("input", function () {
      var frame = figures[id].frames[Number(slider.value)];
      slider.setAttribute("aria-valuetext", frame.label);
      document.getElementById(id + "-shown").textContent = frame.label;
      if (typeof Plotly === "undefined") { return; }
      Plotly.restyle(id, { z: [frame.z], text: [frame.text] }, [0]);
    });
  });

  // A shade at the right edge says that a table goes on there; one that fits has none.
  function markWide() {
    document.querySelectorAll(".scroll").forEach(function (one) {
      one.classList.toggle("wider", one.scrollWidth > one.clientWidth + 1);
    });
  }
  window.addEventListener("resize", markWide);
  document.addEventListener("toggle", markWide, true);
  markWide();

  var opened = [];
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.prints:not([open])").forEach(function (one) {
      one.open = true;
      opened.push(one);
    });
    document.querySelectorAll(".main-svg").forEach(function (drawing) {
      // A drawing with a view box is scaled by the paper's width instead of cut.
      drawing.setAttribute("viewBox", "0 0 " + drawing.getAttribute("width") + " " + drawing.getAttribute("height"));
    });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (one) { one.open = false; });
    opened = [];
    document.querySelectorAll(".main-svg").forEach(function (drawing) { drawing.removeAttribute("viewBox"); });
  });
})();
