import UPlot from 'uplot';
import { formatDuration } from '../components/format.js';

// The only module that imports the library. Its styles are in the style sheet.

export interface PlotSettings {
    /** CSS variable of the line's colour: `--accent`. */
    readonly colour: string;
    readonly format: (value: number) => string;
    /** Minimum of the upper end of the scale. */
    readonly minTop: number;
    /** Possible distances between grid lines. */
    readonly steps: number[];
}

export type Plot = Pick<UPlot, 'setData' | 'setSize' | 'destroy'>;

export const PLOT_HEIGHT = 180;
/** Synchronizes the pointer position of all plots. */
const SYNC = 'usage';

const formatTime = (secs: number): string => (secs === 0 ? '0' : formatDuration(secs * 1000));

/** Creates a plot in an element. It has the colours of the current theme, so it must be created again when the theme changes. */
export function createPlot(element: HTMLElement, { colour, format, minTop, steps }: PlotSettings): Plot {
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
            scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(most, minTop) * 1.1] } },
            legend: { show: true, live: true, markers: { show: false } },
            cursor: { sync: { key: SYNC }, drag: { x: true, y: false } },
            series: [
                { label: 'Time', value: (_, secs) => (secs === null ? '–' : formatTime(secs)) },
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

/** Resolves a CSS variable to a colour for a canvas: `rgb(15, 118, 110)`. */
function resolveColour(element: HTMLElement, name: string): string {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    element.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
}
