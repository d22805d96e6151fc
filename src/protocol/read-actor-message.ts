import type { ActorMessage } from './messages.js';

/*
 * What comes from an Actor's side is written by our own code there, but an Actor can write to the same pipe or port: by
 * mistake, when it thinks that descriptor 3 is its own, or because it means no good. The host must not stumble over it.
 */

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isId: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isBytes: Check = (value) => value instanceof Uint8Array;
const oneOf =
    (...words: readonly unknown[]): Check =>
    (value) =>
        words.includes(value);
const maybe =
    (check: Check): Check =>
    (value) =>
        value === undefined || check(value);
const shaped =
    (fields: Readonly<Record<string, Check>>): Check =>
    (value) =>
        isObject(value) && hasFields(value, fields);

const isSegment: Check = (segment) => Array.isArray(segment) && typeof segment[0] === 'string';
const areSegments: Check = (segments) => Array.isArray(segments) && segments.length > 0 && segments.every(isSegment);
const isError = shaped({ name: isText, message: isText, stack: maybe(isText), code: maybe(isText) });
const isHeader: Check = (header) => Array.isArray(header) && header.length === 2 && header.every(isText);
const areHeaders: Check = (headers) => Array.isArray(headers) && headers.every(isHeader);
const isRequest = shaped({ method: isText, url: isText, headers: areHeaders, body: maybe(isBytes) });
const isUsage = shaped({
    elapsedMillis: isNumber,
    memoryBytes: isNumber,
    cpuMicros: isNumber,
    netRxBytes: isNumber,
    netTxBytes: isNumber,
});

const SHAPES: Readonly<Record<ActorMessage['type'], Readonly<Record<string, Check>>>> = {
    started: { threadId: isId, kernelId: maybe(isId) },
    'inspector-opened': { url: isText },
    call: { id: isId, segments: areSegments },
    request: { id: isId, request: isRequest, isForApi: isFlag, isUpload: isFlag },
    upload: { id: isId, bytes: maybe(isBytes), isBroken: maybe(isFlag) },
    ack: { id: isId, byteCount: isId },
    cancel: { id: isId },
    'input-read': {},
    'write-grant': { id: isId, datasetId: isText, byteCount: isId },
    'data-appended': { datasetId: isText },
    output: { stream: oneOf('stdout', 'stderr'), text: isText },
    'child-started': { pid: maybe(isId) },
    'child-ended': { pid: isId },
    usage: { usage: isUsage },
    'out-of-memory': { usedBytes: isNumber },
    crashed: {
        phase: oneOf('loading', 'running'),
        error: isError,
        location: maybe(isText),
        isLogged: maybe(isFlag),
    },
    exited: { exitCode: maybe(isNumber) },
};

/** A message of an Actor's side, if that is what it is; undefined for anything else. */
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
