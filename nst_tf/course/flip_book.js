(function (name, film) {
  // Every copy of this film on the page that has no control yet: the script makes the control, so that a page which
  // drops scripts keeps the still picture and shows no dead slider.
  document.querySelectorAll('[data-film="' + name + '"]:not([data-ready])').forEach(function (box) {
    box.dataset.ready = "yes";
    var picture = box.querySelector("[data-part=picture]"), chart = box.querySelector("[data-part=chart]");
    var caption = box.querySelector("[data-part=caption]"), alt = picture.alt, last = film.frames.length - 1;
    caption.setAttribute("aria-live", "polite");
    film.frames[film.start] = picture.src;  // stored once, as the still picture
    if (film.charts.length) film.charts[film.start] = chart.src;

    function make(tag, properties, style) {
      var element = Object.assign(document.createElement(tag), properties);
      element.style.cssText = style;
      return element;
    }

    var marks = film.dots.length ? film.dots[0].map(function (_, k) {
      var shape = ["border-radius:50%;", "", "transform:rotate(45deg);"][k % 3];
      return chart.parentNode.appendChild(make("span", {}, "position:absolute;width:10px;height:10px;margin:-6px;" +
        "border:2px solid white;box-shadow:0 0 2px black;background:" + film.colours[k] + ";" + shape));
    }) : [];

    function show(k) {
      picture.src = film.frames[k];
      picture.alt = alt + " Now: " + film.captions[k];
      caption.textContent = film.captions[k];
      slider.value = k;
      slider.setAttribute("aria-valuetext", film.captions[k]);
      if (film.charts.length) chart.src = film.charts[k];
      marks.forEach(function (mark, m) {
        mark.style.left = film.dots[k][m][0] + "%";
        mark.style.top = film.dots[k][m][1] + "%";
      });
    }

    var slider = make("input", { type: "range", min: 0, max: last, step: 1 }, "flex:1;min-width:8em;max-width:32em");
    slider.setAttribute("aria-label", film.label);
    slider.oninput = function () { stop(); show(+slider.value); };

    var timer = null, button = make("button", { type: "button" }, "min-width:5em");
    function stop() { clearInterval(timer); timer = null; button.textContent = "▶ Play"; }
    button.onclick = function () {
      if (timer) return stop();
      if (+slider.value === last) show(0);
      button.textContent = "❚❚ Pause";
      timer = setInterval(function () {
        if (+slider.value === last || !box.isConnected) return stop();
        show(+slider.value + 1);
      }, 500);
    };

    var bar = make("div", {}, "display:flex;gap:0.8em;align-items:center;max-width:40em;margin:0.4em 0");
    [button, slider].forEach(function (control) {
      control.dataset.lmSuppressShortcuts = "true";  // or JupyterLab takes its keys, arrows among them, for itself
      bar.append(control);
    });
    caption.before(bar);
    stop();
    show(film.start);
  });
})
