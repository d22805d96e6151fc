import { commonFiles, type TemplateFiles, type TemplateValues } from './template-files.js';

/** A template of `greenroom init`. */
export interface Template {
    readonly name: string;
    readonly summary: string;
    /** A restriction to mention. */
    readonly remark?: string;
    readonly files: (values: TemplateValues) => TemplateFiles;
}

const SCRIPT = `import { Actor, log } from 'apify';

await Actor.init();

const { names, greeting } = await Actor.getInput();

for (const name of names) {
    const text = \`\${greeting}, \${name}!\`;
    log.info(text);
    await Actor.pushData({ name, text });
}

await Actor.exit(\`Greeted \${names.length}\`);
`;

const TYPED_SCRIPT = `import { Actor, log } from 'apify';

interface Input {
    names: string[];
    greeting: string;
}

await Actor.init();

const { names, greeting } = (await Actor.getInput<Input>())!;

for (const name of names) {
    const text: string = \`\${greeting}, \${name}!\`;
    log.info(text);
    await Actor.pushData({ name, text });
}

await Actor.exit(\`Greeted \${names.length}\`);
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
        summary: 'JavaScript with the Apify SDK, ready for the platform',
        files: (values) => ({
            ...commonFiles(values, { main: 'src/main.js', extension: 'js' }),
            'src/main.js': SCRIPT,
        }),
    },
    {
        name: 'typescript',
        summary: 'The same in TypeScript, without a build',
        remark: 'Node 22.18 and later run TypeScript; for older versions: npm i -D tsx',
        files: (values) => ({
            ...commonFiles(values, {
                main: 'src/main.ts',
                extension: 'ts',
                devDependencies: { '@types/node': '^22.0.0', typescript: '^5.9.0' },
            }),
            'src/main.ts': TYPED_SCRIPT,
            'tsconfig.json': TSCONFIG,
        }),
    },
    {
        name: 'function',
        summary: "A function that is called with the input: greenroom's own style, short for tests and embedding",
        remark: 'The platform does not support Actors that are functions.',
        files: (values) => {
            const { '.actor/Dockerfile': _, ...common } = commonFiles(values, { main: 'src/main.js', extension: 'js' });
            return { ...common, 'src/main.js': FUNCTION };
        },
    },
];
