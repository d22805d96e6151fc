/** A template of `greenroom init`. */
export interface Template {
    readonly name: string;
    readonly summary: string;
    /** A restriction to print. */
    readonly remark?: string;
    readonly extension: 'js' | 'ts';
    readonly code: string;
    /** Set for an Actor that the platform can run. */
    readonly dockerfile?: string;
    readonly tsconfig?: object;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Creates the files of a template by their paths; a value other than a string is written as JSON. */
export function createFiles(
    { extension, code, dockerfile, tsconfig, dependencies, devDependencies }: Template,
    name: string,
    version: string,
): Record<string, unknown> {
    const main = `src/main.${extension}`;
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
        ...(dockerfile && { '.actor/Dockerfile': dockerfile }),
        'package.json': {
            name,
            version: '0.1.0',
            private: true,
            type: 'module',
            scripts: {
                start: `${extension === 'ts' ? 'tsx' : 'node'} ${main}`,
                dev: 'greenroom dev',
                test: 'vitest run',
            },
            dependencies: { apify: '^3.7.2', ...dependencies },
            devDependencies: { greenroom: `^${version}`, ...devDependencies, vitest: '^4.1.12' },
        },
        [`test/main.test.${extension}`]: createTest(name),
        '.gitignore': 'node_modules/\nstorage/\n.greenroom/\n',
        '.dockerignore': 'node_modules\nstorage\n.greenroom\n.git\n',
        [main]: code,
        ...(tsconfig && { 'tsconfig.json': tsconfig }),
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

function createTest(name: string): string {
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

/** Creates the code of a script: `types` follow its imports, `input` reads the input. */
function createScript(types: string, input: string): string {
    return `import { Actor, log } from 'apify';
${types}
await Actor.init();

const { names, greeting } = ${input};

for (const name of names) {
    const text = \`\${greeting}, \${name}!\`;
    log.info(text);
    await Actor.pushData({ name, text });
}

await Actor.exit(\`Greeted \${names.length}\`);
`;
}

const INPUT_TYPE = `
interface Input {
    names: string[];
    greeting: string;
}
`;

const FUNCTION = `/** The returned value is stored as OUTPUT. */
export default async function run({ input, Actor, log }) {
    const { names, greeting } = input;
    for (const name of names) {
        const text = \`\${greeting}, \${name}!\`;
        log.info(text);
        await Actor.pushData({ name, text });
    }
    return { greeted: names.length };
}
`;

const TSCONFIG = {
    compilerOptions: {
        target: 'ES2022',
        module: 'NodeNext',
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        erasableSyntaxOnly: true,
        allowImportingTsExtensions: true,
        types: ['node'],
    },
    include: ['src', 'test'],
};

/** All templates, the default one first. */
export const TEMPLATES: readonly Template[] = [
    {
        name: 'javascript',
        summary: 'JavaScript with the Apify SDK, ready for the Apify platform',
        extension: 'js',
        code: createScript('', 'await Actor.getInput()'),
        dockerfile: DOCKERFILE,
    },
    {
        name: 'typescript',
        summary: 'TypeScript with the Apify SDK, without a build step',
        extension: 'ts',
        code: createScript(INPUT_TYPE, '(await Actor.getInput<Input>())!'),
        dockerfile: DOCKERFILE,
        tsconfig: TSCONFIG,
        // A dependency of runs: the image is installed without `devDependencies`.
        dependencies: { tsx: '^4.23.15' },
        devDependencies: { '@types/node': '^22.0.0', typescript: '^5.9.0' },
    },
    {
        name: 'function',
        summary: 'A function called with the input, for tests and embedding (greenroom only)',
        remark: 'The Apify platform does not support Actors that are functions.',
        extension: 'js',
        code: FUNCTION,
    },
];
