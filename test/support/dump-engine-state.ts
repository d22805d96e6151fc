import type { Engine } from 'greenroom';

/** Reads everything that an engine stores, as text by the name of the request. A failed request has the code of its error. */
export async function dumpEngineState(engine: Engine): Promise<Map<string, string>> {
    const { client } = engine;
    const results = new Map<string, string>();
    const read = async (name: string, request: () => Promise<unknown>): Promise<void> => {
        results.set(name, await request().then(formatResult, formatError));
    };
    for (const { id } of await all(client.actors().list())) await read(`actor ${id}`, () => client.actor(id).get());
    for (const { id } of await all(client.builds().list())) {
        await read(`build ${id}`, () => client.build(id).get());
        await read(`log ${id}`, () => client.log(id).get());
    }
    for (const { id } of await all(client.runs().list())) {
        await read(`run ${id}`, () => client.run(id).get());
        await read(`log ${id}`, () => client.log(id).get());
    }
    for (const { id } of await all(client.tasks().list())) await read(`task ${id}`, () => client.task(id).get());
    for (const { id } of await all(client.schedules().list()))
        await read(`schedule ${id}`, () => client.schedule(id).get());
    for (const { id } of await all(client.webhooks().list())) {
        // The latest dispatch changes with time.
        await read(`webhook ${id}`, async () => ({ ...(await client.webhook(id).get()), lastDispatch: undefined }));
    }
    for (const { id } of await all(client.webhookDispatches().list())) {
        await read(`dispatch ${id}`, async () => (await client.webhookDispatch(id).get())?.webhookId);
    }
    for (const { id } of await all(client.datasets().list({ unnamed: true }))) {
        await read(`dataset ${id}`, async () => (await client.dataset(id).listItems()).items);
    }
    for (const { id } of await all(client.keyValueStores().list({ unnamed: true }))) {
        const store = client.keyValueStore(id);
        await read(`store ${id}`, async () => (await store.listKeys()).items);
        const keys = await store.listKeys().then(
            ({ items }) => items,
            () => [],
        );
        for (const { key } of keys) await read(`record ${key} of ${id}`, () => store.getRecord(key));
    }
    for (const { id } of await all(client.requestQueues().list({ unnamed: true }))) {
        await read(`queue ${id}`, async () => (await client.requestQueue(id).listRequests()).items);
    }
    return results;
}

async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
    const items: Item[] = [];
    for await (const item of list) items.push(item);
    return items;
}

function formatResult(value: unknown): string {
    // An engine that has lost its secret for signatures creates a new one.
    return JSON.stringify(value)?.replaceAll(/signature=\w+/g, 'signature') ?? 'nothing';
}

function formatError(error: unknown): string {
    return `error: ${(error as { code?: string }).code ?? String((error as Error).stack)}`;
}
