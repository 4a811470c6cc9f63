// Runs Lighthouse on one page after the other in one headless Chromium; a line of JSON a page.
// As a library Lighthouse reports nothing to anybody; only its command line would ask.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const CATEGORIES = {
  performance: "performance", accessibility: "accessibility",
  "best-practices": "best practices", seo: "SEO",
};
const { chromium, flags, addresses } = JSON.parse(process.argv[2]);

function cause(audit) {
  return audit.displayValue ? `${audit.title} (${audit.displayValue})` : audit.title;
}

function told(lhr) {
  const scores = {}, causes = {};
  for (const [id, name] of Object.entries(CATEGORIES)) {
    const category = lhr.categories[id];
    scores[name] = Math.floor(100 * category.score);
    causes[name] = category.auditRefs
      .filter(({ id, weight }) => weight && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
      .sort((one, other) => other.weight - one.weight)
      .map(({ id }) => cause(lhr.audits[id]));
  }
  const bytes = lhr.audits["total-byte-weight"].numericValue;
  return { error: lhr.runtimeError?.message ?? "", scores, causes, bytes };
}

const chrome = await launch({
  chromePath: chromium, chromeFlags: ["--headless=new", ...flags], logLevel: "silent",
});
try {
  for (const address of addresses) {
    const { lhr } = await lighthouse(address, {
      port: chrome.port, logLevel: "error", onlyCategories: Object.keys(CATEGORIES),
    });
    console.log(JSON.stringify(told(lhr)));
  }
} finally {
  await chrome.kill();
}
