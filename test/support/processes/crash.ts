import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { seededRandom } from '../arbitraries/random.js';
import { ROOT } from '../docs/source-files.js';

/** Options for killing hosts. */
export interface KillingOptions {
    /** An empty folder. */
    directory: string;
    kills: number;
    seed: number;
    recovery: 'abort' | 'resurrect';
}

/** The result. */
export interface Killing {
    /** Violations found after any of the kills, as sentences. */
    problems: string[];
    /** Warnings while the directory was being opened. */
    warnings: string[];
    /** Number of acknowledged writes that were checked. */
    registers: number;
}

type HostMessage =
    | { type: 'verified'; problems: string[]; warnings: string[]; registers: number }
    | { type: 'working' }
    | { type: 'answered' }
    | { type: 'failed'; problems: string[] };

/** When to kill: during opening and checking, during work, after the first acknowledgement, or during closing. */
type Moment = 'opening' | 'working' | 'answered' | 'closing';

const HOST = join(ROOT, 'test', 'fixtures', 'crash', 'host.js');
/** Far more than one host takes. */
const LONGEST_LIFE_MILLIS = 60_000;

/**
 * Runs a host that performs all operations at once on a directory, kills it at a random moment, and starts the next one on the
 * same directory, which first checks that all acknowledged writes exist. The last one only checks.
 */
export async function killAgainAndAgain({ directory, kills, seed, recovery }: KillingOptions): Promise<Killing> {
    const random = seededRandom(seed);
    const result: Killing = { problems: [], warnings: [], registers: 0 };
    for (let life = 1; life <= kills + 1 && result.problems.length === 0; life++) {
        const moment = momentOf(life, kills, random());
        const settings = {
            storageDir: join(directory, 'storage'),
            ledgers: join(directory, 'ledgers'),
            life,
            seed: Math.floor(random() * 2 ** 31),
            recovery,
        };
        const found = await live(settings, moment, random() ** 2);
        result.problems.push(
            ...found.problems.map((problem) => `life ${life}, seed ${seed}, killed ${moment}: ${problem}`),
        );
        result.warnings.push(...found.warnings);
        result.registers += found.registers;
    }
    return result;
}

/** The first host is killed only after an acknowledgement, so that later ones have writes to check even on a slow machine. */
function momentOf(life: number, kills: number, chance: number): Moment {
    if (life === 1) return 'answered';
    if (life > kills) return 'closing';
    return chance < 0.6 ? 'working' : chance < 0.8 ? 'opening' : 'closing';
}

/** @param lateness - The time of the kill, from 0 to 1. */
async function live(settings: object, moment: Moment, lateness: number): Promise<Killing> {
    const child = spawn(process.execPath, [HOST, JSON.stringify(settings)], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    const found: Killing = { problems: [], warnings: [], registers: 0 };
    const killIn = (millis: number): void => void setTimeout(() => child.kill('SIGKILL'), millis).unref();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    createInterface({ input: child.stdout }).on('line', (line) => {
        const message = JSON.parse(line) as HostMessage;
        if ('problems' in message) found.problems.push(...message.problems);
        if (message.type === 'verified') {
            found.warnings.push(...message.warnings);
            found.registers = message.registers;
        }
        if (moment === message.type) killIn(lateness * 300);
        if (message.type === 'working' && moment === 'closing') {
            child.kill('SIGTERM');
            killIn(lateness * 150);
        }
    });
    killIn(moment === 'opening' ? 50 + lateness * 300 : LONGEST_LIFE_MILLIS);
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    const isExpected = signal === 'SIGKILL' || (moment === 'closing' && code === 0);
    if (!isExpected && found.problems.length === 0) found.problems.push(`it ended with ${code ?? signal}: ${stderr}`);
    return found;
}
