import { harmlessLine } from '../terminal/harmless.js';
import { cutToWidth, textWidth } from '../terminal/text-width.js';
import { formatBytes, formatCount, formatDuration, formatWhole } from '../terminal/units.js';
import { statusStyle } from '../runs/status-style.js';
import type { Output } from '../terminal/output.js';
import type { RunProgress } from './stage.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const MEGABYTE = 1024 * 1024;

/** One line about a run that goes on: status, time, memory, what it has done, and its status message if that fits. */
export function progressText({ run, requests }: RunProgress, elapsedMillis: number, output: Output): string {
    const frame = FRAMES[Math.floor(elapsedMillis / 100) % FRAMES.length]!;
    const { stats, options, status } = run;
    const parts = [
        formatDuration(Math.floor(elapsedMillis / 100) * 100),
        `${formatBytes(stats.memCurrentBytes)} of ${formatBytes(options.memoryMbytes * MEGABYTE)}`,
        formatCount(stats.datasetItems, 'item'),
        ...(requests.total > 0
            ? [`${formatWhole(requests.handled)} of ${formatCount(requests.total, 'request')}`]
            : []),
    ];
    const facts = ` ${parts.join(' · ')}`;
    // The last column stays free: some terminals break the line there.
    const room = output.width - 1 - textWidth(`${frame} ${status}`);
    const shown = cutToWidth(facts, room);
    const message = run.statusMessage === undefined ? '' : ` · ${harmlessLine(run.statusMessage)}`;
    const rest = room - textWidth(shown);
    const shownMessage = rest > 8 ? cutToWidth(message, rest) : '';
    return `${output.paint('cyan', frame)} ${output.paint(statusStyle(status), status)}${output.paint('dim', shown)}${shownMessage}`;
}
