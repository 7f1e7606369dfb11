// Draws each diagram from its text, in the colours of the theme; choosing another one draws them again.
const LEAST_SCALE = 0.8; // labels of 13 px
const diagrams = [...document.querySelectorAll(".highlight-mermaid")].map((block) => {
  const text = block.textContent;
  const drawing = document.createElement("pre");
  drawing.className = "mermaid";
  block.replaceChildren(drawing);
  return { drawing, text };
});

function isDark() {
  const chosen = document.body.dataset.theme;
  return chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}

async function draw() {
  for (const { drawing, text } of diagrams) {
    drawing.removeAttribute("data-processed");
    drawing.textContent = text;
  }
  mermaid.initialize({ startOnLoad: false, theme: isDark() ? "dark" : "neutral" });
  await mermaid.run({ nodes: diagrams.map(({ drawing }) => drawing) });
  for (const { drawing } of diagrams) {
    const svg = drawing.querySelector("svg"); // a wide one is scrolled rather than too small to read
    svg.style.minWidth = `${LEAST_SCALE * svg.viewBox.baseVal.width}px`;
  }
}

draw();
new MutationObserver(draw).observe(document.body, { attributeFilter: ["data-theme"] });
