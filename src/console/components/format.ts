const BYTES = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `1.4 MB`; a kilobyte has 1024. */
export function formatBytes(bytes: number): string {
    const unit = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), BYTES.length - 1);
    const value = bytes / 1024 ** unit;
    return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BYTES[unit]}`;
}

/** `340 ms`, `4.2 s`, `2 m`, `3 m 20 s`, `2 h 5 m`, `3 d 4 h`. */
export function formatDuration(millis: number): string {
    if (millis < 1_000) return `${Math.max(0, Math.round(millis))} ms`;
    const secs = millis / 1_000;
    if (secs < 60) return `${secs.toFixed(1)} s`;
    const [minutes, hours, days] = [Math.floor(secs / 60), Math.floor(secs / 3_600), Math.floor(secs / 86_400)];
    if (hours === 0) return joinUnits(minutes, 'm', Math.floor(secs % 60), 's');
    if (days === 0) return joinUnits(hours, 'h', minutes % 60, 'm');
    return joinUnits(days, 'd', hours % 24, 'h');
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
    return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `12,345`. */
export function formatCount(count: number): string {
    return count.toLocaleString('en');
}

/** `$0.0042`, `$1.25`. */
export function formatUsd(usd: number): string {
    return `$${usd === 0 || usd >= 0.01 ? usd.toFixed(2) : usd.toPrecision(2)}`;
}

const DATE_TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** `26 Nov 2026, 18:40:02`, in the time zone of the browser. */
export function formatDate(iso: string): string {
    return DATE_TIME.format(new Date(iso));
}

const STEPS: readonly (readonly [secs: number, unit: Intl.RelativeTimeFormatUnit])[] = [
    [86_400 * 30, 'month'],
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
];
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'narrow' });

/** `3min ago`, `in 2h`, `now`, in the narrow style of the browser. */
export function formatAgo(iso: string, nowMillis: number): string {
    const secs = (new Date(iso).getTime() - nowMillis) / 1_000;
    const step = STEPS.find(([size]) => Math.abs(secs) >= size);
    if (step) return RELATIVE.format(Math.trunc(secs / step[0]), step[1]);
    return Math.abs(secs) < 5 ? 'now' : RELATIVE.format(Math.trunc(secs), 'second');
}

/** Words of constants that are not in lower case. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
    ['actors', 'Actors'],
    ['api', 'API'],
    ['cli', 'CLI'],
    ['gbytes', 'GB'],
    ['github', 'GitHub'],
    ['serps', 'SERPs'],
]);

/** A constant of the API in words: `KEY_VALUE_STORE_READS` as `Key-value store reads`, `TIMED-OUT` as `Timed out`. */
export function humanize(name: string): string {
    const words = name
        .toLowerCase()
        .replaceAll(/[-_]/g, ' ')
        .replace('key value', 'key-value')
        .replaceAll(/\w+/g, (word) => SPELLINGS.get(word) ?? word);
    return words.charAt(0).toUpperCase() + words.slice(1);
}

/** True if the other texts contain each word of a text, ignoring case. */
export function hasWords(text: string, ...where: readonly (string | undefined)[]): boolean {
    const searched = where.join(' ').toLowerCase();
    return text
        .toLowerCase()
        .split(/\s+/)
        .every((word) => searched.includes(word));
}
