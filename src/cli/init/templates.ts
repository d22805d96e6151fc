import { commonFiles } from './common-files.js';
import type { Template } from './template.js';

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

const FUNCTION = `/** What it returns is kept as OUTPUT. */
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

/** The ways to begin an Actor, the usual one first. */
export const TEMPLATES: readonly Template[] = [
    {
        name: 'javascript',
        summary: 'JavaScript, with the Apify SDK, as it runs on the platform.',
        files: (facts) => ({ ...commonFiles(facts, { main: 'src/main.js', extension: 'js' }), 'src/main.js': SCRIPT }),
    },
    {
        name: 'typescript',
        summary: 'The same in TypeScript, without a build.',
        remark: 'Node runs TypeScript by itself from 22.18 on; before that, `npm i -D tsx` makes it run.',
        files: (facts) => ({
            ...commonFiles(facts, {
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
        summary:
            "A function that is called with the input: greenroom's own style, the shortest for tests and embedding.",
        remark: 'The platform does not know Actors that are functions.',
        files: (facts) => {
            const { '.actor/Dockerfile': _, ...common } = commonFiles(facts, { main: 'src/main.js', extension: 'js' });
            return { ...common, 'src/main.js': FUNCTION };
        },
    },
];
