import { defineCommand } from '../command.js';
import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isActorName, toActorName } from '../../actors/definition/actor-name.js';
import { makeDirectory } from '../../storage/file/directory/make-directory.js';
import { wrapFsError } from '../../storage/file/fs-error.js';
import { NODE_STRIPS_TYPES } from '../../util/command-line/node-options.js';
import { readVersion, type Cli } from '../cli.js';
import { usageError } from '../errors.js';
import { createFiles, TEMPLATES } from '../init/templates.js';

const NAMES = TEMPLATES.map(({ name }) => name);

const init = defineCommand({
    description:
        'Create an Actor from a template, with an input schema and a test. ' +
        'Writes nothing if one of the files exists.',
    args: { '[folder]': ['target folder; created if it does not exist', '.'] },
    options: {
        '-t, --template <NAME>': [`template (default: "${NAMES[0]}")`, NAMES],
        '-n, --name <NAME>': 'name of the Actor (default: name of the folder)',
        '-l, --list': 'list the templates',
    },
    examples: {
        'greenroom init my-actor && cd my-actor && greenroom run': 'Create an Actor and run it',
        'greenroom init my-actor --template typescript': 'Create an Actor in TypeScript',
    },
    run(cli, { list, ...options }, folder: string) {
        const { out } = cli;
        if (!list) return createActor(cli, folder, options);
        for (const { name, summary } of TEMPLATES) out.line(`${out.paint('cyan', name.padEnd(12))} ${summary}`);
    },
});

export const commands = { init };

function createActor({ out, cwd }: Cli, path: string, options: { template?: string; name?: string }): void {
    const folder = resolve(cwd, path);
    const template = TEMPLATES.find(({ name }) => name === options.template) ?? TEMPLATES[0]!;
    const files = createFiles(template, resolveName(folder, options.name), readVersion());
    writeFiles(folder, files);
    const relativePath = relative(cwd, folder);
    out.line(`${out.paint('green', '✔')} Created ${basename(folder)} from the template ${template.name}:`);
    for (const file of Object.keys(files)) out.line(`  ${join(relativePath, file)}`);
    if (template.remark !== undefined) out.line(out.paint('dim', template.remark));
    out.line();
    out.line('Next:');
    if (relativePath !== '') out.line(`  cd ${relativePath}`);
    const needsInstall = template.extension === 'ts' && !NODE_STRIPS_TYPES;
    if (needsInstall) out.line('  npm install                    this Node needs tsx to run TypeScript');
    out.line(`  greenroom run names=Alan       run it${needsInstall ? '' : '; works without npm install'}`);
    out.line('  greenroom dev --open           run it from a console in the browser');
    out.line('  npm install && npm test        run its test');
}

function resolveName(folder: string, option: string | undefined): string {
    const name = option ?? basename(folder);
    if (isActorName(name)) return name;
    const subject = option === undefined ? `The folder name '${name}'` : `--name '${name}'`;
    throw usageError(
        `${subject} is not a valid Actor name. Use 1 to 63 letters, digits and dashes, with no dash at the ends, ` +
            `such as --name ${toActorName(name)}`,
    );
}

/** Writes all files, or none if one exists. */
function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): void {
    const existing = Object.keys(files).filter((path) => existsSync(join(folder, path)));
    if (existing.length > 0) {
        throw usageError(
            `${folder} already has ${existing.join(', ')}. Nothing was written. Choose another folder: greenroom init FOLDER`,
        );
    }
    for (const [path, content] of Object.entries(files)) {
        const file = join(folder, path);
        wrapFsError('write', file, () => {
            makeDirectory(dirname(file));
            const text = typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 4)}\n`;
            writeFileSync(file, text, { flag: 'wx' });
        });
    }
}
