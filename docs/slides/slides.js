// What is read by MathJax, which comes after this.
window.MathJax = {
  tex: { inlineMath: [["$", "$"]], displayMath: [["$$", "$$"]], processEnvironments: true },
  chtml: { displayAlign: "left", matchFontHeight: false },
};

Reveal.initialize({
  width: 1280, height: 720, margin: 0, center: false, display: "flex",
  navigationMode: "linear",  // both arrows lead to the next slide
  hash: true, slideNumber: "c/t", transition: "none", plugins: [RevealNotes],
  pdfMaxPagesPerSlide: 1,  // as index.html?print-pdf prints them
});

// A film's control that a mouse or a finger has moved lets go of the keys: the next arrow is for the slides again. One that
// was reached by Tab keeps them.
document.querySelectorAll("[data-film]").forEach(function (film) {
  film.dataset.preventSwipe = "";
  film.addEventListener("pointerup", function () { document.activeElement.blur(); });
});
