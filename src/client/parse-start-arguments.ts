import { withoutUndefined } from '../util/json/without-undefined.js';
import { jsonField } from '../util/json/json-scanner.js';
import { isJsonObject, isJsonType, parseJson } from '../util/json/json.js';
import { toBuffer } from '../storage/key-value-store/record-values.js';

/** What `start` and `call` boil down to. */
export interface StartCall<Options> {
    input: unknown;
    options: Options;
}

/** Names that the options of a start have in a body, besides their own: those of the run's record. */
const RECORD_NAMES: Readonly<Record<string, string>> = { memoryMbytes: 'memory', timeoutSecs: 'timeout' };

/**
 * Tells the two forms of `start` and `call` apart: `start(input, options)`, and `start({ input, ...options })`. The second
 * is meant when there is only one argument, it has an `input`, all its other keys are run options, and `input` is not the
 * name of a property that the Actor expects in its input.
 *
 * @param known - The names of all options.
 * @param inputProperties - Names the properties of the Actor's input; called only if it matters.
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
 * Tells the forms of the body of a start apart: the input itself; and, as early documentation has it, an object of the
 * input and of options, `{ input, options: { build, memoryMbytes, timeoutSecs } }`, or `{ input, build, memory, timeout }`.
 * Such an object is meant when it has an `input` and at least one option, nothing in it is anything else, and `input` is not
 * the name of a property that the Actor expects in its input.
 *
 * Options that come beside the body stand against those in it.
 *
 * @param call - Its input is bytes.
 * @param known - The names of all options.
 * @param inputProperties - Names the properties of the Actor's input; called only if it matters.
 */
export function parseStartBody<Options extends { contentType?: string }>(
    call: StartCall<Options>,
    known: readonly string[],
    inputProperties: () => readonly string[] | undefined,
): StartCall<Options> {
    const body = objectOf(call);
    if (body === undefined || !Object.hasOwn(body, 'input')) return call;
    const { input, ...rest } = body;
    const options = optionsOf(rest, known);
    if (options === undefined || inputProperties()?.includes('input')) return call;
    const { contentType, ...beside } = call.options;
    const merged = { ...options, ...withoutUndefined(beside) } as Options;
    if (input === null) return { input, options: merged };
    // As it is written: a number may have more digits than JavaScript keeps.
    const bytes = Buffer.from(jsonField(toBuffer(call.input as Uint8Array).toString(), 'input')!);
    return { input: bytes, options: { ...merged, contentType } };
}

/** The body as an object, where it is JSON of one. */
function objectOf({ input, options }: StartCall<{ contentType?: string }>): Record<string, unknown> | undefined {
    if (typeof options.contentType !== 'string' || !isJsonType(options.contentType)) return undefined;
    const bytes = toBuffer(input as Uint8Array);
    // Nearly all bodies have none, and parsing them takes long.
    if (!bytes.includes('"input"')) return undefined;
    // Input that is not valid JSON is refused when it is read.
    const value = parseJson(bytes.toString());
    return isJsonObject(value) ? value : undefined;
}

/** The options that stand beside an input, by the names that `start` knows; undefined where something else does too. */
function optionsOf(rest: Record<string, unknown>, known: readonly string[]): Record<string, unknown> | undefined {
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
