import { invalid, invalidPart, didYouMean } from '../util/check.js';
import { isJsonObject } from '../util/json/json.js';
import type { WebhookPayloadTemplate } from '@apify/utilities';
import type { TemplateVariables } from './events.js';

/** The names of the variables in templates. */
const VARIABLES: ReadonlySet<string> = new Set<keyof TemplateVariables>([
    'userId',
    'createdAt',
    'eventType',
    'eventData',
    'resource',
    'globals',
]);

/** The payload template of webhooks without their own. */
export const DEFAULT_PAYLOAD_TEMPLATE = `{
    "userId": {{userId}},
    "createdAt": {{createdAt}},
    "eventType": {{eventType}},
    "eventData": {{eventData}},
    "resource": {{resource}}
}`;

const VARIABLE = /\{\{\s*([^{}\s.]*)[^{}]*\}\}/g;

let library: Promise<{ WebhookPayloadTemplate: typeof WebhookPayloadTemplate }> | undefined;

/** Values of the variables for validation. All of `globals` are strings, since headers may use them. */
const SAMPLE = {
    userId: 'user',
    createdAt: '2024-01-01T00:00:00.000Z',
    eventType: 'TEST',
    eventData: {},
    resource: {},
    globals: { dateISO: '2024-01-01T00:00:00.000Z', dateUnix: '1704067200' },
};

/** Header names as HTTP allows them (RFC 9110, token). */
const NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Header values: no control characters except tabs. */
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** Headers that a template cannot set, in lower case: those that the platform overwrites, and those of the HTTP transport. */
const RESERVED: ReadonlySet<string> = new Set([
    'host',
    'content-type',
    'x-apify-webhook',
    'x-apify-webhook-dispatch-id',
    'x-apify-request-origin',
    'connection',
    'content-encoding',
    'content-length',
    'expect',
    'keep-alive',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
]);

/**
 * Replaces the variables of a template and parses the JSON. It uses the platform's own code, so that the result is the same:
 * unknown values are null, and so are 0, false and the empty string, except inside strings.
 *
 * @throws The errors of the platform's code, for invalid JSON or an unknown variable.
 */
export async function fillTemplate(
    template: string,
    variables: Readonly<Record<keyof TemplateVariables, unknown>>,
    interpolateStrings: boolean,
): Promise<unknown> {
    // Loaded with the first template, since it takes 20 ms. The promise is cached because each `import()` accesses the disk.
    library ??= import('@apify/utilities');
    const { WebhookPayloadTemplate: Template } = await library;
    return Template.parse(template, new Set(VARIABLES), { ...variables }, { interpolateStrings });
}

/**
 * Validates a template by filling it with sample values, and returns the result.
 *
 * @param path - Path of the template in error messages.
 * @throws EngineError `invalid-value`.
 */
export async function validateTemplate(path: string, template: string, interpolateStrings: boolean): Promise<unknown> {
    try {
        return await fillTemplate(template, SAMPLE, interpolateStrings);
    } catch (error) {
        const known = [...VARIABLES];
        for (const [, name = ''] of template.matchAll(VARIABLE)) {
            if (VARIABLES.has(name)) continue;
            const remedy = `The variable \`${name}\` is unknown.${didYouMean(name, known)}`;
            throw invalid(path, template, `a template with only the variables ${known.join(', ')}`, remedy);
        }
        const reason = error instanceof Error ? error.message : String(error);
        throw invalid(path, template, 'valid JSON after its variables are replaced', `${reason}.`);
    }
}

/** Checks a headers template that was filled with sample values. Throws `invalid-value`. */
export function checkHeaders(path: string, filled: unknown): void {
    for (const [name, value] of readEntries(path, filled)) {
        // A variable without a value becomes null.
        checkHeader(path, name, value ?? '');
    }
}

/**
 * Creates the headers of a request: those of the template, except reserved ones, and those of the platform. Null values are omitted;
 * numbers and booleans are converted to strings.
 *
 * @param filled - The headers template with its variables replaced; undefined if there is none.
 * @throws EngineError `invalid-value` for a value that is not an object of strings.
 */
export function createHeaders(filled: unknown, dispatchId: string): Record<string, string> {
    const headers: Record<string, string> = { 'user-agent': 'greenroom' };
    for (const [name, value] of filled === undefined ? [] : readEntries('headersTemplate', filled)) {
        if (value === null || value === undefined || RESERVED.has(name.toLowerCase())) continue;
        const text = typeof value === 'object' ? value : String(value);
        checkHeader('headersTemplate', name, text);
        headers[name.toLowerCase()] = text;
    }
    return {
        ...headers,
        'content-type': 'application/json',
        'x-apify-webhook': 'true',
        'x-apify-webhook-dispatch-id': dispatchId,
        'x-apify-request-origin': 'WEBHOOK',
    };
}

function checkHeader(path: string, name: string, value: unknown): asserts value is string {
    if (!NAME.test(name)) throw invalidPart(path, `A name in \`${path}\``, name, 'a valid header name');
    if (typeof value === 'string' && VALUE.test(value)) return;
    throw invalid(`${path}["${name}"]`, value, 'a string of characters that a header may contain');
}

function readEntries(path: string, filled: unknown): [string, unknown][] {
    if (isJsonObject(filled)) return Object.entries(filled);
    throw invalid(path, filled, 'a JSON object of headers');
}
