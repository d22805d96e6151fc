import { describe, expect, it } from 'vitest';
import { parseCommands } from '../../../src/actors/source/start-command.js';
import { splitShellCommands } from '../../../src/util/command-line/shell-words.js';

const read = (line: string) => parseCommands(splitShellCommands(line));

describe('a start command that runs a module', () => {
    it.each([
        ['node src/main.js', 'src/main.js', 'node'],
        ['node .', '.', 'node'],
        ['NODE_ENV=production node --enable-source-maps dist/main.js --flag', 'dist/main.js', 'node'],
        ['/usr/local/bin/node -r dotenv/config "my folder/main.js"', 'my folder/main.js', 'node'],
        ['node --env-file=.env --max-old-space-size=512 main.mjs', 'main.mjs', 'node'],
        ['cross-env A=1 B=2 node main.js', 'main.js', 'node'],
        ['npm run build && node dist/main.js', 'dist/main.js', 'node'],
        ['node main.js || true', 'main.js', 'node'],
        ["sh -c 'exec node main.js'", 'main.js', 'node'],
        ['xvfb-run -a -s "-ac -screen 0 1920x1080x24" node main.js', 'main.js', 'node'],
        ['tsx src/main.ts', 'src/main.ts', 'tsx'],
        ['tsx watch --tsconfig tsconfig.dev.json src/main.ts', 'src/main.ts', 'tsx'],
        ['npx -y tsx src/main.ts', 'src/main.ts', 'tsx'],
        ['yarn tsx src/main.ts', 'src/main.ts', 'tsx'],
        ['pnpm exec tsx src/main.ts', 'src/main.ts', 'tsx'],
        ['ts-node --esm src/main.ts', 'src/main.ts', 'ts-node'],
        ['node --import tsx src/main.ts', 'src/main.ts', 'tsx'],
        ['node --import=tsx/esm src/main.ts', 'src/main.ts', 'tsx'],
        ['node --loader ts-node/esm src/main.ts', 'src/main.ts', 'node'],
        ['node a\\ b.js', 'a b.js', 'node'],
    ])('is parsed: %s', (line, file, runner) => {
        expect(read(line)).toMatchObject({ type: 'module', file, runner });
    });
});

describe('a start command that runs a script of package.json', () => {
    it.each([
        ['npm start', 'start'],
        ['npm start --silent', 'start'],
        ['npm --silent run start:prod', 'start:prod'],
        ['./start_xvfb_and_run_cmd.sh && npm run start:prod --silent', 'start:prod'],
        ['yarn start', 'start'],
        ['pnpm run start', 'start'],
        ['node --run start', 'start'],
    ])('has its name: %s', (line, name) => {
        expect(read(line)).toMatchObject({ type: 'script', name });
    });
});

describe('a start command that does not run a module', () => {
    it.each([
        ['python3 -m src', 'python3'],
        ['./run.sh', 'run.sh'],
        ['bash run.sh', 'bash'],
        ['node -e "console.log(1)"', 'node -e'],
        ['npm test', 'npm test'],
    ])('has the name of the program: %s', (line, program) => {
        expect(read(line)).toEqual({ type: 'foreign', program });
    });

    it.each(['', '   ', 'A=1', 'node', 'node --watch'])('is undefined: "%s"', (line) => {
        expect(read(line)).toBeUndefined();
    });
});
