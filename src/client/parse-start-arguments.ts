import { withoutUndefined } from '../util/json/without-undefined.js';
import { findJsonField } from '../util/json/json-scanner.js';
import { isJsonObject, isJsonType, parseJson } from '../util/json/json.js';
import { toBuffer } from '../storage/key-value-store/record-values.js';

/** Parsed arguments of `start` and `call`. */
export interface StartCall<Options> {
    input: unknown;
    options: Options;
}

/** Alternative names of start options in a body: those of the run's record. */
const RECORD_NAMES: Readonly<Record<string, string>> = { memoryMbytes: 'memory', timeoutSecs: 'timeout' };

/**
 * Parses the two forms of `start` and `call`: `start(input, options)` and `start({ input, ...options })`. The second one
 * requires a single argument that has an `input`, whose other keys are all run options, and an Actor whose input has no
 * property `input`.
 *
 * @param known - Names of all options.
 * @param inputProperties - Returns the names of the Actor's input properties. Called only if needed.
 */
export function parseStartArguments<Options extends object>(
    input: unknown,
    options: Options | undefined,
    known: readonly string[],
    inputProperties: () => readonly string[] | undefined,
): StartCall<Options> {
    if (options !== undefined || !isOneArgumentForm(input, known) || inputProperties()?.includes('input')) {
        return { input, options: options === undefined ? ({} as Options) : options };
    }
    const { input: inner, ...rest } = input;
    return { input: inner, options: rest as Options };
}

function isOneArgumentForm(value: unknown, known: readonly string[]): value is { input: unknown } {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'input')) return false;
    return Object.keys(value).every((key) => key === 'input' || known.includes(key));
}

/**
 * Parses the forms of a start's HTTP body: the input; or, as in early versions of the API, an object with the input and
 * options: `{ input, options: { build, memoryMbytes, timeoutSecs } }` or `{ input, build, memory, timeout }`. Such an object
 * requires an `input`, at least one option, no other keys, and an Actor whose input has no property `input`.
 *
 * Options of the query override those of the body.
 *
 * @param call - A call whose input is bytes.
 * @param known - Names of all options.
 * @param inputProperties - Returns the names of the Actor's input properties. Called only if needed.
 */
export function parseStartBody<Options extends { contentType?: string }>(
    call: StartCall<Options>,
    known: readonly string[],
    inputProperties: () => readonly string[] | undefined,
): StartCall<Options> {
    const body = parseObject(call);
    if (body === undefined || !Object.hasOwn(body, 'input')) return call;
    const { input, ...rest } = body;
    const options = parseOptions(rest, known);
    if (options === undefined || inputProperties()?.includes('input')) return call;
    const { contentType, ...queryOptions } = call.options;
    const merged = { ...options, ...withoutUndefined(queryOptions) } as Options;
    if (input === null) return { input, options: merged };
    // The original text: a number may have more digits than JavaScript can represent.
    const bytes = Buffer.from(findJsonField(toBuffer(call.input as Uint8Array).toString(), 'input')!);
    return { input: bytes, options: { ...merged, contentType } };
}

/** Returns the body if it is a JSON object. */
function parseObject({ input, options }: StartCall<{ contentType?: string }>): Record<string, unknown> | undefined {
    if (typeof options.contentType !== 'string' || !isJsonType(options.contentType)) return undefined;
    const bytes = toBuffer(input as Uint8Array);
    // Skips parsing, which is slow, for the many bodies without an `input`.
    if (!bytes.includes('"input"')) return undefined;
    // Invalid JSON is rejected later, when the input is read.
    const value = parseJson(bytes.toString());
    return isJsonObject(value) ? value : undefined;
}

/** Returns the options beside an input, under the names of `start`; undefined if there are other keys. */
function parseOptions(rest: Record<string, unknown>, known: readonly string[]): Record<string, unknown> | undefined {
    const keys = Object.keys(rest);
    const isNested = keys.length === 1 && keys[0] === 'options' && isJsonObject(rest['options']);
    const entries = Object.entries(isNested ? (rest['options'] as Record<string, unknown>) : rest);
    const named = entries.map(([name, value]) => [
        Object.hasOwn(RECORD_NAMES, name) ? RECORD_NAMES[name]! : name,
        value,
    ]);
    const areOptions = named.every(([name]) => name !== 'contentType' && known.includes(String(name)));
    return areOptions && keys.length > 0 ? Object.fromEntries(named) : undefined;
}
