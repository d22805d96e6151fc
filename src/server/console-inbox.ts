import type { ConsoleRequest } from '../protocol/console.js';

/** Reads what a console has sent; undefined for anything that no console sends. */
export function readConsoleRequest(text: string): ConsoleRequest | undefined {
    const { type, token, id, from } = fieldsOf(text);
    switch (type) {
        case 'open':
            return typeof token === 'string' ? { type, token } : undefined;
        case 'follow-log':
            return typeof id === 'string' && isLineNumber(from) ? { type, id, from } : undefined;
        case 'unfollow-log':
        case 'follow-usage':
        case 'unfollow-usage':
            return typeof id === 'string' ? { type, id } : undefined;
        default:
            return undefined;
    }
}

function fieldsOf(text: string): Record<string, unknown> {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    } catch {
        return {};
    }
}

function isLineNumber(value: unknown): value is number {
    return Number.isSafeInteger(value) && (value as number) >= 0;
}
