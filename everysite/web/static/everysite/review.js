/* Review page: words selected in either text go into the box "Words to take out". The page works without it. */
(function () {
  "use strict";

  var box = document.getElementById("f-words");
  var words = document.querySelectorAll(".es-text__words");
  if (!box || !words.length) {
    return;
  }

  function selected() {
    var picked = window.getSelection();
    if (!picked || picked.isCollapsed || !picked.rangeCount) {
      return "";
    }
    var range = picked.getRangeAt(0);
    var inside = Array.from(words).some(function (part) {
      return part.contains(range.commonAncestorContainer);
    });
    if (!inside) {
      return "";
    }
    var copy = document.createElement("div");
    copy.appendChild(range.cloneContents());
    copy.querySelectorAll("sup, .nhsuk-u-visually-hidden").forEach(function (hidden) {
      hidden.remove();
    });
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  function take() {
    var text = selected();
    var fold = box.closest("details");
    if (text.length < 2) {
      return;
    }
    box.value = text;
    if (fold) {
      fold.querySelector(".nhsuk-details__summary-text").textContent = "Take out “" + text.slice(0, 40) + (text.length > 40 ? "…" : "") + "”";
    }
  }

  document.addEventListener("mouseup", take);
  document.addEventListener("keyup", take);
})();
