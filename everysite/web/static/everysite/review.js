/* Review page: words selected in either text can be taken out at once; choices not yet saved are kept in this
   browser (numbers and choices only, never words). The page works without it. */
(function () {
  "use strict";

  var words = document.querySelectorAll(".es-text__words");
  var box = document.getElementById("f-words");
  var pick = document.querySelector("[data-pick]");

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
    if (text.length < 2 || pick.elements.words.value === text) {
      return;
    }
    pick.elements.words.value = text;
    box.value = text;
    pick.querySelector("[data-picked]").textContent = text.length > 80 ? text.slice(0, 80) + "…" : text;
    pick.hidden = false;
  }

  function drop() {
    pick.hidden = true;
    pick.elements.words.value = "";
    box.value = "";
    window.getSelection().removeAllRanges();
  }

  if (pick && box && words.length) {
    document.addEventListener("mouseup", take);
    document.addEventListener("keyup", take);
    document.addEventListener("selectionchange", function () {
      if (window.matchMedia("(pointer: coarse)").matches) {
        take();
      }
    });
    pick.querySelector("[data-pick-no]").addEventListener("click", drop);
    pick.querySelector("[data-pick-more]").addEventListener("click", function () {
      box.closest("details").open = true;
      pick.hidden = true;
      document.getElementById("f-label").focus();
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !pick.hidden) {
        drop();
      }
    });
  }

  /* Choices that wait to be saved: kept until they are, or until the words change. */
  var form = document.querySelector("form[data-draft]");
  var told = form && form.querySelector("[data-chosen]");
  var key = form && "everysite-choices-" + form.dataset.draft;

  function chosen() {
    return Array.from(form.querySelectorAll("input[type=radio]:checked"));
  }

  function tell() {
    var waiting = form.querySelectorAll("fieldset").length;
    var done = chosen().length;
    told.textContent = done ? done + " of " + waiting + " chosen on this page. Not saved yet." : "";
  }

  if (form) {
    try {
      JSON.parse(localStorage.getItem(key) || "[]").forEach(function (id) {
        var one = document.getElementById(id);
        if (one && form.contains(one)) {
          one.checked = true;
        }
      });
    } catch (error) {
      /* Nothing was kept. */
    }
    tell();
    form.addEventListener("change", function () {
      tell();
      try {
        localStorage.setItem(key, JSON.stringify(chosen().map(function (one) { return one.id; })));
      } catch (error) {
        /* The choices last until the page is left. */
      }
    });
    form.addEventListener("submit", function () {
      try {
        localStorage.removeItem(key);
      } catch (error) {
        /* There was nothing to forget. */
      }
    });
  }
})();
