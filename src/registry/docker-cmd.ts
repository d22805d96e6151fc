import { shellCommands } from './start-command.js';

/**
 * The commands a container of a Dockerfile would start with: the words of each command of its last `CMD`, put behind
 * its `ENTRYPOINT` where that has the JSON form. Empty when the Dockerfile names none.
 */
export function dockerCommands(dockerfile: string): string[][] {
    const instructions = dockerfile
        .replace(/^\s*#.*$/gm, '')
        .replace(/\\[ \t]*\r?\n/g, ' ')
        .split(/\r?\n/);
    const command = lastArgument(instructions, 'CMD');
    const entrypoint = lastArgument(instructions, 'ENTRYPOINT');
    const prefix = entrypoint && jsonWords(entrypoint);
    // As in Docker: an entrypoint in shell form makes nothing of CMD.
    if (entrypoint !== undefined && prefix === undefined) return shellCommands(entrypoint);
    if (command === undefined) return prefix ? [prefix] : [];
    const words = jsonWords(command);
    if (words) return [[...(prefix ?? []), ...words]];
    return prefix ? [[...prefix, '/bin/sh', '-c', command]] : shellCommands(command);
}

function lastArgument(instructions: readonly string[], name: 'CMD' | 'ENTRYPOINT'): string | undefined {
    const pattern = new RegExp(`^\\s*${name}\\s+(.+?)\\s*$`, 'i');
    return instructions.map((line) => pattern.exec(line)?.[1]).findLast((argument) => argument !== undefined);
}

function jsonWords(argument: string): string[] | undefined {
    if (!argument.startsWith('[')) return undefined;
    try {
        const words: unknown = JSON.parse(argument);
        return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
    } catch {
        // Docker, too, takes what is not JSON as a shell command.
        return undefined;
    }
}
