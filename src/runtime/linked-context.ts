import { crashOf } from './ending.js';
import { joinTexts } from './item-json.js';
import { ItemWriter } from './item-writer.js';
import { createRemoteClient } from './remote-client.js';
import { setContextSource, type RunContext } from './sdk/context.js';
import { createRunContext } from './sdk/run-context.js';
import { repeatingCaller } from './repeating-caller.js';
import type { Assignment } from '../protocol/messages.js';
import type { Link } from './link.js';

/** The context of the run that this thread or process works for, whose calls go by its link; the SDK finds it from now on. */
export function createLinkedContext(
    link: Link,
    { program, retries }: Pick<Assignment, 'program' | 'retries'>,
    exit: RunContext['exit'],
): RunContext {
    const client = createRemoteClient(retries === undefined ? link : repeatingCaller(link, retries));
    const ownDatasetId = process.env['ACTOR_DEFAULT_DATASET_ID'] ?? '';
    const writer = new ItemWriter(link, ownDatasetId);
    link.beforeLast(() => writer.close());
    const context = createRunContext({
        client,
        async push(datasetId, texts) {
            const ask = (): Promise<void> => client.dataset(datasetId).pushItems(joinTexts(texts));
            await (datasetId === ownDatasetId ? writer.push(texts, ask) : ask());
        },
        leave(record) {
            const storeId = process.env['ACTOR_DEFAULT_KEY_VALUE_STORE_ID'] ?? '';
            // What may have to be repeated has to be waited for.
            if (retries !== undefined) return client.keyValueStore(storeId).setRecord(record);
            link.leave([
                ['keyValueStore', storeId],
                ['setRecord', record],
            ]);
        },
        env: process.env,
        signal: link.signal,
        noteFailure: (error) => link.post({ type: 'crashed', ...crashOf(error, program, false), isLogged: true }),
        write: (stream, text) => void process[stream].write(text),
        exit,
    });
    setContextSource(() => context);
    return context;
}
