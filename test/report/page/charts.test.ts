import { expect, test } from 'vitest'
import { toCharts } from '../../../src/report/page/charts.js'
import { RunRecorder } from '../../../src/report/run-recorder.js'
import { toFacts } from '../../../src/report/report-facts.js'
import { commitAt } from '../../support/report-facts.js'

const charts = (recorder: RunRecorder) =>
  toCharts(toFacts({ source: 'Vitest', version: '1', state: 'passed', outcome: '' }, recorder.record()))

test('charts have a point for every commit, from the start of the first, and end where nothing was committed', () => {
  const recorder = new RunRecorder()
  const times = [20, 40, 60, 900, 1020]
  for (const [index, at] of times.entries()) recorder.observe(commitAt(index + 1, at, { milliseconds: index, lag: at }))
  const [throughput, latency, lag] = charts(recorder)
  expect(throughput?.data).toEqual([
    [0, 1],
    [40, 40],
  ])
  const x = [0, 0.02, 0.04, 0.46, 0.88, 0.94, 1]
  expect(latency?.data).toEqual([x, [0, 1, 2, null, 3, null, 4]])
  expect(lag?.data).toEqual([x, [20, 40, 60, null, 900, null, 1020]])
})

test('a short run at an even pace has no end before its end', () => {
  const recorder = new RunRecorder()
  for (let commit = 1; commit <= 4; commit++) recorder.observe(commitAt(commit, commit * 1000))
  expect(charts(recorder)[1]?.data).toEqual([
    [0.02, 1.02, 2.02, 3.02],
    [20, 20, 20, 20],
  ])
})

test('where points are of several commits, their mean is drawn as well', () => {
  const recorder = new RunRecorder({ points: 1 })
  recorder.observe(commitAt(1, 10, { milliseconds: 5 }))
  recorder.observe(commitAt(2, 11, { milliseconds: 10 }))
  const latency = charts(recorder)[1]
  expect(latency?.labels).toEqual(['slowest', 'mean'])
  expect(latency?.data.slice(1)).toEqual([[10], [7.5]])
})

test('without commits there is nothing to draw', () => {
  expect(charts(new RunRecorder())).toEqual([])
})
