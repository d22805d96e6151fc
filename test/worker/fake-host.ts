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

/** Does one call; what it throws travels back to the Actor. */
export type Answer = (steps: CallSegment[]) => unknown;

/** The other side of a link: remembers what it is asked, and answers as it is told. */
export class FakeHost {
    readonly calls: CallSegment[][] = [];
    readonly messages: ActorMessage[] = [];
    readonly link: HostConnection;
    readonly #port: MessagePort;

    constructor(answer: Answer = () => undefined, input?: AssignedInput) {
        const { port1, port2 } = new MessageChannel();
        this.#port = port1;
        this.link = new HostConnection(port2, input);
        port1.on('message', (message: ActorMessage) => {
            this.messages.push(message);
            if (message.type === 'call') void this.#answer(message.id, message.segments, answer);
        });
        port1.unref();
    }

    /** Method and arguments of the last step of each call. */
    get asked(): CallSegment[] {
        return this.calls.map((steps) => steps.at(-1)!);
    }

    send(event: SystemEvent): void {
        this.#port.postMessage({ type: 'system-event', event });
    }

    close(): void {
        this.#port.close();
    }

    async #answer(id: number, steps: CallSegment[], answer: Answer): Promise<void> {
        this.calls.push(steps);
        try {
            this.#port.postMessage({ type: 'response', id, ok: true, output: await answer(steps) });
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

/** Sets the SDK up for a run whose host answers as told; exits are noted and not done. */
export function startFakeRun(answer?: Answer, env: Record<string, string> = {}): FakeRun {
    const host = new FakeHost(answer);
    const exitCodes: number[] = [];
    const failures: unknown[] = [];
    const client = createRemoteClient(host.link);
    const context = createRunContext({
        client,
        push: (datasetId, texts) => client.dataset(datasetId).pushItems(joinTexts(texts)),
        env: { ACTOR_RUN_ID: 'RUN', ...DEFAULT_IDS, ...env },
        signal: host.link.signal,
        reportFailure: (error) => failures.push(error),
        write: (stream, text) => void process[stream].write(text),
        exit: (exitCode) => void exitCodes.push(exitCode),
    });
    host.link.onSystemEvent = (event) => emitSystemEvent(context, event);
    setContextSource(() => context);
    return { host, context, exitCodes, failures };
}

const DEFAULT_IDS = {
    ACTOR_DEFAULT_DATASET_ID: 'DATASET',
    ACTOR_DEFAULT_KEY_VALUE_STORE_ID: 'STORE',
    ACTOR_DEFAULT_REQUEST_QUEUE_ID: 'QUEUE',
};

/** Records of key-value stores, kept by store and key. */
export function answerRecords(records = new Map<string, unknown>()): Answer {
    return (steps) => {
        const [store, last] = [steps[0]![1] as string, steps.at(-1)!];
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
