/** How the page looks; the page's script takes the colours of the charts from here. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --panel: #f5f6f8; --line: #d5d9e0; --text: #1b1f27; --soft: #555d6b;
  --first: #1f5fd1; --second: #a34a00; --insert: #1f5fd1; --update: #b8860b; --delete: #b3261e;
  --good: #17693a; --bad: #a3201a; --warn: #8a5200; --focus: #1f5fd1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171c; --panel: #1e232b; --line: #3a424f; --text: #e8eaee; --soft: #a9b1bf;
    --first: #7db0ff; --second: #f0b266; --insert: #7db0ff; --update: #e6c25a; --delete: #ff8f87;
    --good: #6fd397; --bad: #ff9a92; --warn: #f0b266; --focus: #7db0ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .25rem; }
main > section:first-of-type > h2 { margin-top: 0; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
h4 { font-size: .875rem; margin: .75rem 0 .25rem; }
p { margin: .25rem 0; overflow-wrap: anywhere; }
section > p, footer, .file, .failure > p { color: var(--soft); }
a { color: var(--first); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--back); padding: .5rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.25rem, 1fr)); gap: .5rem; margin: 1rem 0; }
dl > div { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.state { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-size: .875rem; font-weight: 600; white-space: nowrap; }
.passed, .killed { color: var(--good); } .failed, .survived { color: var(--bad); } .interrupted, .skipped, .pending, .allowed { color: var(--warn); }
.equivalent, .not-viable { color: var(--soft); }
.chart { margin: .5rem 0 0; border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .25rem 0 0; overflow: hidden; }
.under-chart { margin-top: .4rem; display: flex; flex-wrap: wrap; gap: 0 1rem; min-height: 1.5rem; font-size: .875rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.keys { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0; padding: 0; font-size: .875rem; }
.keys:empty { display: none; }
.keys li::before { content: ""; display: inline-block; width: .75rem; height: .75rem; border-radius: .15rem; margin-right: .4rem; background: var(--key); }
.key-0 { --key: var(--first); } .key-1 { --key: var(--second); }
.inserts { --key: var(--insert); } .updates { --key: var(--update); } .deletes { --key: var(--delete); }
.bar-name { margin: .5rem 0 .1rem; font-size: .875rem; }
.bar { display: flex; gap: 1px; height: 1.1rem; min-width: 8px; margin-bottom: .5rem; }
.bar span { background: var(--key); min-width: 3px; flex-basis: 0; }
.wide { overflow-x: auto; margin: .5rem 0; border: 1px solid var(--line); border-radius: .5rem; max-height: 30rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .75rem; text-align: right; vertical-align: top; border-top: 1px solid var(--line); white-space: nowrap; }
thead th { position: sticky; top: 0; background: var(--panel); border-top: 0; }
th:first-child { text-align: left; }
tbody th { font-weight: 400; }
tfoot th, tfoot td { font-weight: 600; }
td.text { text-align: left; white-space: normal; min-width: 16rem; overflow-wrap: anywhere; }
.texts thead th:nth-child(3) { text-align: left; }
.tests tbody th { white-space: normal; min-width: 14rem; max-width: 32rem; overflow-wrap: anywhere; }
.texts tbody th { white-space: nowrap; }
.mutants td, .mutants thead th, .anomalies thead th:nth-child(3) { text-align: left; }
.mutants tbody th { white-space: normal; min-width: 20rem; overflow-wrap: anywhere; } .mutants td.text { min-width: 8rem; }
.score { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; margin: .75rem 0; }
.file { display: block; }
summary { cursor: pointer; padding: .25rem 0; color: var(--first); width: fit-content; }
.failure { border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: .5rem; padding: .75rem; margin: .75rem 0; }
pre { background: var(--panel); border-radius: .35rem; padding: .6rem; margin: .5rem 0; overflow: auto; max-height: 30rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .8125rem/1.45 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
.command { max-height: 10rem; }
@media (max-width: 40rem) { header, main, footer { padding: .75rem; } dd { font-size: 1.05rem; } table { font-size: .8125rem; } th, td { padding: .35rem .3rem; } th:first-child { white-space: normal; overflow-wrap: anywhere; min-width: 5rem; } .texts th:first-child { min-width: 6rem; } td.text { min-width: 10rem; } .anomalies tbody th { white-space: normal; } .anomalies th:first-child { min-width: 5.5rem; } .mutants thead { display: none; } .mutants tbody th, .mutants td.text { min-width: 0; } .mutants tr, .mutants th, .mutants td { display: block; border: 0; padding: .1rem .5rem; } .mutants tr { border-top: 1px solid var(--line); padding: .35rem 0; } .mutants td:empty { display: none; } .anomalies td.text { min-width: 0; } }
@media print { .wide, pre { max-height: none; overflow: visible; } }
`
