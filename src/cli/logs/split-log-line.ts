/** A line of a log, and when it was written. */
export interface LogEntry {
    /** ISO time; absent for a line that has none, as the later ones of a text of several lines. */
    readonly time?: string;
    readonly text: string;
}

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) /;

/** Parts a line of a log from its time. */
export function splitLogLine(line: string): LogEntry {
    const [stamp, time] = STAMP.exec(line) ?? [];
    return stamp === undefined || time === undefined ? { text: line } : { time, text: line.slice(stamp.length) };
}
