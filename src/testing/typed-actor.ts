import { EngineError } from '../errors/engine-error.js';
import { validateWith, type StandardSchema } from './standard-schema.js';
import type { ErrorCode } from '../errors/catalogue.js';
import type { Engine } from '../engine/engine.js';
import type { RunHandle } from '../engine/run-handle.js';
import type { CallOptions, StartOptions } from '../model/api/run.js';
import type { Item, ItemsOptions } from '../model/api/storage.js';

/** What values of an Actor have to be like; of what has no schema, only the type is known. */
export interface ActorSchemas<Input, OneItem, Output> {
    readonly input?: StandardSchema<Input>;
    /** Of each single item. */
    readonly item?: StandardSchema<OneItem>;
    readonly output?: StandardSchema<Output>;
}

/** A run whose items and output have types. */
export type TypedRun<OneItem, Output> = Omit<RunHandle, 'items' | 'output'> & {
    items(options?: ItemsOptions): Promise<OneItem[]>;
    output(): Promise<Output | undefined>;
};

/** An Actor whose input, items and output have types. */
export interface TypedActor<Input, OneItem, Output> {
    start(input: Input, options?: StartOptions): Promise<TypedRun<OneItem, Output>>;
    call(input: Input, options?: CallOptions): Promise<TypedRun<OneItem, Output>>;
}

/**
 * Gives the input, the items and the output of an Actor types: by schemas of any library that keeps to Standard Schema (Zod,
 * Valibot, ArkType…), which are checked as well, or by type arguments alone.
 *
 * @param actor - Id, `name` or `owner/name` of a registered Actor.
 * @throws EngineError from `start` and `call` `invalid-input`, and nothing is started; from `items()` and `output()`
 * `schema-validation-error`. It names each place.
 *
 * @example
 * const scraper = typedActor(engine, 'scraper', { item: z.object({ url: z.string(), title: z.string() }) });
 * const run = await scraper.call({ startUrls: [] });
 * const [first] = await run.items(); // { url: string; title: string }
 *
 * @example
 * const scraper = typedActor<{ url: string }, { title: string }>(engine, 'scraper');
 */
export function typedActor<Input = unknown, OneItem = Item, Output = unknown>(
    engine: Pick<Engine, 'start' | 'call'>,
    actor: string,
    schemas: ActorSchemas<Input, OneItem, Output> = {},
): TypedActor<Input, OneItem, Output> {
    const inputOf = async (input: Input): Promise<Input> => {
        if (schemas.input === undefined) return input;
        return read(schemas.input, input, { name: `The input for ${actor}`, code: 'invalid-input' });
    };
    return {
        start: async (input, options) => typed(await engine.start(actor, await inputOf(input), options), schemas),
        call: async (input, options) => typed(await engine.call(actor, await inputOf(input), options), schemas),
    };
}

function typed<Input, OneItem, Output>(
    run: RunHandle,
    { item, output }: ActorSchemas<Input, OneItem, Output>,
): TypedRun<OneItem, Output> {
    const readItems = run.items.bind(run);
    const readOutput = run.output.bind(run);
    return Object.assign(run, {
        async items(options?: ItemsOptions) {
            const items = await readItems(options);
            if (item === undefined) return items as OneItem[];
            return Promise.all(items.map((one, index) => read(item, one, { name: `Item ${index} of run ${run.id}` })));
        },
        async output() {
            const value = await readOutput();
            if (output === undefined || value === undefined) return value as Output | undefined;
            return read(output, value, { name: `The output of run ${run.id}` });
        },
    });
}

async function read<Value>(
    schema: StandardSchema<Value>,
    value: unknown,
    { name, code = 'schema-validation-error' }: { name: string; code?: ErrorCode },
): Promise<Value> {
    const outcome = await validateWith(schema, value);
    if ('value' in outcome) return outcome.value;
    const { problems } = outcome;
    throw new EngineError(code, `${name} is not as its schema says: ${problems.join('; ')}.`, {
        details: { problems },
    });
}
