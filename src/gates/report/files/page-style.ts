/** The page must work from a file, without a network: its style and its script are part of it. */
export const style = `
:root { color-scheme: light dark; --text: #1f2328; --soft: #59636e; --back: #fff; --card: #f6f8fa; --line: #d1d9e0;
  --passed: #1a7f37; --failed: #cf222e; --inconclusive: #59636e; --error: #9a6700; --link: #0969da; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9198a1; --back: #0d1117; --card: #151b23;
  --line: #3d444d; --passed: #3fb950; --failed: #f85149; --inconclusive: #9198a1; --error: #d29922; --link: #4493f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); }
h1 { font-size: 1.4rem; margin: .5rem 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
a { color: var(--link); } a:focus-visible, summary:focus-visible, input:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.soft { color: var(--soft); } .tag { font-weight: 600; white-space: nowrap; }
.passed { color: var(--passed); } .failed, .rollback-failed, .rolled-back { color: var(--failed); }
.inconclusive, .not-run { color: var(--inconclusive); } .error { color: var(--error); }
header { border-left: 6px solid currentColor; padding-left: 1rem; } header > * { color: var(--text); } header .tag { color: inherit; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; padding: .4rem .8rem; background: var(--card); }
summary { cursor: pointer; } input { font: inherit; width: 100%; padding: .4rem .6rem; border: 1px solid var(--line); border-radius: 6px; color: inherit; background: var(--back); }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--text); } .bar-passed { fill: var(--passed); }
.bar-failed { fill: var(--failed); } .bar-inconclusive { fill: var(--inconclusive); } .bar-error { fill: var(--error); }
.axis { stroke: var(--line); } .curve { stroke: var(--link); fill: none; stroke-width: 2; } .bound { stroke: var(--failed); stroke-dasharray: 6 4; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; } figure { margin: 0; }
@media print { body { max-width: none; padding: 0; } input, .search { display: none; } details { break-inside: avoid; } }
`;

/** Hides the findings that do not have every word of the search. Opens everything for a print. */
export const script = `
const search = document.querySelector('#search');
const rows = [...document.querySelectorAll('#findings tbody tr')];
const count = document.querySelector('#count');
search?.addEventListener('input', () => {
  const words = search.value.toLowerCase().split(/\\s+/);
  for (const row of rows) row.hidden = !words.every(word => row.textContent.toLowerCase().includes(word));
  count.textContent = rows.filter(row => !row.hidden).length + ' of ' + rows.length;
});
addEventListener('beforeprint', () => { for (const fold of document.querySelectorAll('details')) fold.open = true; });
`;
