import type { Engine } from 'greenroom';

/** All that an engine answers about what it keeps, by what was asked; what is refused stands there with the code of its error. */
export async function survey(engine: Engine): Promise<Map<string, string>> {
    const { client } = engine;
    const answers = new Map<string, string>();
    const ask = async (what: string, question: () => Promise<unknown>): Promise<void> => {
        answers.set(what, await question().then(toText, toRefusal));
    };
    for (const { id } of await all(client.actors().list())) await ask(`actor ${id}`, () => client.actor(id).get());
    for (const { id } of await all(client.builds().list())) {
        await ask(`build ${id}`, () => client.build(id).get());
        await ask(`log ${id}`, () => client.log(id).get());
    }
    for (const { id } of await all(client.runs().list())) {
        await ask(`run ${id}`, () => client.run(id).get());
        await ask(`log ${id}`, () => client.log(id).get());
    }
    for (const { id } of await all(client.tasks().list())) await ask(`task ${id}`, () => client.task(id).get());
    for (const { id } of await all(client.schedules().list()))
        await ask(`schedule ${id}`, () => client.schedule(id).get());
    for (const { id } of await all(client.webhooks().list())) {
        // What has been sent changes with time.
        await ask(`webhook ${id}`, async () => ({ ...(await client.webhook(id).get()), lastDispatch: undefined }));
    }
    for (const { id } of await all(client.webhookDispatches().list())) {
        await ask(`dispatch ${id}`, async () => (await client.webhookDispatch(id).get())?.webhookId);
    }
    for (const { id } of await all(client.datasets().list({ unnamed: true }))) {
        await ask(`dataset ${id}`, async () => (await client.dataset(id).listItems()).items);
    }
    for (const { id } of await all(client.keyValueStores().list({ unnamed: true }))) {
        const store = client.keyValueStore(id);
        await ask(`store ${id}`, async () => (await store.listKeys()).items);
        const keys = await store.listKeys().then(
            ({ items }) => items,
            () => [],
        );
        for (const { key } of keys) await ask(`record ${key} of ${id}`, () => store.getRecord(key));
    }
    for (const { id } of await all(client.requestQueues().list({ unnamed: true }))) {
        await ask(`queue ${id}`, async () => (await client.requestQueue(id).listRequests()).items);
    }
    return answers;
}

async function all<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
    const items: Item[] = [];
    for await (const item of list) items.push(item);
    return items;
}

function toText(value: unknown): string {
    // Whoever has lost the secret of signatures signs with another.
    return JSON.stringify(value)?.replaceAll(/signature=\w+/g, 'signature') ?? 'nothing';
}

function toRefusal(error: unknown): string {
    return `refused: ${(error as { code?: string }).code ?? String((error as Error).stack)}`;
}
