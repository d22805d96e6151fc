import { expect, it } from 'vitest';
import { printRunLogs } from '../../src/cli/serve/run-log-printer.js';
import { memoryOutput } from '../support/cli/memory-output.js';
import { makeEngine } from '../support/make-engine.js';

it('prints the log of a resurrected run, too', async () => {
    const engine = await makeEngine();
    const output = memoryOutput();
    const setName = printRunLogs(engine as never, output);
    setName(await engine.addActor({ name: 'shop', run: ({ log }) => log.info('Selling') }));
    const { id } = await engine.call('shop');

    await engine.client.run(id).resurrect();
    await engine.client.run(id).waitForFinish();

    const lines = output.text().trim().split('\n');
    expect(lines.map((line) => line.replace(/^[\d:]{8} /, '').replaceAll(/\d+ ms/g, 'N ms'))).toEqual(
        ['started by API', 'resurrected'].flatMap((start) => [
            `shop ${id.slice(0, 6)} ▶ ${start}`,
            `shop ${id.slice(0, 6)} INFO  Selling`,
            expect.stringMatching(/^shop \w+ ✔ SUCCEEDED in N ms, 0 items/),
        ]),
    );
});
