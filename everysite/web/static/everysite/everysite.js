/* Makes working pages quicker. Every page works without it. */
(function () {
  "use strict";

  /* After a POST, or with an error, the focus goes to what has just become true. */
  var told = document.querySelector("[data-focus]");
  if (told) {
    told.focus();
  }

  /* Error summary: go to the box itself, with its label in sight. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest(".es-errors a[href^='#']");
    var box = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!box) {
      return;
    }
    var group = box.closest("fieldset, .nhsuk-form-group") || box;
    event.preventDefault();
    group.scrollIntoView();
    box.focus({ preventScroll: true });
  });

  /* How many words are left. Said aloud only when the typing rests. */
  document.querySelectorAll("[data-most-words], [data-most-characters]").forEach(function (box) {
    var line = document.getElementById(box.id + "-count");
    if (!line) {
      return;
    }
    var byWords = Boolean(box.dataset.mostWords);
    var most = Number(box.dataset.mostWords || box.dataset.mostCharacters);
    var aloud = document.createElement("p");
    var resting;
    aloud.className = "nhsuk-u-visually-hidden";
    aloud.setAttribute("aria-live", "polite");
    line.after(aloud);
    function count() {
      var text = box.value.trim();
      var used = byWords ? (text ? text.split(/\s+/).length : 0) : text.length;
      var left = most - used;
      var noun = (byWords ? "word" : "character") + (Math.abs(left) === 1 ? "" : "s");
      line.textContent =
        left >= 0
          ? "You have " + left.toLocaleString("en-GB") + " " + noun + " left"
          : "You have " + (-left).toLocaleString("en-GB") + " " + noun + " too many";
      line.classList.toggle("es-count--over", left < 0);
      clearTimeout(resting);
      resting = setTimeout(function () {
        aloud.textContent = line.textContent;
      }, 1000);
    }
    box.addEventListener("input", count);
    if (box.value) {
      count();
    }
  });

  /* The button of a register says for how many people it saves. */
  document.querySelectorAll("[data-counts]").forEach(function (button) {
    var plain = button.textContent;
    function count() {
      var n = button.form.querySelectorAll("input[name='" + button.dataset.counts + "']:checked").length;
      button.textContent = n ? button.dataset.says + " " + n + (n === 1 ? " person" : " people") : plain;
    }
    button.form.addEventListener("change", count);
    count();
  });

  /* A form goes once, however often the button is pressed. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) {
      return;
    }
    if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 3000) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = String(Date.now());
  });

  /* Review page: j and k move between decisions; a, c and p decide. Can be turned off. */
  var table = document.querySelector("[data-keys]");
  if (table) {
    var kept = "everysite-keys-off";
    var toggle = document.querySelector("[data-keys-toggle]");
    var off = false;
    try {
      off = localStorage.getItem(kept) === "yes";
    } catch (error) {
      off = false;
    }
    var name = function () {
      if (toggle) {
        toggle.hidden = false;
        toggle.textContent = off ? "Turn these keys on" : "Turn these keys off";
      }
    };
    name();
    if (toggle) {
      toggle.addEventListener("click", function () {
        off = !off;
        try {
          localStorage.setItem(kept, off ? "yes" : "no");
        } catch (error) {
          /* The choice lasts until the page is left. */
        }
        name();
      });
    }
    document.addEventListener("keydown", function (event) {
      var typing = event.target.closest("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])");
      if (off || typing || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      var groups = Array.from(table.querySelectorAll("fieldset"));
      var here = groups.findIndex(function (group) {
        return group.contains(document.activeElement);
      });
      var key = event.key.toLowerCase();
      if (key === "j" || key === "k") {
        var next = groups[here < 0 ? 0 : here + (key === "j" ? 1 : -1)];
        var to = next && (next.querySelector("input:checked") || next.querySelector("input"));
        if (to) {
          event.preventDefault();
          to.focus();
        }
      } else if (here >= 0) {
        var choice = groups[here].querySelector("[data-key='" + CSS.escape(key) + "']");
        if (choice) {
          event.preventDefault();
          choice.checked = true;
          choice.focus();
          choice.dispatchEvent(new Event("change", { bubbles: true }));
        }
      }
    });
  }
})();
