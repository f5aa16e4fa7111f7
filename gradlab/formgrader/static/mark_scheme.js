"use strict";
// Items of the mark scheme as buttons. They fill in formgrader's fields for points and comment, which saves them.
(() => {
  const scheme = document.currentScript.closest("section");
  const score = document.getElementById(scheme.dataset.answer);
  const comment = document.getElementById(`${scheme.dataset.answer}-comment`);
  const buttons = [...scheme.querySelectorAll("button")];
  // A comment that names items begins with their numbers; see gradlab/authoring/mark_schemes.py.
  const named = /^(?:\s*[\[［](?:\d+(?:[\s,，、]+\d+)*)?[\]］])+\s*/;

  function read() {
    const start = comment.value.match(named)?.[0] ?? "";
    const numbers = (start.match(/\d+/g) ?? []).map(Number);
    return numbers.every((number) => 1 <= number && number <= buttons.length)
      ? { given: new Set(numbers), text: comment.value.slice(start.length) }
      : { given: new Set(), text: comment.value };
  }

  function fill(field, value) {
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show() {
    const { given } = read();
    buttons.forEach((button, place) => {
      button.disabled = false;
      button.setAttribute("aria-pressed", given.has(place + 1));
    });
  }

  function toggle(number) {
    const { given, text } = read();
    if (!given.delete(number)) given.add(number);
    const numbers = [...given].sort((a, b) => a - b);
    const points = numbers.reduce((sum, each) => sum + Number(buttons[each - 1].dataset.points), 0);
    fill(comment, `[${numbers.join(", ")}] ${text}`.trimEnd());
    if (score) fill(score, points); // formgrader cuts it off at the maximum
    show();
  }

  if (!comment) return;
  buttons.forEach((button, place) => button.addEventListener("click", () => toggle(place + 1)));
  comment.addEventListener("input", show);
  jQuery(document).ajaxStop(show); // formgrader has read, or saved, what the fields hold
})();
