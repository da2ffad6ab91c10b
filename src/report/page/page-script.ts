/**
 * What runs in the page: draws the charts of `#charts` with uPlot, in the colours of the scheme, as wide as there is room;
 * reads out the values under the pointer, or those that the arrow keys reach.
 */
export const pageScript: string = String.raw`
'use strict'
const charts = JSON.parse(document.getElementById('charts').textContent)
const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 })
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
const seconds = (value) => number.format(value) + ' s'
const minute = 60, hour = 3600, day = 24 * hour
const increments = [
  ...[0.001, 0.01, 0.1, 1].flatMap((power) => [power, 2 * power, 5 * power]), 10, 15, 30,
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute), ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((count) => count * day),
]
const axisTime = (value, increment) => {
  if (increment < minute) return number.format(value) + ' s'
  if (increment < hour) return number.format(value / minute) + ' min'
  return increment < day ? number.format(value / hour) + ' h' : number.format(value / day) + ' d'
}
// Points without a neighbour, between which no line can be drawn.
const lonely = (values) => values.flatMap((value, at) => value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null ? [at] : [])
const end = Math.max(...charts.map((chart) => chart.data[0].at(-1)))
const dark = matchMedia('(prefers-color-scheme: dark)')

for (const chart of charts) {
  const place = document.querySelector('[data-chart="' + chart.id + '"]')
  const output = document.querySelector('[data-value-of="' + chart.id + '"]')
  const last = chart.data[0].length - (chart.steps ? 2 : 1)
  let plot
  let index

  const tell = (at) => {
    index = at
    if (at === undefined) return (output.textContent = '')
    const x = chart.data[0][at]
    const values = chart.labels.map((label, line) => {
      const value = chart.data[line + 1][at]
      return (chart.labels.length > 1 ? label + ' ' : '') + (value === null ? 'none' : number.format(value) + ' ' + chart.unit)
    })
    output.textContent = (chart.steps ? 'from ' + seconds(x) : 'at ' + seconds(x)) + ': ' + values.join(', ')
  }

  const draw = () => {
    plot?.destroy()
    const style = getComputedStyle(document.documentElement)
    const colour = (name) => style.getPropertyValue(name).trim()
    const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 }, font: '12px system-ui, sans-serif' }
    const series = chart.labels.map((label, line) => ({
      label,
      stroke: colour(line === 0 ? '--first' : '--second'),
      width: 1.5,
      fill: chart.steps ? colour('--first') + '33' : undefined,
      points: { show: !chart.steps, size: 4, filter: (_, at) => lonely(chart.data[at]) },
      ...(chart.steps && { paths: uPlot.paths.stepped({ align: 1 }) }),
    }))
    plot = new uPlot(
      {
        width: place.clientWidth - 4,
        height: innerWidth < 640 ? 200 : 260,
        legend: { show: false },
        cursor: { drag: { setScale: false, x: false, y: false }, y: false },
        scales: { x: { time: false, range: [0, end || 1] }, y: { range: (_, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
        axes: [
          { ...axis, space: 70, incrs: increments, values: (_, ticks, __, ___, increment) => ticks.map((tick) => axisTime(tick, increment)) },
          { ...axis, size: 60, values: (_, ticks) => ticks.map((tick) => short.format(tick)) },
        ],
        series: [{}, ...series],
        hooks: {
          setCursor: [({ cursor: { idx, left } }) => {
            if (left >= 0 && idx !== null && idx !== undefined) tell(Math.min(idx, last))
          }],
        },
      },
      chart.data,
      place,
    )
  }

  place.hidden = false
  draw()
  dark.addEventListener('change', draw)
  new ResizeObserver(() => {
    const width = place.clientWidth - 4
    if (width > 0 && width !== plot.width) plot.setSize({ width, height: plot.height })
  }).observe(place)
  place.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const here = index ?? (step > 0 ? -1 : last + 1)
    const at = Math.min(last, Math.max(0, here + step))
    plot.setCursor({ left: plot.valToPos(chart.data[0][at], 'x'), top: 10 }, false)
    tell(at)
  })
}
`
