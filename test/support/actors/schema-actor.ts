import type { Engine } from 'greenroom';

/** Returns an input schema as the platform requires it, from fields with only the relevant properties. */
export function inputSchema(
    fields: Readonly<Record<string, Record<string, unknown>>>,
    rest: Record<string, unknown> = {},
): Record<string, unknown> {
    const properties = Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [name, { title: name, description: name, ...field }]),
    );
    return { title: 'Input', type: 'object', schemaVersion: 1, properties, ...rest };
}

/** Contents of an Actor's actor.json in addition to its name. */
export interface SchemaActor {
    name?: string;
    input?: Record<string, unknown>;
    definition?: Record<string, unknown>;
    main?: string;
}

/** Returns the files of an Actor with an input schema. */
export function schemaFiles({ name = 'schema-actor', input, definition, main = '' }: SchemaActor): {
    name: string;
    content: string;
}[] {
    const actorJson = { actorSpecification: 1, name, version: '0.0', input, ...definition };
    return [
        { name: '.actor/actor.json', content: JSON.stringify(actorJson) },
        { name: 'main.mjs', content: main },
    ];
}

/** Registers an Actor with an input schema that returns its input; returns its name. */
export async function addSchemaActor(engine: Engine, actor: SchemaActor): Promise<string> {
    const { name = 'schema-actor' } = actor;
    const main = actor.main ?? 'export default ({ input }) => ({ input });';
    await engine.addActor({ name, sourceFiles: schemaFiles({ ...actor, main }) });
    return name;
}
