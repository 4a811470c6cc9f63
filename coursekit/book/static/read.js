/* "I have read this chapter", at the end of a chapter; the start page counts it. */
(function () {
  "use strict";
  var storage = window.courseStorage;

  function isRead(value) {
    return Boolean(value) && typeof value === "object" && !Array.isArray(value);
  }

  function start() {
    document.querySelectorAll(".ck-read").forEach(function (place) {
      var slug = place.dataset.chapter;
      var label = document.createElement("label");
      var box = document.createElement("input");
      var told = document.createElement("span");
      box.type = "checkbox";
      told.setAttribute("role", "status");
      label.append(box, " I have read this chapter");
      place.append(label, " ", told);

      var stored = storage.read("read", 1, isRead);
      box.checked = Boolean((stored.value || {})[slug]);
      told.textContent = stored.problem;
      box.addEventListener("change", function () {
        var read = storage.read("read", 1, isRead).value || {}; // another page may have written
        if (box.checked) read[slug] = new Date().toISOString().slice(0, 10); else delete read[slug];
        told.textContent = storage.write("read", 1, read) ||
          (box.checked ? "Noted. The start page shows what is left." : "");
      });
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
