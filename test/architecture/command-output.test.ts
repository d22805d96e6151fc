import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startServer } from '../support/cli/cli-server.js';
import { cli, cliHere, cliIn } from '../support/cli/cli.js';
import { keptDirectory } from '../support/files/persistent-temp-dir.js';
import { shapeOf } from '../support/api/shape-of.js';

/*
 * The output of each command, on which scripts depend. After an intended change, update the snapshots with `vitest -u` and
 * describe the difference in the changelog.
 */

const COMMANDS = [
    '',
    'init',
    'run',
    'dev',
    'serve',
    'runs',
    'runs ls',
    'runs info',
    'runs rm',
    'log',
    'abort',
    'resurrect',
    'dataset',
    'dataset ls',
    'dataset info',
    'dataset items',
    'dataset push',
    'kv',
    'kv ls',
    'kv info',
    'kv keys',
    'kv get',
    'kv set',
    'kv delete',
    'queue',
    'queue ls',
    'queue info',
    'queue requests',
    'queue add',
    'export',
    'import',
    'purge',
    'completion',
];

describe('the help of the command line', () => {
    it.each(COMMANDS)('of `greenroom %s` matches its snapshot', async (command) => {
        const { stdout, code } = await cliHere([...command.split(' ').filter(Boolean), '--help']);

        expect(code).toBe(0);
        const name = command.replaceAll(' ', '-') || 'greenroom';
        await expect(stdout).toMatchFileSnapshot(`__snapshots__/help/${name}.txt`);
    });
});

/** Calls that run in this process, in this order. */
const JSON_CALLS = [
    'runs ls --json',
    'runs info last --json',
    'log last --json',
    'abort last --json',
    'dataset ls --json',
    'dataset info products --json',
    'dataset items products --limit 2 --json',
    `dataset push products '{"n":45}' --json`,
    'dataset create empty --json',
    'dataset rename empty emptied --json',
    'dataset rm emptied --yes --json',
    'kv ls --json',
    'kv info config --json',
    'kv keys config --json',
    `kv set config NEW '{"depth":3}' --json`,
    'kv delete config NEW --yes --json',
    'queue ls --json',
    'queue info todo --json',
    'queue requests todo --json',
    'queue add todo https://a.example/3 --json',
    'export exported --json',
    'import exported --overwrite --json',
    'purge --dry-run --json',
    'runs rm last --yes --json',
];

describe('`--json`', () => {
    it('prints records with the documented fields', async () => {
        const cwd = await directoryWithActor();
        const shapes = [];
        for (const call of JSON_CALLS) shapes.push(describeShape(call, await cliIn(cwd)(call)));
        for (const call of ['run mine depth=1 --json', 'resurrect last --json']) {
            shapes.push(describeShape(call, await cli(call.split(' '), { cwd })));
        }

        await expect(shapes.join('\n')).toMatchFileSnapshot('__snapshots__/json-output.txt');
    });

    it('prints the address of a server', async () => {
        const { see, end } = startServer(['serve', 'mine', '--json'], await directoryWithActor());

        const [line] = await see(/^\{.*\}$/ms);

        expect(await end()).toBe(0);
        await expect(`${shapeOf(JSON.parse(line))}\n`).toMatchFileSnapshot('__snapshots__/json-output-serve.txt');
    });
});

async function directoryWithActor(): Promise<string> {
    const { cwd } = await keptDirectory();
    await mkdir(join(cwd, 'mine'));
    await writeFile(join(cwd, 'mine', 'main.js'), 'export default ({ input }) => ({ ...input, ok: true });');
    return cwd;
}

function describeShape(
    call: string,
    { code, stdout, stderr }: { code: number | null; stdout: string; stderr: string },
): string {
    expect({ call, code, stderr }).toMatchObject({ code: 0 });
    return `greenroom ${call}\n${shapeOf(JSON.parse(stdout))}\n`;
}
