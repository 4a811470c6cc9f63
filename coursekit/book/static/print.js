/* Paper is white, and on it nothing unfolds: print in the light theme, with all that is folded
   inside the article open. Afterward the page is as it was. */
(() => {
  const root = document.documentElement;
  let theme = null;
  let opened = [];

  addEventListener("beforeprint", () => {
    if (theme === null) theme = root.dataset.theme;
    root.dataset.theme = "light";
    const folded = [...document.querySelectorAll("article details:not([open])")];
    for (const details of folded) details.open = true;
    opened = opened.concat(folded);
  });

  addEventListener("afterprint", () => {
    if (theme !== null) root.dataset.theme = theme;
    for (const details of opened) details.open = false;
    theme = null;
    opened = [];
  });
})();
