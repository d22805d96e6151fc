import { EventManager } from 'crawlee';
import { describe, expect, it } from 'vitest';
import { SystemEventForwarder } from '../../../src/worker/apify-bridge/forward-system-events.js';
import type { EventManager as ManagerShape } from '../../../src/worker/apify-bridge/packages.js';

/** Creates a forwarder, and a class of real managers that it has patched. */
function openRelay() {
    const relay = new SystemEventForwarder();
    class Manager extends EventManager {}
    relay.patch(Manager.prototype as unknown as ManagerShape);
    const make = (): { manager: EventManager; heard: unknown[] } => {
        const manager = new Manager();
        const heard: unknown[] = [];
        for (const name of ['aborting', 'migrating', 'persistState', 'systemInfo', 'cpuInfo'] as const) {
            manager.on(name as 'systemInfo', (data?: object) => {
                // A manager saves the state at its `init`, then at intervals, and at its `close`.
                if (name === 'persistState' && !(data as { isMigrating: boolean }).isMigrating) return;
                heard.push(data === undefined ? name : { [name]: data });
            });
        }
        return { manager, heard };
    };
    return { relay, make };
}

describe('the event managers of an Actor', () => {
    it('receive the events of the host from their `init` to their `close`', async () => {
        const { relay, make } = openRelay();
        const { manager, heard } = make();

        relay.forward({ name: 'persistState', isMigrating: true });
        await manager.init();
        relay.forward({ name: 'aborting', reason: 'abort' });
        relay.forward({ name: 'migrating', timeRemainingSecs: 30 });
        await manager.close();
        heard.push('closed');
        relay.forward({ name: 'persistState', isMigrating: true });

        expect(heard).toEqual([
            'aborting',
            { migrating: { timeRemainingSecs: 30 } },
            { persistState: { isMigrating: true } },
            'closed',
        ]);
    });

    it('receive processor usage in two events, as on the platform', async () => {
        const { relay, make } = openRelay();
        const { manager, heard } = make();
        await manager.init();
        const info = { memCurrentBytes: 1, cpuCurrentUsage: 2, isCpuOverloaded: true, createdAt: 'now' };

        relay.forward({ name: 'systemInfo', ...info });
        await manager.close();

        expect(heard.slice(0, 2)).toEqual([{ systemInfo: info }, { cpuInfo: { isCpuOverloaded: true } }]);
    });

    it('receive `aborting` when they are initialized after it', async () => {
        const { relay, make } = openRelay();
        const { manager, heard } = make();

        relay.forward({ name: 'aborting', reason: 'timeout' });
        await manager.init();
        await new Promise((resolve) => setImmediate(resolve));
        await manager.close();

        expect(heard[0]).toBe('aborting');
    });

    it('report that the Actor has been initialized', async () => {
        const { relay, make } = openRelay();
        const { manager } = make();
        expect(relay.wasInitialized).toBe(false);

        await manager.init();
        await manager.close();

        expect(relay.wasInitialized).toBe(true);
    });
});
