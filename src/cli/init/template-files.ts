/** Files by their paths; a value that is not a text is written as JSON. */
export type TemplateFiles = Readonly<Record<string, unknown>>;

/** The values that the files of a template depend on. */
export interface TemplateValues {
    /** Name of the Actor. */
    readonly name: string;
    /** Version of greenroom. */
    readonly version: string;
}

/** The code of a template. */
export interface TemplateCode {
    /** Path of the main module. */
    readonly main: string;
    /** Extension of the test. */
    readonly extension: 'js' | 'ts';
    readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Returns the files that all templates have: definition, schemas, package, Dockerfile and a test. */
export function commonFiles(
    { name, version }: TemplateValues,
    { main, extension, devDependencies }: TemplateCode,
): TemplateFiles {
    return {
        '.actor/actor.json': {
            actorSpecification: 1,
            name,
            title: name,
            version: '0.1',
            input: './input_schema.json',
            storages: { dataset: './dataset_schema.json' },
            dockerfile: './Dockerfile',
        },
        '.actor/input_schema.json': INPUT_SCHEMA,
        '.actor/dataset_schema.json': DATASET_SCHEMA,
        '.actor/Dockerfile': DOCKERFILE,
        'package.json': {
            name,
            version: '0.1.0',
            private: true,
            type: 'module',
            scripts: { start: `node ${main}`, dev: 'greenroom dev', test: 'vitest run' },
            dependencies: { apify: '^3.7.2' },
            devDependencies: { greenroom: `^${version}`, ...devDependencies, vitest: '^4.1.12' },
        },
        [`test/main.test.${extension}`]: testOf(name),
        '.gitignore': 'node_modules/\nstorage/\n.greenroom/\n',
        '.dockerignore': 'node_modules\nstorage\n.greenroom\n.git\n',
    };
}

const INPUT_SCHEMA = {
    title: 'Input',
    type: 'object',
    schemaVersion: 1,
    properties: {
        names: {
            title: 'Names',
            type: 'array',
            description: 'Names of the people to greet.',
            editor: 'stringList',
            default: ['Ada', 'Grace'],
        },
        greeting: {
            title: 'Greeting',
            type: 'string',
            description: 'The word before the name.',
            editor: 'textfield',
            default: 'Hello',
        },
    },
};

const DATASET_SCHEMA = {
    actorSpecification: 1,
    fields: {},
    views: {
        overview: {
            title: 'Greetings',
            transformation: { fields: ['name', 'text'] },
            display: { component: 'table', properties: { name: { label: 'Name' }, text: { label: 'Greeting' } } },
        },
    },
};

const DOCKERFILE = `FROM apify/actor-node:22
COPY --chown=myuser:myuser package*.json ./
RUN npm install --omit=dev
COPY --chown=myuser:myuser . ./
CMD ["npm", "start"]
`;

function testOf(name: string): string {
    return `import { fileURLToPath } from 'node:url';
import { expect, test } from 'greenroom/vitest';

const ACTOR = fileURLToPath(new URL('..', import.meta.url));

test('greets everyone', async ({ engine }) => {
    await engine.addActor(ACTOR);

    const run = await engine.call('${name}', { names: ['Alan'] });

    await expect(run).toHaveSucceeded();
    await expect(run).toHavePushed([{ name: 'Alan', text: 'Hello, Alan!' }]);
});
`;
}
