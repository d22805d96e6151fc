import type { JournalPlace, JournalStretch } from './backend.js';

/*
 * The lines of a queue's journal. Each is a JSON array that starts with the id of a request:
 *
 *     ["id",7,{…},12]      the request is as given, was the 12th to come, and waits in place 7
 *     ["id",null,{…},12]   the request is as given and handled
 *     ["id",7]             the request waits in place 7 now
 *     ["id"]               the request is gone
 *
 * The request itself is put in and taken out as text: reading a journal parses none of them. Journals of before the requests
 * had numbers have none; they came in the order in which they stand there.
 */

const HEAD = /\["([A-Za-z0-9]{1,15})"(?:\]\n|,(-?\d{1,20}|null)(?:\]\n|,(?=\{)))/y;

/** What a line says; `place` is null when handled, and absent together with `text` when the request is gone. */
export interface JournalLine {
    id: string;
    place?: number | null;
    text?: JournalPlace;
    ordinal?: number;
}

/** A new or changed request; `place` null means handled. */
export function requestLine(id: string, place: number | null, text: string, ordinal: number): string {
    return `["${id}",${place},${text},${ordinal}]`;
}

/** How far from the start of its line the text of a request is. */
export function offsetOfText(id: string, place: number | null): number {
    return id.length + String(place).length + 5;
}

/** A request that waits elsewhere now. */
export function moveLine(id: string, place: number): string {
    return `["${id}",${place}]`;
}

/** A request that is gone. */
export function removalLine(id: string): string {
    return `["${id}"]`;
}

/** Reads whole lines, one after the other; undefined stands for what is none. */
export function* readLines({ bytes, position }: JournalStretch): Generator<JournalLine | undefined> {
    // A character for each byte: far quicker to go through than the bytes themselves.
    const lines = bytes.toString('latin1');
    for (let from = 0, end; from < lines.length; from = end + 1) {
        end = lines.indexOf('\n', from);
        const line = readLine(lines, from, end);
        if (line?.text) line.text.position += position;
        // A piece of the long text would keep all of it.
        if (line) line.id = bytes.toString('latin1', from + 2, from + 2 + line.id.length);
        yield line;
    }
}

function readLine(lines: string, from: number, end: number): JournalLine | undefined {
    HEAD.lastIndex = from;
    const match = HEAD.exec(lines);
    if (match === null) return undefined;
    const [head, id = '', word] = match;
    const place = word === undefined ? undefined : word === 'null' ? null : Number(word);
    const position = from + head.length;
    if (head.endsWith('\n')) return { id, place };
    const [length, ordinal] = endOfText(lines, end);
    return length < position ? undefined : { id, place, text: { position, length: length - position }, ordinal };
}

/** Where the request of a line ends, and its number; -1 where no request does. */
function endOfText(lines: string, end: number): [end: number, ordinal: number | undefined] {
    if (lines[end - 1] !== ']') return [-1, undefined];
    if (lines[end - 2] === '}') return [end - 1, undefined];
    const comma = lines.lastIndexOf(',', end);
    const word = lines.slice(comma + 1, end - 1);
    return lines[comma - 1] === '}' && /^\d{1,15}$/.test(word) ? [comma, Number(word)] : [-1, undefined];
}
