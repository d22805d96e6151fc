import { EngineError } from '../errors/engine-error.js';
import { badUsage } from './bad-usage.js';

/** What was given for one option, in order; true for a flag. */
export type GivenOptions = ReadonlyMap<string, readonly (string | true)[]>;

/** The arguments and options that a command was called with; asking for one that it does not declare is a bug. */
export class ParsedWords {
    /** The arguments, in order. */
    readonly args: readonly string[];
    readonly #command: string;
    readonly #declared: ReadonlySet<string>;
    readonly #given: GivenOptions;

    constructor(command: string, declared: ReadonlySet<string>, args: readonly string[], given: GivenOptions) {
        this.args = args;
        this.#command = command;
        this.#declared = declared;
        this.#given = given;
    }

    /** The name of the command. */
    get command(): string {
        return this.#command;
    }

    /** Whether a flag was given. */
    flag(name: string): boolean {
        return this.#of(name).length > 0;
    }

    /** The value of an option; the last one counts. */
    text(name: string): string | undefined {
        return this.texts(name).at(-1);
    }

    /** All values of an option that may be repeated. */
    texts(name: string): readonly string[] {
        return this.#of(name).filter((value) => value !== true);
    }

    /**
     * The value of an option that is a whole number.
     *
     * @throws EngineError `bad-usage` if it is none, or out of bounds.
     */
    whole(name: string, min = 0, max: number = Number.MAX_SAFE_INTEGER): number | undefined {
        const text = this.text(name);
        if (text === undefined) return undefined;
        const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
        if (value >= min && value <= max) return value;
        const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
        throw this.bad(`--${name} is '${text}', but must be a whole number, ${range}.`);
    }

    /** The error for something that was called wrongly; recommends the help of the command. */
    bad(message: string): EngineError {
        return badUsage(message, this.#command);
    }

    #of(name: string): readonly (string | true)[] {
        if (!this.#declared.has(name)) {
            throw new EngineError('internal-error', `The command \`${this.#command}\` declares no option --${name}.`);
        }
        return this.#given.get(name) ?? [];
    }
}
