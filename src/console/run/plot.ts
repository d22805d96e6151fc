import UPlot from 'uplot';

// The one place that names the library; its styles come with ours.

/** What a plot shows: values over time. */
export interface PlotSettings {
    /** Of the line, as the style sheet names it: `--accent`. */
    readonly colour: string;
    /** A value as words: `12 MB`. */
    readonly format: (value: number) => string;
    /** A time, in seconds, as words. */
    readonly formatTime: (secs: number) => string;
    /** What the upper end is at least. */
    readonly least: number;
    /** Steps between the lines of the grid are these, times powers of ten or of two. */
    readonly steps: number[];
}

/** A plot on the page. */
export interface Plot {
    /** Shows other values, oldest first; times in seconds. */
    show(times: readonly number[], values: readonly number[]): void;
    resize(width: number): void;
    remove(): void;
}

const HEIGHT = 180;
/** All plots that are made show the same moment under the pointer. */
const SYNC = 'usage';

/** Makes a plot in an element. Its colours are those in force: make another when the theme changes. */
export function makePlot(element: HTMLElement, width: number, settings: PlotSettings): Plot {
    const colourOf = (name: string): string => resolveColour(element, name);
    const line = colourOf(settings.colour);
    const axis = {
        stroke: colourOf('--faint'),
        grid: { stroke: colourOf('--line'), width: 1 },
        ticks: { show: false },
    };
    const { format, formatTime, least } = settings;
    const plot = new UPlot(
        {
            width,
            height: HEIGHT,
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
                { ...axis, size: 64, space: 24, incrs: settings.steps, values: (_, splits) => splits.map(format) },
            ],
        },
        [[], []],
        element,
    );
    return {
        show: (times, values) => plot.setData([[...times], [...values]]),
        resize: (next) => plot.setSize({ width: next, height: HEIGHT }),
        remove: () => plot.destroy(),
    };
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
