import { MessageChannel } from 'node:worker_threads';
import { prepareOwnSdk } from './bridge/bridge.js';
import { rehearseSdk } from './bridge/sdk-rehearsal.js';
import { ItemWriter } from './item-writer.js';
import { Link } from './link.js';
import { createRemoteClient } from './remote-client.js';
import { createRunContext } from './sdk/run-context.js';
import { Usage } from './usage.js';
import type { OwnSdk } from '../protocol/messages.js';

/**
 * Does in a spare thread, while there is time, what a run does first, so that what Node and V8 load, compile or make at
 * its first use is there by then. Nothing of it is left behind.
 */
export async function rehearse(ownSdk: OwnSdk | undefined): Promise<void> {
    process.setSourceMapsEnabled(true);
    void [process.stdout.isTTY, process.stderr.isTTY];
    // What guards the Actor's connections loads it, if the Actor may make any.
    process.getBuiltinModule('node:https');
    // Beside the built worker file; an app that has bundled it elsewhere loads it in the run.
    await import(new URL('./stand-ins/apify/index.mjs', import.meta.url).href).catch(() => {});
    await rehearseRun();
    await rehearseOwnSdk(ownSdk);
}

/** An SDK that is broken is told of by the run. */
async function rehearseOwnSdk(ownSdk: OwnSdk | undefined): Promise<void> {
    try {
        const bridge = ownSdk && prepareOwnSdk(ownSdk);
        if (bridge !== undefined) await rehearseSdk(bridge);
    } catch {}
}

/** A run without an Actor, whose host answers each question with nothing. */
async function rehearseRun(): Promise<void> {
    const { port1: host, port2: port } = new MessageChannel();
    host.on('message', ({ id }: { id: number }) => {
        host.postMessage({ type: 'answer', id, ok: true, output: undefined });
    });
    const link = new Link(port);
    const usage = new Usage(link, { tell() {}, end() {} });
    usage.report();
    usage.stop();
    const client = createRemoteClient(link);
    const writer = new ItemWriter(link, '', 0);
    const context = createRunContext({
        client,
        env: {},
        signal: link.signal,
        push: async () => {},
        leave: () => {},
        noteFailure: () => {},
        write: () => {},
        exit: () => {},
    });
    context.session.init(context);
    await writer.push(['{}'], async () => {});
    await client.dataset('').pushItems({});
    await client.keyValueStore('').getRecord('');
    await context.session.exit(context, { exit: false });
    host.close();
}
