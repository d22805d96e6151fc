const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Formats a time span: `85 ms`, `4.2 s`, `3 m 20 s`, `2 h 5 m`, `3 d 4 h`. */
export function formatDuration(millis: number): string {
    if (millis < SECOND) return `${Math.max(0, Math.round(millis))} ms`;
    if (millis < MINUTE) return `${(Math.floor(millis / 100) / 10).toFixed(1)} s`;
    if (millis < HOUR) return `${Math.floor(millis / MINUTE)} m ${Math.floor((millis % MINUTE) / SECOND)} s`;
    if (millis < DAY) return `${Math.floor(millis / HOUR)} h ${Math.floor((millis % HOUR) / MINUTE)} m`;
    return `${Math.floor(millis / DAY)} d ${Math.floor((millis % DAY) / HOUR)} h`;
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Formats a size in units of 1024: `512 B`, `1.5 kB`, `80 MB`. */
export function formatBytes(bytes: number): string {
    const unit = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), SIZES.length - 1);
    const size = bytes / 1024 ** unit;
    const digits = unit === 0 || size >= 100 ? size.toFixed(0) : size.toFixed(1).replace(/\.0$/, '');
    return `${digits} ${SIZES[unit]}`;
}

/** Formats an integer: `12,000`. Not by `Intl`, which takes longer to load than a short run. */
export function formatInteger(count: number): string {
    return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Formats a count with its noun: `1 item`, `12,000 items`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
    return `${formatInteger(count)} ${count === 1 ? one : many}`;
}

/** Formats a time in local time: `2026-03-01 14:05:09`; an empty string for an unknown time. */
export function formatTime(time: Date | string | undefined): string {
    const date = new Date(time ?? Number.NaN);
    if (Number.isNaN(date.getTime())) return '';
    const local = new Date(date.getTime() - date.getTimezoneOffset() * MINUTE);
    return local.toISOString().slice(0, 19).replace('T', ' ');
}
