/** Limits on the part of a value that a log line shows. Each level of nesting halves them. */
interface Limits {
    depth: number;
    textLength: number;
    items: number;
    fields: number;
}

const LIMITS: Limits = { depth: 4, textLength: 1_000, items: 500, fields: 20 };
const TRUNCATED_SUFFIX = '...[truncated]';
const TRUNCATED_FLAG = '[TRUNCATED]';

/** Returns a copy of a value that is small enough for a log line and that JSON can represent. */
export function truncateForLog(value: unknown, limits: Limits = LIMITS): unknown {
    if (typeof value !== 'object' || value === null || value instanceof Date) return truncatePrimitive(value, limits);
    const inner: Limits = {
        depth: limits.depth - 1,
        textLength: Math.max(Math.floor(limits.textLength / 2), TRUNCATED_SUFFIX.length),
        items: Math.floor(limits.items / 2),
        fields: Math.floor(limits.fields / 2),
    };
    if (limits.depth <= 0) return Array.isArray(value) ? '[array]' : '[object]';
    if (Array.isArray(value)) {
        const items = value.slice(0, limits.items).map((item) => truncateForLog(item, inner));
        return value.length > limits.items ? [...items, TRUNCATED_SUFFIX] : items;
    }
    const entries = Object.entries(value instanceof Error ? errorFields(value) : value);
    const shown = entries.slice(0, limits.fields).map(([key, field]) => [key, truncateForLog(field, inner)]);
    if (entries.length > limits.fields) shown.push([TRUNCATED_FLAG, true]);
    return Object.fromEntries(shown);
}

function truncatePrimitive(value: unknown, { textLength }: Limits): unknown {
    switch (typeof value) {
        case 'string':
            return value.length > textLength
                ? `${value.slice(0, textLength - TRUNCATED_SUFFIX.length)}${TRUNCATED_SUFFIX}`
                : value;
        case 'bigint':
        case 'symbol':
            return String(value);
        case 'function':
            return '[function]';
        default:
            return value;
    }
}

/** Formats an error for the lines below a log message: message, stack, then its causes. */
export function describeException(exception: unknown, depth = 1): string {
    const indent = ' '.repeat(depth * 2);
    if (typeof exception !== 'object' || exception === null) return `\n${String(exception)}`;
    if (!(exception instanceof Error)) return `\n${JSON.stringify(truncateForLog(exception), null, 2)}`;
    const [, ...frames] = (exception.stack ?? '')
        .split('\n')
        .filter((line, index) => index === 0 || /^\s+at /.test(line));
    const lines = [`${exception.message}${describeDetails(exception)}`, ...frames];
    const text = lines.map((line) => `\n${indent}${line}`).join('');
    if (exception.cause === undefined || depth >= 5) return text;
    return `${text}\n${indent}  CAUSE:${describeException(exception.cause, depth + 1)}`;
}

function describeDetails(error: Error & { type?: unknown; details?: unknown }): string {
    const details = Object.entries(typeof error.details === 'object' && error.details !== null ? error.details : {});
    const shown = details.map(
        ([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(truncateForLog(value)) : String(value)}`,
    );
    if (typeof error.type === 'string') shown.unshift(`type=${error.type}`);
    return shown.length === 0 ? '' : `(details: ${shown.join(', ')})`;
}

function errorFields(error: Error): Record<string, unknown> {
    const { name, message, stack, cause, ...rest } = error;
    return { name, message, stack, ...(cause === undefined ? {} : { cause }), ...rest };
}
