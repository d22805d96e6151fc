import UPlot from 'uplot';
import { formatDuration } from '../components/format.js';

// The one place that names the library; its styles come with ours.

export interface PlotSettings {
    /** Of the line, as the style sheet names it: `--accent`. */
    readonly colour: string;
    readonly format: (value: number) => string;
    readonly least: number;
    /** Steps between the lines of the grid are these, times powers of ten or of two. */
    readonly steps: number[];
}

export type Plot = Pick<UPlot, 'setData' | 'setSize' | 'destroy'>;

export const PLOT_HEIGHT = 180;
/** All plots that are made show the same moment under the pointer. */
const SYNC = 'usage';

const formatTime = (secs: number): string => (secs === 0 ? '0' : formatDuration(secs * 1000));

/** Makes a plot in an element. Its colours are those in force: make another when the theme changes. */
export function makePlot(element: HTMLElement, { colour, format, least, steps }: PlotSettings): Plot {
    const line = resolveColour(element, colour);
    const axis = {
        stroke: resolveColour(element, '--faint'),
        grid: { stroke: resolveColour(element, '--line'), width: 1 },
        ticks: { show: false },
    };
    return new UPlot(
        {
            width: element.clientWidth,
            height: PLOT_HEIGHT,
            scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(most, least) * 1.1] } },
            legend: { show: true, live: true, markers: { show: false } },
            cursor: { sync: { key: SYNC }, drag: { x: true, y: false } },
            series: [
                { label: 'After', value: (_, secs) => (secs === null ? '–' : formatTime(secs)) },
                {
                    label: 'Used',
                    stroke: line,
                    fill: line.replace('rgb(', 'rgba(').replace(')', ', 0.13)'),
                    width: 1.5,
                    value: (_, value) => (value === null ? '–' : format(value)),
                    points: { show: (_, __, from, to) => to - from < 2 },
                },
            ],
            axes: [
                { ...axis, size: 28, gap: 4, values: (_, splits) => splits.map(formatTime) },
                { ...axis, size: 64, space: 24, incrs: steps, values: (_, splits) => splits.map(format) },
            ],
        },
        [[], []],
        element,
    );
}

/** A colour of the style sheet as a canvas can take it, which knows nothing of themes: `rgb(15, 118, 110)`. */
function resolveColour(element: HTMLElement, name: string): string {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    element.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
}
