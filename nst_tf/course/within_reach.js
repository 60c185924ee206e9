(function (box) {
  // From an element with this attribute JupyterLab takes no key for itself: arrows, letters, Enter are the control's.
  box.addEventListener("focusin", function (event) { event.target.dataset.lmSuppressShortcuts = "true"; });

  function set(element, name, value) {
    if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  // The sliders of ipywidgets have no name, and on a logarithmic scale the exponent for a value. Those of version 7 have
  // not even a role.
  function describe() {
    box.querySelectorAll(".widget-readout").forEach(function (readout) {
      var slider = readout.parentNode, label = slider.querySelector(".widget-label");
      var handle = slider.querySelector(".noUi-handle, .ui-slider-handle");
      if (!label || !handle) return;
      set(handle, "role", "slider");
      set(handle, "aria-label", label.textContent);
      set(handle, "aria-valuetext", readout.textContent);
      if (handle.matches(".ui-slider-handle")) set(handle, "aria-valuenow", readout.textContent);
      set(readout, "role", "textbox");
      set(readout, "aria-label", label.textContent + ", typed");
    });
    // What is to be spoken when it changes has to stand in an element that stays.
    box.querySelectorAll(".nst-spoken > .widget-html-content").forEach(function (words) { set(words, "role", "status"); });
  }

  describe();
  new MutationObserver(describe).observe(
    box, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-valuetext"] });
})
