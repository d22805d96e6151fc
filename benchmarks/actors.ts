import type { Engine } from 'greenroom';
import { verify } from './harness.js';

/** The Actor of the start-to-finish cases: three items, like the bare worker's three messages. */
export const THREE_ITEMS = `
    import { Actor } from 'apify';
    await Actor.init();
    for (let index = 1; index <= 3; index += 1) await Actor.pushData({ index });
    await Actor.exit();
`;

/** Runs the Actor of {@link THREE_ITEMS} and checks that it did its work. */
export async function runThreeItems(engine: Engine, name: string): Promise<void> {
    const run = await engine.call(name);
    verify('status of the run', run.status, 'SUCCEEDED');
}

/**
 * Source text of an Actor that measures an operation: `setup` and `operation` see `Actor`, `input` and, in `operation`,
 * `index`. It leaves the milliseconds of `input.count` operations as its output, after `input.warmUp` more.
 */
export function measuringActor(setup: string, operation: string): string {
    return `
        import { Actor } from 'apify';
        await Actor.init();
        const input = await Actor.getInput();
        ${setup}
        const operate = async (from, to) => {
            for (let index = from; index < to; index += 1) { ${operation} }
        };
        await operate(0, input.warmUp);
        const start = performance.now();
        await operate(input.warmUp, input.warmUp + input.count);
        await Actor.setValue('OUTPUT', { millis: performance.now() - start });
        await Actor.exit();
    `;
}
