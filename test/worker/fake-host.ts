import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { EngineError } from '../../src/errors/engine-error.js';
import { serializeError } from '../../src/errors/serialize.js';
import { HostConnection } from '../../src/worker/channel/host-connection.js';
import { joinTexts } from '../../src/worker/channel/item-json.js';
import { createRemoteClient } from '../../src/worker/channel/remote-client.js';
import { setContextSource, type RunContext } from '../../src/worker/sdk/context.js';
import { emitSystemEvent, createRunContext } from '../../src/worker/sdk/run-context.js';
import type { CallSegment } from '../../src/protocol/calls.js';
import type { ActorMessage, AssignedInput, SystemEvent } from '../../src/protocol/messages.js';

/** Handles one call; an error that it throws is sent back to the Actor. */
export type CallHandler = (segments: CallSegment[]) => unknown;

/** The host's side of a connection: records calls and responds as configured. */
export class FakeHost {
    readonly calls: CallSegment[][] = [];
    readonly messages: ActorMessage[] = [];
    readonly connection: HostConnection;
    readonly #port: MessagePort;

    constructor(handle: CallHandler = () => undefined, input?: AssignedInput) {
        const { port1, port2 } = new MessageChannel();
        this.#port = port1;
        this.connection = new HostConnection(port2, input);
        port1.on('message', (message: ActorMessage) => {
            this.messages.push(message);
            if (message.type === 'call') void this.#handle(message.id, message.segments, handle);
        });
        port1.unref();
    }

    /** Last segment of each call: method and arguments. */
    get lastSegments(): CallSegment[] {
        return this.calls.map((segments) => segments.at(-1)!);
    }

    send(event: SystemEvent): void {
        this.#port.postMessage({ type: 'system-event', event });
    }

    close(): void {
        this.#port.close();
    }

    async #handle(id: number, segments: CallSegment[], handle: CallHandler): Promise<void> {
        this.calls.push(segments);
        try {
            this.#port.postMessage({ type: 'response', id, ok: true, output: await handle(segments) });
        } catch (error) {
            this.#port.postMessage({ type: 'response', id, ok: false, error: serializeError(error) });
        }
    }
}

/** A run with the SDK set up for it. */
export interface FakeRun {
    host: FakeHost;
    context: RunContext;
    exitCodes: number[];
    failures: unknown[];
}

/** Sets up the SDK for a run with a fake host. Exits are recorded and not executed. */
export function startFakeRun(handle?: CallHandler, env: Record<string, string> = {}): FakeRun {
    const host = new FakeHost(handle);
    const exitCodes: number[] = [];
    const failures: unknown[] = [];
    const client = createRemoteClient(host.connection);
    const context = createRunContext({
        client,
        push: (datasetId, texts) => client.dataset(datasetId).pushItems(joinTexts(texts)),
        env: { ACTOR_RUN_ID: 'RUN', ...DEFAULT_ENV, ...env },
        signal: host.connection.signal,
        reportFailure: (error) => failures.push(error),
        write: (stream, text) => void process[stream].write(text),
        exit: (exitCode) => void exitCodes.push(exitCode),
    });
    host.connection.onSystemEvent = (event) => emitSystemEvent(context, event);
    setContextSource(() => context);
    return { host, context, exitCodes, failures };
}

const DEFAULT_ENV = {
    APIFY_IS_AT_HOME: '1',
    ACTOR_DEFAULT_DATASET_ID: 'DATASET',
    ACTOR_DEFAULT_KEY_VALUE_STORE_ID: 'STORE',
    ACTOR_DEFAULT_REQUEST_QUEUE_ID: 'QUEUE',
};

/** Returns a host with records of key-value stores, by store and key. */
export function handleRecords(records = new Map<string, unknown>()): CallHandler {
    return (segments) => {
        const [store, last] = [segments[0]![1] as string, segments.at(-1)!];
        switch (last[0]) {
            case 'getRecord': {
                const value = records.get(`${store}/${last[1] as string}`);
                return value === undefined ? undefined : { key: last[1], value, contentType: 'application/json' };
            }
            case 'setRecord': {
                const { key, value } = last[1] as { key: string; value: string };
                records.set(`${store}/${key}`, typeof value === 'string' ? JSON.parse(value) : value);
                return undefined;
            }
            case 'deleteRecord':
                records.delete(`${store}/${last[1] as string}`);
                return undefined;
            case 'setStatusMessage':
                return undefined;
            default:
                throw new EngineError('record-not-found', `Nothing answers ${last[0]}.`);
        }
    };
}
