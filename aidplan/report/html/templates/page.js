(function () {
  "use strict";
  var figures = JSON.parse(document.getElementById("figures").textContent);
  var settings = { responsive: true, displayModeBar: false, scrollZoom: false, doubleClick: false, typesetMath: false };

  Object.keys(figures).forEach(function (id) {
    var figure = figures[id];
    Plotly.newPlot(id, figure.data, figure.layout, settings);
    // The chart is one picture with a name; a screen reader finds its figures in the table below it.
    document.getElementById(id).firstElementChild.setAttribute("aria-hidden", "true");
  });
  var tester = document.getElementById("js-plotly-tester");
  if (tester) { tester.setAttribute("aria-hidden", "true"); }

  document.querySelectorAll("[data-slides]").forEach(function (slider) {
    var id = slider.getAttribute("data-slides");
    slider.addEventListener("input", function () {
      var frame = figures[id].frames[Number(slider.value)];
      slider.setAttribute("aria-valuetext", frame.label);
      document.getElementById(id + "-shown").textContent = frame.label;
      Plotly.restyle(id, { z: [frame.z], text: [frame.text] }, [0]);
    });
  });

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
