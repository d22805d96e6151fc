import type { ActorMessage } from './messages.js';

/*
 * Messages of a worker are written by our own code, but an Actor can write to the same pipe or port: by mistake, if it
 * takes descriptor 3 for its own, or on purpose. The host must survive that.
 */

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isId: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isString: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isBytes: Check = (value) => value instanceof Uint8Array;
const oneOf =
    (...words: readonly unknown[]): Check =>
    (value) =>
        words.includes(value);
const optional =
    (check: Check): Check =>
    (value) =>
        value === undefined || check(value);
const objectWith =
    (fields: Readonly<Record<string, Check>>): Check =>
    (value) =>
        isObject(value) && hasFields(value, fields);

const isSegment: Check = (segment) => Array.isArray(segment) && typeof segment[0] === 'string';
const areSegments: Check = (segments) => Array.isArray(segments) && segments.length > 0 && segments.every(isSegment);
const isError = objectWith({ name: isString, message: isString, stack: optional(isString), code: optional(isString) });
const isHeader: Check = (header) => Array.isArray(header) && header.length === 2 && header.every(isString);
const areHeaders: Check = (headers) => Array.isArray(headers) && headers.every(isHeader);
const isRequest = objectWith({ method: isString, url: isString, headers: areHeaders, body: optional(isBytes) });
const isUsage = objectWith({
    elapsedMillis: isNumber,
    memoryBytes: isNumber,
    cpuMicros: isNumber,
    netRxBytes: isNumber,
    netTxBytes: isNumber,
});

const SHAPES: Readonly<Record<ActorMessage['type'], Readonly<Record<string, Check>>>> = {
    started: { threadId: isId, kernelId: optional(isId) },
    'inspector-opened': { url: isString },
    call: { id: isId, segments: areSegments },
    request: { id: isId, request: isRequest, isForApi: isBoolean, isUpload: isBoolean },
    upload: { id: isId, bytes: optional(isBytes), isBroken: optional(isBoolean) },
    ack: { id: isId, byteCount: isId },
    cancel: { id: isId },
    'input-read': {},
    'write-grant': { id: isId, datasetId: isString, byteCount: isId },
    'child-env': { id: isId },
    'data-appended': { datasetId: isString },
    output: { stream: oneOf('stdout', 'stderr'), text: isString },
    'child-started': { pid: optional(isId) },
    'child-ended': { pid: isId },
    usage: { usage: isUsage },
    'out-of-memory': { usedBytes: isNumber, exceeded: optional(oneOf('large-objects')) },
    crashed: {
        phase: oneOf('loading', 'running'),
        error: isError,
        location: optional(isString),
        isLogged: optional(isBoolean),
    },
    exited: { exitCode: optional(isNumber), refusal: optional(isString) },
};

/** Returns a valid message of a worker; undefined for anything else. */
export function readActorMessage(value: unknown): ActorMessage | undefined {
    if (!isObject(value)) return undefined;
    const { type } = value;
    if (typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) return undefined;
    return hasFields(value, SHAPES[type as ActorMessage['type']]) ? (value as ActorMessage) : undefined;
}

function hasFields(value: Record<string, unknown>, fields: Readonly<Record<string, Check>>): boolean {
    for (const name in fields) if (!fields[name]!(value[name])) return false;
    return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null;
}
