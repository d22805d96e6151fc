import { typedActor, type StandardSchema } from 'greenroom/testing';
import { test as base } from 'greenroom/vitest';
import { expectTypeOf, test } from 'vitest';
import type { Engine, RunHandle } from 'greenroom';

declare const engine: Engine;
declare const PRODUCT: StandardSchema<{ title: string; price: number }>;

test('items and output have the types of their schemas', async () => {
    const run = await typedActor(engine, 'scraper', { item: PRODUCT }).call({ anything: true });

    expectTypeOf(await run.items()).toEqualTypeOf<{ title: string; price: number }[]>();
    expectTypeOf(run.status).toEqualTypeOf<RunHandle['status']>();
    expectTypeOf(await run.output()).toBeUnknown();
});

test('type arguments work without schemas', async () => {
    const scraper = typedActor<{ url: string }, { title: string }, number>(engine, 'scraper');

    expectTypeOf(scraper.call).parameter(0).toEqualTypeOf<{ url: string }>();
    expectTypeOf(await (await scraper.start({ url: '' })).output()).toEqualTypeOf<number | undefined>();
});

base('the fixtures have their types', ({ engine: one, clock }) => {
    expectTypeOf(one).toEqualTypeOf<Engine>();
    expectTypeOf(clock.now()).toBeNumber();
});
