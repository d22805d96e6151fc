import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { actorNameFrom } from '../../registry/definition/actor-name.js';
import { onDisk } from '../../storage/disk-error.js';
import { isResourceName } from '../../util/named-records.js';
import { readVersion } from '../read-version.js';
import { TEMPLATES } from './templates.js';
import type { CommandCall } from '../command.js';
import type { TemplateFiles } from './template.js';

/** `greenroom init`: makes the files of a new Actor, and never touches one that is there. */
export async function init(call: CommandCall): Promise<void> {
    const { words, terminal, cwd } = call;
    const { out } = terminal;
    if (words.flag('list')) {
        for (const { name, summary } of TEMPLATES) out.line(`${out.paint('cyan', name.padEnd(12))} ${summary}`);
        return;
    }
    const folder = resolve(cwd, words.args[0] ?? '.');
    const template = TEMPLATES.find(({ name }) => name === (words.text('template') ?? TEMPLATES[0]!.name))!;
    const files = template.files({ name: readName(call, folder), version: readVersion() });
    refuseOverwriting(call, folder, files);
    writeFiles(folder, files);
    const place = relative(cwd, folder);
    out.line(`${out.paint('green', '✔')} Made ${basename(folder)} from the template ${template.name}:`);
    for (const path of Object.keys(files)) out.line(`  ${join(place, path)}`);
    if (template.remark !== undefined) out.line(out.paint('dim', template.remark));
    out.line();
    out.line('Now:');
    if (place !== '') out.line(`  cd ${place}`);
    out.line('  greenroom run names=Alan       it needs no npm install');
    out.line('  greenroom dev --open           the same from a console in the browser');
    out.line('  npm install && npm test        its test');
}

function readName({ words }: CommandCall, folder: string): string {
    const given = words.text('name');
    const name = given ?? basename(folder);
    if (isResourceName(name)) return name;
    const rule = 'but the name of an Actor must be 3 to 63 letters, digits and dashes, with no dash at the ends';
    if (given !== undefined)
        throw words.bad(`--name is '${given}', ${rule}. For instance: --name ${actorNameFrom(given)}`);
    throw words.bad(
        `The folder is called '${name}', ${rule}. Say how the Actor is called: --name ${actorNameFrom(name)}`,
    );
}

/** All of it or nothing. */
function refuseOverwriting({ words }: CommandCall, folder: string, files: TemplateFiles): void {
    const there = Object.keys(files).filter((path) => existsSync(join(folder, path)));
    if (there.length === 0) return;
    throw words.bad(
        `${folder} has already: ${there.join(', ')}. Nothing was written. Name a folder without ${there.length === 1 ? 'it' : 'them'}: greenroom init FOLDER`,
    );
}

function writeFiles(folder: string, files: TemplateFiles): void {
    for (const [path, content] of Object.entries(files)) {
        const file = join(folder, path);
        onDisk('write', file, () => {
            mkdirSync(dirname(file), { recursive: true });
            const text = typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 4)}\n`;
            writeFileSync(file, text, { flag: 'wx' });
        });
    }
}
