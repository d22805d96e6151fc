import { validateHeaderName, validateHeaderValue } from 'node:http';

/** What is said to the next one on the way and not to the other end. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
]);
/** Whoever could have these taken out would have the other end see another request. */
const NEVER_HOP_BY_HOP: ReadonlySet<string> = new Set(['host', 'content-length']);

/**
 * The raw headers of a message, name after value, that are for its other end. Their case, order and repetitions stay;
 * those that Node would refuse to send are left out.
 */
export function endToEndHeaders(raw: readonly string[]): string[] {
    const pairs = toPairs(raw);
    const dropped = new Set(HOP_BY_HOP);
    for (const [name, value] of pairs) {
        if (name.toLowerCase() === 'connection')
            value.split(',').forEach((token) => dropped.add(token.trim().toLowerCase()));
    }
    for (const name of NEVER_HOP_BY_HOP) dropped.delete(name);
    // A body that comes in chunks is sent on in chunks; a length beside them is wrong.
    if (pairs.some(([name]) => name.toLowerCase() === 'transfer-encoding')) dropped.add('content-length');
    return pairs.filter(([name, value]) => !dropped.has(name.toLowerCase()) && canBeSent(name, value)).flat();
}

function toPairs(raw: readonly string[]): [name: string, value: string][] {
    return Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index]!, raw[2 * index + 1]!]);
}

function canBeSent(name: string, value: string): boolean {
    try {
        validateHeaderName(name);
        validateHeaderValue(name, value);
        return true;
    } catch {
        return false;
    }
}
