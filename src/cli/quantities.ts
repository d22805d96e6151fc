import type { ParsedWords } from './parsed-words.js';

const SECS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** An option that is a size of memory, in megabytes: `512`, `512MB`, `1GB`. */
export function readMegabytes(words: ParsedWords, name: string): number | undefined {
    const text = words.text(name);
    if (text === undefined) return undefined;
    const [, amount, unit = 'mb'] = /^(\d+(?:\.\d+)?)\s*(mb?|gb?|mib|gib)?$/i.exec(text) ?? [];
    if (amount === undefined) throw words.bad(`--${name} is '${text}', but must be megabytes: 512, 512MB or 1GB.`);
    return Number(amount) * (/^g/i.test(unit) ? 1024 : 1);
}

/** An option that is a time span, in seconds: `90`, `90s`, `5m`, `1h30m`. */
export function readSeconds(words: ParsedWords, name: string): number | undefined {
    const text = words.text(name);
    if (text === undefined) return undefined;
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
    if (!/^(\d+(\.\d+)?[smhd])+$/i.test(text)) {
        throw words.bad(`--${name} is '${text}', but must be a time: 90 (seconds), 90s, 5m or 1h30m.`);
    }
    return [...text.matchAll(/([\d.]+)([smhd])/gi)].reduce(
        (sum, [, amount, unit]) => sum + Number(amount) * SECS[unit!.toLowerCase()]!,
        0,
    );
}

/** An option that is an amount of money, above 0. */
export function readAmount(words: ParsedWords, name: string): number | undefined {
    const text = words.text(name);
    if (text === undefined) return undefined;
    if (/^\d*\.?\d+$/.test(text)) return Number(text);
    throw words.bad(`--${name} is '${text}', but must be a number, such as 0.5.`);
}
