// The arrows of the sidebar, which have no text, get a name that a screen reader can say.
document.addEventListener("DOMContentLoaded", function () {
  document.querySelectorAll(".bd-links summary").forEach(function (arrow) {
    var link = arrow.parentNode.parentNode.querySelector("a");
    arrow.setAttribute("aria-label", "Pages below " + link.textContent.trim());
  });
});
