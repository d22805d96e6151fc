import { formatBytes, formatDuration } from '../parts/format.js';
import type { PlotSettings } from './plot.js';

const MEGABYTE = 1024 * 1024;

/** Times are those since the first sample. */
const formatTime = (secs: number): string => (secs === 0 ? '0' : formatDuration(secs * 1000));

/** Memory, in bytes. */
export const MEMORY_PLOT: PlotSettings = {
    colour: '--accent',
    format: formatBytes,
    formatTime,
    least: 16 * MEGABYTE,
    steps: Array.from({ length: 16 }, (_, power) => MEGABYTE * 2 ** power),
};

/** Processor time, in percent of one processor. */
export const CPU_PLOT: PlotSettings = {
    colour: '--going',
    format: (percent) => `${Math.round(percent)} %`,
    formatTime,
    least: 100,
    steps: [10, 25, 50, 100, 200, 500, 1000],
};
