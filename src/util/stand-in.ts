/** By this a stand-in makes what it stands for, or hands it out: always the same object. */
export const NATIVE = Symbol('native');

/** What stands in for an object that takes long to make. */
export interface StandIn<Native> {
    [NATIVE](): Native;
}

/**
 * A class for objects that stand in for others which take long to make: whatever is asked of them that they do not have
 * themselves is asked of that other object, which is made only then. `instanceof` takes them for what they stand for.
 *
 * @param base - The prototype of what they stand in for.
 */
export function standInClass<Native extends object>(base: Native): abstract new () => Native {
    const prototype = Object.create(base) as Native;
    for (const key of Reflect.ownKeys(base) as (keyof Native)[]) {
        if (key === 'constructor' || key === Symbol.toStringTag) continue;
        const isMethod = typeof Object.getOwnPropertyDescriptor(base, key)?.value === 'function';
        Object.defineProperty(prototype, key, isMethod ? methodOf(key) : fieldOf(key));
    }
    const Class = function StandInBase(): void {};
    Class.prototype = prototype;
    return Class as unknown as abstract new () => Native;
}

function methodOf<Native extends object>(key: keyof Native): PropertyDescriptor {
    return {
        configurable: true,
        writable: true,
        value(this: StandIn<Native>, ...args: unknown[]): unknown {
            const native = this[NATIVE]();
            return (native[key] as (...given: unknown[]) => unknown).apply(native, args);
        },
    };
}

function fieldOf<Native extends object>(key: keyof Native): PropertyDescriptor {
    return {
        configurable: true,
        get(this: StandIn<Native>): unknown {
            return this[NATIVE]()[key];
        },
    };
}
