import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { withEngine } from '../with-engine.js';
import type { CommandAction } from '../command.js';

/** `actors add`. */
export const addActor: CommandAction = async (call) => {
    const { words, terminal, cwd } = call;
    const given = words.args[0]!;
    const path = resolve(cwd, given);
    if (!existsSync(path)) throw words.bad(`There is no folder or file '${given}'. Name that of the Actor.`);
    const purpose = 'add a folder';
    const remedy = `Give it the folder at its start: greenroom dev ${given}`;
    await withEngine(call, { isToBeMade: true, purpose, remedy }, async (engine) => {
        const name = words.text('name');
        const actor = await engine.addActor(path, {
            ...(name !== undefined && { name }),
            isPublic: words.flag('public'),
            snapshot: words.flag('snapshot'),
        });
        if (words.flag('json')) {
            terminal.json(actor);
            return;
        }
        const { buildNumber = '' } = actor.taggedBuilds[actor.defaultRunOptions.build] ?? {};
        const kind = words.flag('snapshot') ? 'a copy of the folder' : 'the folder as it is then';
        terminal.out.line(`Added ${actor.username}/${actor.name} (${buildNumber}). Its runs read ${kind}.`);
        terminal.err.line(terminal.err.paint('dim', `Run it: greenroom run ${actor.name}`));
    });
};
