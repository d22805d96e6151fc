import { EngineError } from '../errors/engine-error.js';
import { validateWith, type StandardSchema } from './standard-schema.js';
import type { ErrorCode } from '../errors/catalogue.js';
import type { Engine } from '../engine/engine.js';
import type { RunHandle } from '../engine/run-handle.js';
import type { CallOptions, StartOptions } from '../model/api/run.js';
import type { Item, ItemsOptions } from '../model/api/storage.js';

/** Schemas of an Actor's values. Values without a schema are typed, but not validated. */
export interface ActorSchemas<Input, OneItem, Output> {
    /** Schema of the input. */
    readonly input?: StandardSchema<Input>;
    /** Schema of each item of the default dataset. */
    readonly item?: StandardSchema<OneItem>;
    /** Schema of the output. */
    readonly output?: StandardSchema<Output>;
}

/** A run with typed items and output. */
export type TypedRun<OneItem, Output> = Omit<RunHandle, 'items' | 'output'> & {
    /**
     * Returns the items of the default dataset.
     *
     * @throws EngineError `schema-validation-error`, with the path of each problem.
     */
    items(options?: ItemsOptions): Promise<OneItem[]>;
    /**
     * Returns the output, or undefined without one.
     *
     * @throws EngineError `schema-validation-error`, with the path of each problem.
     */
    output(): Promise<Output | undefined>;
};

/** An Actor with typed input, items and output. */
export interface TypedActor<Input, OneItem, Output> {
    /**
     * Starts a run; see {@link Engine.start}.
     *
     * @throws EngineError `invalid-input`, with the path of each problem; then nothing is started.
     */
    start(input: Input, options?: StartOptions): Promise<TypedRun<OneItem, Output>>;
    /** Starts a run and waits for its end; see {@link Engine.call}. Throws as `start`. */
    call(input: Input, options?: CallOptions): Promise<TypedRun<OneItem, Output>>;
}

/**
 * Adds types to the input, items and output of an Actor: with schemas of any library that implements Standard Schema (Zod,
 * Valibot, ArkType…), which also validate the values, or with type arguments only.
 *
 * @param actor - Id, `name` or `owner/name` of a registered Actor.
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
    const parseInput = async (input: Input): Promise<Input> => {
        if (schemas.input === undefined) return input;
        return parse(schemas.input, input, { name: `The input of ${actor}`, code: 'invalid-input' });
    };
    return {
        start: async (input, options) => addTypes(await engine.start(actor, await parseInput(input), options), schemas),
        call: async (input, options) => addTypes(await engine.call(actor, await parseInput(input), options), schemas),
    };
}

function addTypes<Input, OneItem, Output>(
    run: RunHandle,
    { item, output }: ActorSchemas<Input, OneItem, Output>,
): TypedRun<OneItem, Output> {
    const getItems = run.items.bind(run);
    const getOutput = run.output.bind(run);
    return Object.assign(run, {
        async items(options?: ItemsOptions) {
            const items = await getItems(options);
            if (item === undefined) return items as OneItem[];
            return Promise.all(items.map((one, index) => parse(item, one, { name: `Item ${index} of run ${run.id}` })));
        },
        async output() {
            const value = await getOutput();
            if (output === undefined || value === undefined) return value as Output | undefined;
            return parse(output, value, { name: `The output of run ${run.id}` });
        },
    });
}

async function parse<Value>(
    schema: StandardSchema<Value>,
    value: unknown,
    { name, code = 'schema-validation-error' }: { name: string; code?: ErrorCode },
): Promise<Value> {
    const outcome = await validateWith(schema, value);
    if ('value' in outcome) return outcome.value;
    const { problems } = outcome;
    throw new EngineError(code, `${name} does not match its schema: ${problems.join('; ')}.`, {
        details: { problems },
    });
}
