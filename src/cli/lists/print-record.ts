import { harmlessLine } from '../terminal/harmless.js';
import { textWidth } from '../terminal/text-width.js';
import type { CommandCall } from '../command.js';

/** A line of what is told of one record; left out where there is nothing to tell. */
export type RecordLine = readonly [label: string, value: string | undefined];

/** Shows one record: line by line, or with `--json` just as the API has it. */
export function printRecord({ terminal, words }: CommandCall, record: unknown, lines: readonly RecordLine[]): void {
    if (words.flag('json')) {
        terminal.json(record);
        return;
    }
    const shown = lines.filter((line): line is [string, string] => line[1] !== undefined && line[1] !== '');
    const width = Math.max(...shown.map(([label]) => textWidth(label)));
    for (const [label, value] of shown) {
        terminal.out.line(`${terminal.out.paint('bold', label.padEnd(width))}  ${harmlessLine(value)}`);
    }
}
